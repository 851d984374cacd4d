# SPDX-License-Identifier: GPL-2.0-only
"""The traversal matrix as a heat map."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from .style import (
    FAIL,
    NOT_ATTEMPTED,
    PAGE_MM,
    PARTLY,
    PASS,
    legend_below,
    new_figure,
    require,
    styled,
)

ALL = "all"
PLANES = ("control", "media_udp", "media_tcp")
_ROW_MM, _MARGIN_MM = 9.0, 32.0
_LEGEND = (
    *(("passes", PASS), ("sometimes", PARTLY), ("blocked", FAIL)),
    ("not attempted", NOT_ATTEMPTED),
)


@styled
def traversal_matrix(
    matrix: pd.DataFrame, plane: str = "all", width_mm: float = PAGE_MM
) -> Figure:
    """Draw who gets through: rows are policies, columns transports with their suites.

    matrix -- as Frames.matrix gives it: policy, transport, suites, the share of runs in which the
              plane passed (NaN: not attempted), registration_ms, plane (that failed), rule, reason
    plane  -- control, media_udp or media_tcp; all: the worst of those that were attempted
    Passed cells show the column text where there is one, else the mean registration time in
    milliseconds; failed ones what refused them.
    """
    if plane == ALL:
        attempted = [name for name in PLANES if name in matrix.columns]
        matrix = matrix.assign(**{ALL: matrix[attempted].min(axis="columns")})
    require(matrix, ["policy", "transport", "suites", plane], "traversal matrix")
    rows = list(dict.fromkeys(matrix["policy"]))
    columns = list(dict.fromkeys(zip(matrix["transport"], matrix["suites"], strict=True)))
    figure, axes = new_figure(width_mm, _MARGIN_MM + _ROW_MM * len(rows))
    room = max(6, int(width_mm / (len(columns) + 2) / 1.25))
    for record in matrix.to_dict("records"):
        column = columns.index((record["transport"], record["suites"]))
        _cell(axes, column, rows.index(record["policy"]), record, plane, room)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks([n + 0.5 for n in range(len(columns))])
    axes.set_xticklabels([_heading(*column, room) for column in columns])
    axes.set_yticks([n + 0.5 for n in range(len(rows))])
    axes.set_yticklabels(rows)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    handles = [Patch(facecolor=colour, label=text) for text, colour in _LEGEND]
    legend_below(figure, axes, 4, handles)
    return figure


def _cell(
    axes: Axes, x: int, y: int, record: dict[str, object], plane: str, room: int
) -> None:
    share = record[plane]
    blocked = isinstance(share, float) and share < 1
    colour = _colour(share)
    hatch = "//" if colour == FAIL else ""
    axes.add_patch(
        Rectangle((x, y), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5, hatch=hatch)
    )
    text = _reason(record) if blocked else _passed(record)
    box = {"facecolor": colour, "edgecolor": "none", "pad": 0.8} if hatch else None
    axes.text(x + 0.5, y + 0.5, fill(text, room), ha="center", va="center", size=5, bbox=box)


def _colour(share: object) -> str:
    if not isinstance(share, float) or share != share:
        return NOT_ATTEMPTED
    return PASS if share == 1 else FAIL if share == 0 else PARTLY


def _reason(record: dict[str, object]) -> str:
    rule, reason, plane = (record.get(name) for name in ("rule", "reason", "plane"))
    told = str(rule) if isinstance(rule, str) and rule else str(reason or "")
    return f"media: {told}" if str(plane).startswith("media") else told


def _passed(record: dict[str, object]) -> str:
    text = record.get("text")
    return text if isinstance(text, str) else _time(record.get("registration_ms"))


def _time(registration_ms: object) -> str:
    if isinstance(registration_ms, float) and registration_ms == registration_ms:
        return f"{registration_ms:.0f} ms"
    return ""


def _heading(transport: str, suites: str, room: int) -> str:
    short = suites.replace("TLS_", "").replace("_WITH_", " ").replace("_", " ")
    return fill(f"{transport} {short}".strip(), room)
