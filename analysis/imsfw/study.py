# SPDX-License-Identifier: GPL-2.0-only
"""What scenario scripts share: a question, the sweep that answers it, a figure of the answer."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ImsfwError
from .sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .store.frames import Frames


def study(
    question: str | None,
    sweep: Sweep,
    draw: Callable[[Frames], Figure],
    arguments: list[str] | None = None,
    following: Callable[[Frames], Sweep | None] | None = None,
) -> int:
    """Run what is missing of the sweep, draw the figure, and return an exit status.

    following -- asked after each sweep for the next one, as bisection wants it; None: that was all

    The script's command line says where database and figure go (by default they are called after
    the sweep, in the current directory), how many replications, how many workers.
    """
    parser = argparse.ArgumentParser(
        description=question, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", type=Path, default=Path(f"{sweep.name}.db"))
    parser.add_argument("--figure", type=Path, default=Path(f"{sweep.name}.pdf"))
    parser.add_argument("--replications", type=int, default=sweep.replications)
    parser.add_argument("--workers", type=int)
    chosen = parser.parse_args(arguments)
    try:
        _answer(sweep, draw, chosen, following)
    except ImsfwError as error:
        print(f"{sweep.name}: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


def _answer(
    sweep: Sweep,
    draw: Callable[[Frames], Figure],
    chosen: argparse.Namespace,
    following: Callable[[Frames], Sweep | None] | None,
) -> None:
    from .figures import save
    from .store.frames import Frames

    done = present = 0
    upcoming: Sweep | None = sweep
    while upcoming is not None:
        upcoming = dataclasses.replace(upcoming, replications=chosen.replications)
        report = upcoming.run(chosen.database, workers=chosen.workers)
        if report.interrupted:
            raise KeyboardInterrupt
        if report.failed:
            raise ImsfwError(f"{report.failed} runs failed; see: imsfw db list --failures")
        done, present = done + report.done, present + report.present
        if following is None:
            break
        frames = Frames(chosen.database)
        upcoming = following(frames)
        present = len(frames.runs([])) - done  # also those that no round had to ask for again
    save(draw(Frames(chosen.database)), chosen.figure)
    print(f"{sweep.name}: {done} runs done, {present} were there; {chosen.figure}")
