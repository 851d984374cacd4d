# SPDX-License-Identifier: GPL-2.0-only
"""What all figures share: colours, sizes, and how a figure is made and saved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import BadInput

COLUMN_MM = 88.0  # a column of a two-column page
PAGE_MM = 180.0
MM_PER_INCH = 25.4
_LEGEND_ROW_MM = 4.5

# M. Okabe, K. Ito (2008), in the order in which they are told apart best.
COLOURS = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000"),
)
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo", "++")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":")
PASS, FAIL, PARTLY, NOT_ATTEMPTED = "#56B4E9", "#D55E00", "#F0E442", "#E5E5E5"

STYLE = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.5,
    "figure.dpi": 150,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,  # text that publishers can search and edit
    "svg.fonttype": "none",
    "svg.hashsalt": "imsfw",
}

Arguments = ParamSpec("Arguments")


def styled(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Have a figure drawn in the style, whatever else is set."""

    @wraps(draw)
    def drawn(*arguments: Arguments.args, **named: Arguments.kwargs) -> Figure:
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(STYLE)
            return draw(*arguments, **named)

    return drawn


def new_figure(width_mm: float, height_mm: float) -> tuple[Figure, Axes]:
    """Return a figure of that size with one pair of axes."""
    size = (width_mm / MM_PER_INCH, height_mm / MM_PER_INCH)
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots()


def legend_below(figure: Figure, axes: Axes, columns: int, handles: Sequence[Any] = ()) -> None:
    """Put the legend under the axes, in rows of so many entries."""
    entries = list(handles) or axes.get_legend_handles_labels()[0]
    rows = -(-len(entries) // columns)
    share = (_LEGEND_ROW_MM * rows + 1) / (figure.get_figheight() * MM_PER_INCH)
    # matplotlib 3.6 has no loc="outside ..." yet.
    figure.get_layout_engine().set(rect=(0, share, 1, 1 - share))
    figure.legend(handles=entries, loc="lower center", ncols=columns, borderaxespad=0.1)


def require(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise BadInput where the frame lacks columns or rows that a figure needs."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise BadInput(f"{what}: the frame has no column {', '.join(missing)}")
    if frame.empty:
        raise BadInput(f"{what}: the frame is empty")


def colours_of(names: Iterable[Hashable]) -> dict[Hashable, str]:
    """Return a colour for each name, in their order."""
    return {name: COLOURS[n % len(COLOURS)] for n, name in enumerate(dict.fromkeys(names))}


def hatches_of(names: Iterable[Hashable]) -> dict[Hashable, str]:
    """Return a hatch for each name, for printers and eyes without colours."""
    return {name: HATCHES[n % len(HATCHES)] for n, name in enumerate(dict.fromkeys(names))}


def save(figure: Figure, path: str | Path, **options: Any) -> None:
    """Write the figure; the suffix says the format. Equal figures give equal files."""
    suffix = Path(path).suffix
    undated = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}, ".png": {"Software": None}}
    with matplotlib.rc_context(STYLE):
        figure.savefig(path, metadata=undated.get(suffix), **options)
