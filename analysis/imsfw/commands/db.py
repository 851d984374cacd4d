# SPDX-License-Identifier: GPL-2.0-only
"""List, query, merge and export result databases.

Rows of different commits are not mixed: what is shown is of the commit that wrote last, unless
--commit names another, or "all".

Examples:
  imsfw db list results.db
  imsfw db query results.db                      the traversal matrix
  imsfw db query results.db "SELECT reason, count(*) FROM verdicts GROUP BY reason"
  imsfw db intervals results.db --by links.access.loss
  imsfw db merge all.db machine1.db machine2.db
  imsfw db export results.db runs.csv            or runs.nc, runs.parquet
  imsfw db schema                                the tables and what is in them
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.merge import merge
from ..store.schema import INDEXES, TABLES, VERSION

if TYPE_CHECKING:
    import pandas as pd

    from ..store.frames import Frames


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, help_text in (
        ("list", "what is in a database"),
        ("query", "the matrix, or an SQL query (the database is only read)"),
        ("export", "write the runs as CSV, NetCDF or Parquet"),
        ("intervals", "means, medians and success rates with confidence intervals"),
    ):
        action = actions.add_parser(name, help=help_text, description=help_text)
        action.add_argument("database", type=Path)
        action.add_argument("--commit", default="latest", help="a commit, or all")
    actions.choices["list"].add_argument("--failures", action="store_true", help="and why")
    actions.choices["query"].add_argument("sql", nargs="?", help="default: the traversal matrix")
    actions.choices["query"].add_argument("--csv", action="store_true", help="print CSV")
    actions.choices["export"].add_argument("file", type=Path, help="its suffix says the format")
    _add_interval_arguments(actions.choices["intervals"])
    merging = actions.add_parser("merge", help="add the runs of some databases to another")
    merging.add_argument("target", type=Path)
    merging.add_argument("sources", type=Path, nargs="+")
    actions.add_parser("schema", help="print the tables, with what their columns mean")


def _add_interval_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("--metric", default="registration_ms", help="or call_setup_ms")
    action.add_argument(
        "--by", action="append", default=[], metavar="KEY", help="a parameter of the sweep; again"
    )
    action.add_argument("--confidence", type=float, default=0.95, help="default: 0.95")
    action.add_argument(
        "--warm-up",
        action="store_true",
        help="all UEs of each run instead of the first, less those before it was steady (MSER-5)",
    )
    action.add_argument("--csv", action="store_true", help="print CSV")


def run(arguments: argparse.Namespace) -> int:
    """Run the action."""
    if arguments.action == "schema":
        print(f"-- version {VERSION}\n{TABLES.strip()}\n{INDEXES.strip()}")
        return 0
    if arguments.action == "merge":
        return _merge(arguments)
    from ..store.frames import Frames

    frames = Frames(arguments.database, arguments.commit)
    if arguments.action == "list":
        return _list(frames, arguments.failures)
    if arguments.action == "query":
        table = frames.query(arguments.sql) if arguments.sql else frames.matrix()
        _print(table, arguments.csv)
        return 0
    if arguments.action == "intervals":
        return _intervals(frames, arguments)
    from ..store.export import export

    count = export(frames, arguments.file)
    print(f"imsfw db: {count:,} runs written to {arguments.file}", file=sys.stderr)
    return 0


def _intervals(frames: Frames, arguments: argparse.Namespace) -> int:
    from ..errors import BadInput
    from .intervals import intervals

    if not 0 < arguments.confidence < 1:
        raise BadInput(f"--confidence must be between 0 and 1, not {arguments.confidence}")
    table = intervals(
        frames, arguments.metric, arguments.by, arguments.confidence, arguments.warm_up
    )
    _print(table, arguments.csv)
    return 0


def _merge(arguments: argparse.Namespace) -> int:
    report = merge(arguments.target, arguments.sources)
    print(
        f"imsfw db: {report.added:,} runs added to {arguments.target}, "
        f"{report.present:,} were there already",
        file=sys.stderr,
    )
    if report.conflicting:
        print(
            f"imsfw db: {report.conflicting:,} runs differ between the files though experiment, "
            "commit, seed and run are the same; those of the target were kept",
            file=sys.stderr,
        )
    return 1 if report.conflicting else 0


def _list(frames: Frames, failures: bool) -> int:
    print("Commits, the latest first:")
    _print(frames.commits())
    runs = frames.runs([])
    print(f"\n{', '.join(frames.chosen_commits()) or 'no commit'}:")
    names = ["policy", "transport", "suites", "status"]
    _print(runs.groupby(names, sort=False).size().reset_index(name="runs"))
    if failures:
        print("\nFailures:")
        failed = runs[runs["status"] != "done"]
        _print(failed[["policy", "transport", "seed", "run", "status", "status_reason"]])
    return 0


def _print(table: pd.DataFrame, csv: bool = False) -> None:
    if csv:
        table.to_csv(sys.stdout, index=False, lineterminator="\n")
    elif table.empty:
        print("(nothing)")
    else:
        print(table.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4g}"))
