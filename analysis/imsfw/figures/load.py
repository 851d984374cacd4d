# SPDX-License-Identifier: GPL-2.0-only
"""What load does to latency."""

from __future__ import annotations

import pandas as pd
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, Locator, LogLocator, NullFormatter, StrMethodFormatter

from .distributions import label_of, with_intervals
from .style import COLUMN_MM, LINES, MARKERS, colours_of, legend_below, new_figure, require, styled


@styled
def latency_against_rate(
    runs: pd.DataFrame, rate: str, metric: str, by: str, width_mm: float = COLUMN_MM
) -> Figure:
    """Draw the mean of a time metric against a rate for each value of a column, logarithmically.

    runs -- the columns `rate` (a second), `metric` and `by`; 95 % intervals over rows that share
            rate and `by`
    """
    require(runs, (rate, metric, by), "latency against rate")
    figure, axes = new_figure(width_mm, 66)
    colours = colours_of(runs[by])
    for n, (kind, rows) in enumerate(runs.groupby(by, sort=False)):
        table = with_intervals(rows, rate, metric)
        axes.errorbar(
            table[rate],
            table["mean"],
            yerr=table["half_width"],
            label=str(kind),
            color=colours[kind],
            marker=MARKERS[n % len(MARKERS)],
            linestyle=LINES[n % len(LINES)],
            markersize=3,
            capsize=2,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    _plain_numbers(axes.yaxis, LogLocator(subs=(1, 2, 5)))
    _plain_numbers(axes.xaxis, FixedLocator(sorted(runs[rate].unique().tolist())))
    axes.set_xlabel("arrivals a second")
    axes.set_ylabel(label_of(metric))
    legend_below(figure, axes, 2)
    return figure


def _plain_numbers(axis: Axis, major: Locator) -> None:
    """Write 200 and 2000 where a logarithmic axis has but its powers of ten."""
    axis.set_major_locator(major)
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
