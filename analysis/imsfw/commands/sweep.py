# SPDX-License-Identifier: GPL-2.0-only
"""Run an experiment at every point of a parameter space and keep the results in a database.

Only runs that the database does not have are done: a sweep that was interrupted, killed or made
larger goes on where it was. Failures are kept with their reason; --retry does them again.

Examples:
  imsfw sweep scenarios/sweeps/traversal.yaml
  imsfw sweep scenarios/sweeps/traversal.yaml --database results.db --workers 8
  imsfw sweep scenarios/sweeps/traversal.yaml --plan
  imsfw sweep scenarios/sweeps/loss.yaml --precision registration_ms=0.05
  imsfw sweep scenarios/sweeps/traversal.yaml --scheduler tcp://node1:8786

Exit status: 0 all runs are done, 1 some failed or the sweep could not go on, 2 bad input,
130 interrupted.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from pathlib import Path

from ..errors import BadInput
from ..store.database import Store
from ..sweeps.file import read_sweep
from ..sweeps.plan import Plan
from ..sweeps.precision import Precision
from ..sweeps.sweep import ASK_ABOVE, Sweep, SweepReport
from ..units import approximately, seconds

INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.yaml", help="the sweep")
    parser.add_argument("--database", type=Path, metavar="FILE", help="default: FILE.db, here")
    parser.add_argument(
        "--workers", type=_count, metavar="N", help="runs at once (default: as processors are)"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="a dask.distributed scheduler that does the runs"
    )
    parser.add_argument(
        "--precision",
        type=_precision,
        metavar="METRIC=SHARE",
        help="replicate until the 95 %% interval's half width is this share of the mean: "
        "registration_ms=0.05",
    )
    parser.add_argument("--retry", action="store_true", help="do again what failed before")
    parser.add_argument("--runs", metavar="FOLDER", help="keep a run folder for each run")
    parser.add_argument("--time-limit", metavar="TIME", help="wall time of a run: 90s, 5min")
    parser.add_argument("--plan", action="store_true", help="only say what would be done")
    parser.add_argument("--yes", action="store_true", help="more than a million runs are meant")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(arguments: argparse.Namespace) -> int:
    """Run the sweep."""
    from ..simulation import SimulationRunner

    sweep = _with_arguments(read_sweep(arguments.file), arguments)
    database = arguments.database or Path(arguments.file.stem + ".db")
    runner = SimulationRunner(arguments.runs)
    workers = arguments.workers or os.cpu_count() or 1
    if arguments.plan:
        with Store(database) as store:
            _announce(sweep.plan(sweep.planner(store, runner), arguments.retry), workers)
        return 0
    report = sweep.run(
        database,
        runner,
        workers=workers,
        scheduler=arguments.scheduler,
        retry=arguments.retry,
        progress=not arguments.quiet,
        announce=_announce,
    )
    return _conclude(report, database)


def _with_arguments(sweep: Sweep, arguments: argparse.Namespace) -> Sweep:
    changes: dict[str, object] = {"allow_large": arguments.yes}
    if arguments.time_limit:
        changes["time_limit_s"] = seconds(arguments.time_limit)
    if arguments.precision:
        changes["precision"] = _tightened(sweep.precision, arguments.precision)
    if sweep.bound > ASK_ABOVE and not arguments.yes:
        changes["allow_large"] = _asked(sweep)
    return dataclasses.replace(sweep, **changes)


def _tightened(own: Precision | None, asked: Precision) -> Precision:
    """Return what the command line asks for, within the sweep's own bound and confidence."""
    if own is None:
        return asked
    return dataclasses.replace(own, metric=asked.metric, half_width=asked.half_width)


def _asked(sweep: Sweep) -> bool:
    question = f"{sweep.name}: up to {sweep.bound:,} runs. Is that meant? [y/N] "
    if not sys.stdin.isatty():
        raise BadInput(f"{sweep.name}: up to {sweep.bound:,} runs; --yes says that it is meant")
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _announce(plan: Plan, workers: int) -> None:
    parts = [f"{plan.present:,} there already"] if plan.present else []
    if plan.failed:
        parts.append(f"{plan.failed:,} failed before")
    parts.append(f"{len(plan.jobs):,} to do")
    text = f"imsfw sweep: {plan.total:,} runs: {', '.join(parts)}"
    if plan.jobs:
        _warn_of_changed_files(plan)
        told = approximately(plan.wall_s(workers))
        text += f"; about {told} with {workers} workers"
        text += " (a guess: nothing like it was run before)" if plan.is_guess else ""
    print(text, file=sys.stderr)


def _warn_of_changed_files(plan: Plan) -> None:
    """Say that results of uncommitted changes cannot be told from those of other changes."""
    commit = plan.jobs[0].key.provenance.commit_id
    if commit.endswith(("-dirty", "-modified")):
        print(
            f"imsfw sweep: built from changed files ({commit}): after further changes, "
            "use another database",
            file=sys.stderr,
        )


def _conclude(report: SweepReport, database: Path) -> int:
    text = f"imsfw sweep: {report.done:,} done, {report.failed:,} failed; results in {database}"
    if report.interrupted:
        text += "; interrupted: start it again to go on"
    elif report.failed:
        text += "; --retry does the failed ones again (reasons: imsfw db list --failures)"
    print(text, file=sys.stderr)
    if report.interrupted:
        return INTERRUPTED
    return 1 if report.failed else 0


def _precision(text: str) -> Precision:
    metric, _, share = text.partition("=")
    try:
        return Precision(metric, half_width=float(share))
    except (ValueError, BadInput) as error:
        raise argparse.ArgumentTypeError(
            f"{text!r}: expected METRIC=SHARE, for example registration_ms=0.05 ({error})"
        ) from error


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)
