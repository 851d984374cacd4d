# SPDX-License-Identifier: GPL-2.0-only
"""How long something holds, from seconds to hours, side by side."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from .style import COLUMN_MM, colours_of, hatches_of, legend_below, new_figure, require, styled

TICKS = {1: "1 s", 10: "10 s", 60: "1 min", 300: "5 min", 3600: "1 h", 14400: "4 h", 86400: "1 d"}


@styled
def longest_intervals(
    table: pd.DataFrame, by: str, longest_s: float, width_mm: float = COLUMN_MM
) -> Figure:
    """Draw the longest interval of each policy as bars on a logarithmic scale, grouped by a column.

    table     -- policy, safe_s (seconds; nothing where no interval is safe), and the column `by`
    longest_s -- the longest that was tried: a bar that reaches it may be longer
    """
    require(table, ("policy", "safe_s", by), "longest intervals")
    policies = list(dict.fromkeys(table["policy"]))
    groups = list(dict.fromkeys(table[by]))
    height = 0.8 / len(groups)
    colours, hatches = colours_of(groups), hatches_of(groups)
    figure, axes = new_figure(width_mm, 25 + 8 * len(policies))
    for row, group in enumerate(groups):
        bars = table[table[by] == group].set_index("policy")["safe_s"].reindex(policies)
        axes.barh(
            [place + (row - (len(groups) - 1) / 2) * height for place in range(len(policies))],
            bars.fillna(0),
            height=height,
            label=str(group),
            color=colours[group],
            hatch=hatches[group],
            edgecolor="white",
            linewidth=0,
        )
    axes.axvline(longest_s, color="0.5", linewidth=0.6, linestyle=":")
    axes.set_xscale("log")
    axes.set_xlim(1, longest_s * 1.5)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if tick <= longest_s]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([TICKS[tick] for tick in TICKS if tick <= longest_s])
    axes.set_yticks(range(len(policies)))
    axes.set_yticklabels(policies)
    axes.invert_yaxis()
    axes.set_xlabel("longest safe interval")
    legend_below(figure, axes, 2)
    return figure
