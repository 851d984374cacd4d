# SPDX-License-Identifier: GPL-2.0-only
"""Intervals against published values, and that they cover what they should."""

from __future__ import annotations

import math
import random

import numpy as np
import pandas as pd
import pytest
from imsfw import BadInput, Precision
from imsfw.statistics import (
    bootstrap_interval,
    mean_interval,
    relative_half_width,
    share_interval,
    summarise,
)


def test_t_interval_of_students_own_data() -> None:
    # "Student", Biometrika 6 (1908) 20: additional hours of sleep, soporific 2 minus 1.
    hours = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    interval = mean_interval(hours)
    assert interval.estimate == pytest.approx(1.58)
    assert interval.low == pytest.approx(0.7001142, abs=1e-6)
    assert interval.high == pytest.approx(2.4598858, abs=1e-6)


def test_mean_of_few_values() -> None:
    assert math.isnan(mean_interval([]).estimate)
    assert mean_interval([3.0]) == (3.0, -math.inf, math.inf)
    assert mean_interval([2.0, 2.0]).half_width == 0
    assert mean_interval([1.0, math.nan, 3.0]).estimate == 2


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # R. G. Newcombe, Stat. Med. 17 (1998) 857, table I, method 3 (Wilson, no correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(successes: int, trials: int, low: float, high: float) -> None:
    interval = share_interval(successes, trials)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_wilson_at_the_ends() -> None:
    assert share_interval(20, 20).high == 1 and share_interval(20, 20).low > 0.8
    assert (share_interval(0, 0).low, share_interval(0, 0).high) == (0, 1)
    with pytest.raises(ValueError, match="3 successes of 2 trials"):
        share_interval(3, 2)


def test_t_interval_covers_the_mean_as_often_as_it_says() -> None:
    source = random.Random(5)
    covered = 0
    for _ in range(400):
        interval = mean_interval([source.gauss(10, 2) for _ in range(8)], confidence=0.9)
        covered += interval.low <= 10 <= interval.high
    assert 0.85 <= covered / 400 <= 0.95


def test_bootstrap_is_repeatable_and_holds_the_median() -> None:
    values = [float(n) for n in range(1, 100)]
    interval = bootstrap_interval(values)
    assert interval == bootstrap_interval(values)
    assert interval.estimate == 50 and 38 < interval.low < 50 < interval.high < 62
    mean = bootstrap_interval(values, statistic=np.mean)
    assert mean.half_width == pytest.approx(mean_interval(values).half_width, rel=0.1)


def test_relative_half_width() -> None:
    assert relative_half_width([1.0]) is None
    assert relative_half_width([5.0, 5.0, 5.0]) == 0
    assert relative_half_width([-1.0, 1.0]) == math.inf
    assert relative_half_width([9.0, 11.0]) == pytest.approx(12.706 * 1 / 10, rel=1e-3)


def test_summary_by_group() -> None:
    frame = pd.DataFrame({"p": ["a", "a", "b"], "x": [1.0, 3.0, math.nan]})
    table = summarise(frame, "p", "x")
    assert table["mean"].tolist()[0] == 2 and table["count"].tolist() == [2, 0]
    assert math.isnan(table["mean"].tolist()[1])


def test_precision_asks_for_more_until_it_is_reached() -> None:
    precision = Precision("registration_ms", half_width=0.05, at_most=100)
    source = random.Random(1)
    values: list[float] = []
    rounds = 0
    while more := precision.more(values or [100.0], max(1, len(values))):
        values += [source.gauss(100, 20) for _ in range(more)]
        rounds += 1
        assert rounds < 30
    width = relative_half_width(values)
    assert width is not None and (width <= 0.05 or len(values) == 100)
    assert 40 <= len(values) <= 100  # (1.96 * 20 / 5) ** 2 = 61


def test_precision_gives_up_where_nothing_can_be_averaged() -> None:
    assert Precision("registration_ms").more([], 5) == 0
    assert Precision("registration_ms", at_most=5).more([1.0, 9.0], 5) == 0


def test_precision_names_the_nearest_metric() -> None:
    with pytest.raises(BadInput, match='did you mean "registration_ms"'):
        Precision("registraton_ms")
