# SPDX-License-Identifier: GPL-2.0-only
"""Confidence intervals for means, shares and anything else, and when a mean is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats


Data = npt.NDArray[np.float64]


class Interval(NamedTuple):
    """An estimate with its confidence interval, in the unit of the values."""

    estimate: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Return half the interval's length."""
        return (self.high - self.low) / 2


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Return the mean with Student's t interval; unbounded for a single value, NaN for none."""
    data = _clean(values)
    if len(data) == 0:
        return Interval(math.nan, math.nan, math.nan)
    mean = float(data.mean())
    if len(data) == 1:
        return Interval(mean, -math.inf, math.inf)
    error = float(data.std(ddof=1)) / math.sqrt(len(data))
    half = float(stats.t.ppf((1 + confidence) / 2, len(data) - 1)) * error
    return Interval(mean, mean - half, mean + half)


def share_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return a share with Wilson's score interval, which holds for few trials and for 0 and 1.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} trials")
    if trials == 0:
        return Interval(math.nan, 0.0, 1.0)
    z = float(stats.norm.ppf((1 + confidence) / 2))
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    half = z * spread / (1 + z * z / trials)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def bootstrap_interval(
    values: Sequence[float],
    statistic: Callable[[Data], float] = np.median,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 1,
) -> Interval:
    """Return any statistic (by default the median) with its percentile bootstrap interval.

    One seed always gives the same interval. B. Efron, Ann. Stat. 7 (1979) 1-26.
    """
    data = _clean(values)
    if len(data) == 0:
        return Interval(math.nan, math.nan, math.nan)
    source = np.random.default_rng(seed)
    drawn = [
        float(statistic(source.choice(data, len(data), replace=True))) for _ in range(resamples)
    ]
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(statistic(data)), float(low), float(high))


def relative_half_width(values: Sequence[float], confidence: float = 0.95) -> float | None:
    """Return the t interval's half width as a share of the mean; None for fewer than two values."""
    data = _clean(values)
    if len(data) < 2:
        return None
    interval = mean_interval(values, confidence)
    if interval.half_width == 0:
        return 0.0
    return interval.half_width / abs(interval.estimate) if interval.estimate else math.inf


def summarise(
    frame: pd.DataFrame, by: str | list[str], metric: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Return count, mean, low, high, median and p95 of a metric for each group, in its unit."""
    rows = []
    for key, values in frame.groupby(by, sort=False, dropna=False)[metric]:
        interval = mean_interval(values.tolist(), confidence)
        data = _clean(values.tolist())
        median = float(np.quantile(data, 0.5)) if len(data) else math.nan
        p95 = float(np.quantile(data, 0.95)) if len(data) else math.nan
        group = key if isinstance(key, tuple) else (key,)
        rows.append((*group, len(data), *interval, median, p95))
    names = [by] if isinstance(by, str) else by
    return pd.DataFrame(rows, columns=[*names, "count", "mean", "low", "high", "median", "p95"])


def _clean(values: Sequence[float]) -> Data:
    data: Data = np.asarray(values, dtype=np.float64)
    finite: Data = data[np.isfinite(data)]
    return finite
