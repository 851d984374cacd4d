# SPDX-License-Identifier: GPL-2.0-only
"""How values spread: distribution functions, and speech quality against loss."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..errors import BadInput
from ..statistics import mean_interval
from .style import COLUMN_MM, LINES, MARKERS, colours_of, legend_below, new_figure, require, styled


@styled
def cdf(
    runs: pd.DataFrame,
    metric: str = "registration_ms",
    by: str = "policy",
    width_mm: float = COLUMN_MM,
) -> Figure:
    """Draw the empirical distribution function of a metric for each value of a column.

    Runs without the metric (that never registered, say) keep a curve below 1: the share that
    failed is part of the answer.
    """
    require(runs, (metric, by), "cdf")
    figure, axes = new_figure(width_mm, 62)
    colours = colours_of(runs[by])
    for n, (group, values) in enumerate(runs.groupby(by, sort=False)[metric]):
        ordered = np.sort(values.dropna().to_numpy(dtype=float))
        shares = np.arange(1, len(ordered) + 1) / len(values)
        steps = np.concatenate([ordered[:1], ordered])
        axes.step(
            steps,
            np.concatenate([[0.0] * len(ordered[:1]), shares]),
            where="post",
            label=str(group),
            color=colours[group],
            linestyle=LINES[n % len(LINES)],
        )
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(label_of(metric))
    axes.set_ylabel("share of runs")
    legend_below(figure, axes, 2)
    return figure


@styled
def mos_against_loss(
    media: pd.DataFrame, by: str = "transport", width_mm: float = COLUMN_MM
) -> Figure:
    """Draw the mean opinion score (ITU-T G.107) against the share of packets lost.

    media -- loss, mos and the column `by`, as Frames.media gives them
    """
    require(media, ("loss", "mos", by), "MOS against loss")
    heard = media.dropna(subset=["mos"])
    if heard.empty:
        raise BadInput("MOS against loss: no codec of these runs has a MOS")
    figure, axes = new_figure(width_mm, 62)
    colours = colours_of(heard[by])
    for n, (group, rows) in enumerate(heard.groupby(by, sort=False)):
        axes.plot(
            100 * rows["loss"],
            rows["mos"],
            linestyle="",
            marker=MARKERS[n % len(MARKERS)],
            markersize=3,
            label=str(group),
            color=colours[group],
        )
    axes.set_ylim(1, 4.6)
    axes.set_xlabel("packets lost (%)")
    axes.set_ylabel("mean opinion score")
    legend_below(figure, axes, 2)
    return figure


def with_intervals(runs: pd.DataFrame, x: str, metric: str) -> pd.DataFrame:
    """Return x, mean and half_width (95 %, Student's t) of a metric, ordered by x."""
    rows = []
    for value, group in runs.groupby(x, sort=True)[metric]:
        interval = mean_interval(group.tolist())
        half = interval.half_width if np.isfinite(interval.half_width) else 0.0
        rows.append((value, interval.estimate, half))
    return pd.DataFrame(rows, columns=[x, "mean", "half_width"])


def label_of(metric: str) -> str:
    """Return a metric's name for an axis: "registration (ms)" for registration_ms."""
    name, _, unit = metric.rpartition("_")
    return f"{name.replace('_', ' ')} ({unit})" if unit in ("ms", "s") else metric.replace("_", " ")
