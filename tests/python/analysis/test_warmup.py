# SPDX-License-Identifier: GPL-2.0-only
"""Warm-up and batch means, against sequences whose steady state is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from imsfw.warmup import steady_interval, steady_rows, warm_up_length


def noise(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(100.0, 5.0, count)


@pytest.mark.parametrize("bias", [100, 300])
def test_a_biased_beginning_is_left_out(bias: int) -> None:
    values = np.concatenate([np.linspace(20, 100, bias), noise(2000)])
    cut = warm_up_length(values.tolist())
    assert bias * 0.5 < cut <= bias * 1.3


def test_little_of_what_is_steady_is_left_out() -> None:
    cuts = [warm_up_length(noise(1000, seed).tolist()) for seed in range(20)]
    assert np.mean(cuts) < 250 and max(cuts) <= 500


@pytest.mark.parametrize("count", [0, 1, 4, 19])
def test_too_few_have_no_warm_up(count: int) -> None:
    assert warm_up_length(noise(count).tolist()) == 0


def test_never_more_than_half_is_left_out() -> None:
    assert warm_up_length(list(range(1000))) <= 500


def test_steady_intervals_cover_the_mean_as_often_as_they_should() -> None:
    # A process with memory, AR(1) with 0.7 and mean 100: naive intervals are far too short for it.
    covered = 0
    for seed in range(200):
        source = np.random.default_rng(seed)
        values, level = [], 100.0
        for step in source.normal(0, 1, 2000):
            level = 100 + 0.7 * (level - 100) + step
            values.append(level)
        interval = steady_interval(values)
        covered += interval.low <= 100 <= interval.high
    assert 0.88 <= covered / 200 <= 0.99


def test_rows_are_cut_run_by_run_in_their_order() -> None:
    ramp = np.concatenate([np.linspace(0, 100, 50), noise(200)])
    frame = pd.concat(
        pd.DataFrame({"run_id": run, "started_ms": range(250), "registration_ms": ramp})
        for run in (1, 2)
    ).sample(frac=1, random_state=1)
    steady = steady_rows(frame, "registration_ms")
    assert set(steady["run_id"]) == {1, 2}
    assert steady["started_ms"].min() >= 20 and len(steady) < len(frame)
    assert steady["registration_ms"].mean() == pytest.approx(100, abs=2)
    assert steady_rows(frame.iloc[:0], "registration_ms").empty
