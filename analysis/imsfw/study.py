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
) -> int:
    """Run what is missing of the sweep, draw the figure, and return an exit status.

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
        _answer(dataclasses.replace(sweep, replications=chosen.replications), draw, chosen)
    except ImsfwError as error:
        print(f"{sweep.name}: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


def _answer(
    sweep: Sweep, draw: Callable[[Frames], Figure], chosen: argparse.Namespace
) -> None:
    from .figures import save
    from .store.frames import Frames

    report = sweep.run(chosen.database, workers=chosen.workers)
    if report.interrupted:
        raise KeyboardInterrupt
    if report.failed:
        raise ImsfwError(f"{report.failed} runs failed; see: imsfw db list --failures")
    save(draw(Frames(chosen.database)), chosen.figure)
    print(f"{sweep.name}: {report.done} runs done, {report.present} were there; {chosen.figure}")
