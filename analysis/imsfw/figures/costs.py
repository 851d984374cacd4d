# SPDX-License-Identifier: GPL-2.0-only
"""What protection and detours cost: bytes, time, and how both grow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..units import kind_of, magnitude, parse
from .distributions import label_of, with_intervals
from .style import (
    COLUMN_MM,
    LINES,
    MARKERS,
    PAGE_MM,
    colours_of,
    hatches_of,
    legend_below,
    new_figure,
    require,
    styled,
)


@styled
def overhead_bars(
    table: pd.DataFrame,
    parts: Sequence[str],
    by: str,
    unit: str = "bytes",
    width_mm: float = COLUMN_MM,
) -> Figure:
    """Draw parts of a whole (bytes by layer, say) stacked for each value of a column.

    table -- one column for each part, in one unit, and the column `by`; means are taken of rows
             that share its value
    """
    require(table, (*parts, by), "overhead bars")
    means = table.groupby(by, sort=False)[list(parts)].mean()
    figure, axes = new_figure(width_mm, 70)
    colours, hatches = colours_of(parts), hatches_of(parts)
    bottom = np.zeros(len(means))
    for part in parts:
        axes.bar(
            range(len(means)),
            means[part],
            bottom=bottom,
            label=part.replace("_", " "),
            color=colours[part],
            hatch=hatches[part],
            edgecolor="white",
            linewidth=0,
            width=0.7,
        )
        bottom = bottom + means[part].to_numpy()
    axes.set_xticks(range(len(means)))
    axes.set_xticklabels([str(name) for name in means.index], rotation=30, ha="right")
    axes.set_ylabel(unit)
    legend_below(figure, axes, 2)
    return figure


@styled
def cost_against_cipher(
    runs: pd.DataFrame,
    metrics: Sequence[str] = ("registration_ms", "call_setup_ms"),
    width_mm: float = PAGE_MM,
) -> Figure:
    """Draw the mean of time metrics for each cipher suite, with 95 % intervals.

    runs -- suites and the metrics, as Frames.runs gives them
    """
    require(runs, ("suites", *metrics), "cost against cipher")
    suites = list(dict.fromkeys(runs["suites"]))
    figure, axes = new_figure(width_mm, 40 + 3 * len(suites))
    height = 0.8 / len(metrics)
    colours, hatches = colours_of(metrics), hatches_of(metrics)
    for n, metric in enumerate(metrics):
        table = with_intervals(runs, "suites", metric).set_index("suites").reindex(suites)
        places = np.arange(len(suites)) + (n - (len(metrics) - 1) / 2) * height
        axes.barh(
            places,
            table["mean"],
            xerr=table["half_width"],
            height=height * 0.9,
            label=label_of(metric),
            color=colours[metric],
            hatch=hatches[metric],
            edgecolor="white",
            linewidth=0,
            error_kw={"linewidth": 0.8, "capsize": 1.5},
        )
    axes.set_yticks(range(len(suites)))
    axes.set_yticklabels([suite or "library default" for suite in suites])
    axes.invert_yaxis()
    axes.set_xlabel("mean and 95 % interval (ms)")
    legend_below(figure, axes, len(metrics))
    return figure


@styled
def scaling_curves(
    runs: pd.DataFrame,
    x: str,
    metric: str = "registration_ms",
    by: str = "transport",
    log: bool = False,
    width_mm: float = COLUMN_MM,
) -> Figure:
    """Draw how a metric grows with a parameter, one curve for each value of a column.

    runs -- the columns x (a parameter, with or without units), metric and by
    The bands are 95 % intervals of the mean. Durations are drawn in ms, rates in Mbit/s.
    """
    require(runs, (x, metric, by), "scaling curves")
    factor, unit = _scale(runs[x])
    places = runs[x].map(magnitude)
    measured = runs.assign(**{x: places * factor if unit else places}).dropna(subset=[metric])
    figure, axes = new_figure(width_mm, 62)
    colours = colours_of(runs[by])
    for n, (group, rows) in enumerate(measured.groupby(by, sort=False)):
        table = with_intervals(rows, x, metric)
        axes.plot(
            table[x],
            table["mean"],
            label=str(group),
            color=colours[group],
            linestyle=LINES[n % len(LINES)],
            marker=MARKERS[n % len(MARKERS)],
            markersize=3,
        )
        low, high = table["mean"] - table["half_width"], table["mean"] + table["half_width"]
        axes.fill_between(table[x], low, high, color=colours[group], alpha=0.2, linewidth=0)
    if log:
        axes.set_xscale("log")
    axes.set_xlabel(f"{x} ({unit})" if unit else x)
    axes.set_ylabel(label_of(metric))
    legend_below(figure, axes, 2)
    return figure


def _scale(values: pd.Series) -> tuple[float, str]:
    """Return the factor from seconds or bit/s to the unit that is drawn, and the unit."""
    first = values.iloc[0]
    kind = kind_of(parse(first).unit) if isinstance(first, str) else ""
    return {"duration": (1e3, "ms"), "rate": (1e-6, "Mbit/s")}.get(kind, (1.0, ""))
