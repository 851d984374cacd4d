# SPDX-License-Identifier: GPL-2.0-only
"""Where the time goes: the phases of one run as a waterfall, those of many stacked."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from .style import (
    COLUMN_MM,
    PAGE_MM,
    colours_of,
    hatches_of,
    legend_below,
    new_figure,
    require,
    styled,
)

_PHASE = ("plane", "name", "start_ms", "end_ms")


@styled
def waterfall(phases: pd.DataFrame, width_mm: float = COLUMN_MM) -> Figure:
    """Draw the phases of one run against simulated time.

    phases -- plane, name, start_ms, end_ms, as Result.phases gives them
    """
    require(phases, _PHASE, "waterfall")
    ordered = phases.sort_values("start_ms", kind="stable").reset_index(drop=True)
    colours = colours_of(["control", "media", *ordered["plane"]])
    hatches = hatches_of(["control", "media", *ordered["plane"]])
    figure, axes = new_figure(width_mm, 16 + 5 * len(ordered))
    for row in ordered.itertuples():
        duration = row.end_ms - row.start_ms
        axes.barh(
            row.Index,
            duration,
            left=row.start_ms,
            color=colours[row.plane],
            hatch=hatches[row.plane],
            edgecolor="white",
            linewidth=0,
        )
        axes.text(row.end_ms, row.Index, f" {duration:.1f}", va="center", size=6)
    axes.set_yticks(range(len(ordered)))
    axes.set_yticklabels([f"{row.plane}/{row.name}" for row in ordered.itertuples(name="Row")])
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_xlabel("simulated time (ms)")
    return figure


@styled
def stacked_phases(
    phases: pd.DataFrame, by: str = "policy", width_mm: float = PAGE_MM
) -> Figure:
    """Draw the mean time of each phase, stacked, for each value of a column.

    A phase within another (tls within connect) is not counted twice: the outer one keeps what is
    left of it.

    phases -- plane, name, start_ms, end_ms, run_id and the column `by`, as Frames.phases gives them
    """
    require(phases, (*_PHASE, "run_id", by), "stacked phases")
    timed = phases.assign(phase=phases["plane"] + "/" + phases["name"], ms=own_time(phases))
    names = list(dict.fromkeys(timed["phase"]))
    groups = list(dict.fromkeys(timed[by]))
    # A run that lacks a phase spent no time in it.
    runs = timed.groupby(by)["run_id"].nunique()
    means = timed.pivot_table(index=by, columns="phase", values="ms", aggfunc="sum", fill_value=0)
    means = means.div(runs, axis=0).loc[groups, names]
    colours, hatches = colours_of(names), hatches_of(names)
    figure, axes = new_figure(width_mm, 30 + 6 * len(groups))
    left = pd.Series(0.0, index=groups)
    for name in names:
        axes.barh(
            range(len(groups)),
            means[name],
            left=left,
            label=name,
            color=colours[name],
            hatch=hatches[name],
            edgecolor="white",
            linewidth=0,
        )
        left = left + means[name]
    axes.set_yticks(range(len(groups)))
    axes.set_yticklabels([str(group) for group in groups])
    axes.invert_yaxis()
    axes.set_xlabel("mean time in phase (ms)")
    legend_below(figure, axes, 4)
    return figure


def own_time(phases: pd.DataFrame) -> pd.Series:
    """Return each phase's duration (ms) without the phases of its run and plane within it."""
    own = phases["end_ms"] - phases["start_ms"]
    for _, group in phases.groupby(["run_id", "plane"], sort=False):
        rows = list(group[["start_ms", "end_ms"]].itertuples(name=None))
        for index, start, end in rows:
            inner = sorted(
                (s, e) for _, s, e in rows if start <= s and e <= end and e - s < end - start
            )
            own.loc[index] -= _covered(inner)
    return own


def _covered(spans: list[tuple[float, float]]) -> float:
    """Return the length of the union of spans, which are in the order of their starts."""
    covered, reached = 0.0, float("-inf")
    for start, end in spans:
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered
