# SPDX-License-Identifier: GPL-2.0-only
"""The message sequence of a run: who sent what to whom, and what the firewall did with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import _core
from .errors import BadInput
from .result import Result


@dataclass(frozen=True)
class Ladder:
    """A ladder diagram, drawn twice. A notebook shows the SVG."""

    text: str  # one line for each message
    svg: str  # a whole document

    def __str__(self) -> str:
        return self.text

    def _repr_svg_(self) -> str:
        return self.svg


def ladder(run: Result | str | Path) -> Ladder:
    """Return the message sequence of a run, as `imsfw ladder` draws it.

    run -- a run folder with captures, or a result that was kept in one
    Raises BadInput where the folder is none or has no captures.
    """
    folder = run.folder if isinstance(run, Result) else Path(run)
    if folder is None:
        raise BadInput("this result was not kept in a folder: give run(experiment, folder) one")
    return Ladder(*_core.ladder(str(folder)))
