# SPDX-License-Identifier: GPL-2.0-only
"""Bisection: bounds follow from the runs, and the next round lies between them."""

from __future__ import annotations

import pandas as pd
import pytest
from imsfw import BadInput
from imsfw.bisection import between, bounds

LIMITS = {"a": 300.0, "b": 7440.0}  # seconds; c never passes, d never fails


def runs_of(points: list[tuple[str, float]]) -> pd.DataFrame:
    rows = []
    for policy, waited in points:
        passes = waited < LIMITS.get(policy, 0.0 if policy == "c" else 1e9)
        rows.append((policy, f"{waited:g}s", "pass" if passes else "fail"))
    return pd.DataFrame(rows, columns=["policy", "call.idle", "control"])


def test_a_case_without_both_bounds_is_left_out() -> None:
    runs = runs_of([(policy, waited) for policy in "abcd" for waited in (10, 10_000)])
    found = bounds(runs, "call.idle", ["policy"])
    assert found.index.tolist() == ["a", "b"]
    assert found["passes_s"].tolist() == [10, 10] and found["fails_s"].tolist() == [10_000] * 2


@pytest.mark.parametrize("precision", [1.5, 1.03, 1.0001])
def test_it_closes_in_on_the_limits_and_ends(precision: float) -> None:
    points = [((policy,), float(waited)) for policy in "ab" for waited in (10, 10_000)]
    rounds = 0
    while True:
        runs = runs_of([(policy, waited) for (policy,), waited in points])
        found = bounds(runs.assign(way="x"), "call.idle", ["policy", "way"])
        upcoming = between(found, precision)
        if not upcoming:
            break
        points += [((case[0],), float(middle)) for case, middle in upcoming]
        rounds += 1
    assert 1 < rounds < 20
    for (policy, _), row in found.iterrows():
        assert row["passes_s"] < LIMITS[policy] <= row["fails_s"]
        assert row["fails_s"] <= max(row["passes_s"] * precision, row["passes_s"] + 1)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="call.idle"):
        bounds(pd.DataFrame({"control": []}), "call.idle", [])
