# SPDX-License-Identifier: GPL-2.0-only
"""Finding a limit by bisection: where a duration passes, and where a longer one fails.

Each round is a sweep of its own (see study's `following`); what the next one looks at follows from
all runs so far.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from .errors import BadInput
from .units import seconds


def bounds(runs: pd.DataFrame, key: str, by: Sequence[str]) -> pd.DataFrame:
    """Return the longest duration with which control passed, and the shortest that failed.

    runs -- with the columns `key` (durations as text) and `by`, as Frames.runs gives them
    Returned are seconds in the columns passes_s and fails_s, for the cases that have both.
    """
    missing = {key, "control", *by} - set(runs.columns)
    if missing:
        raise BadInput(f"bisection: the frame has no column {', '.join(sorted(missing))}")
    timed = runs.assign(_s=runs[key].map(seconds))
    passed = timed[timed["control"] == "pass"].groupby([*by])["_s"]
    failed = timed[timed["control"] == "fail"].groupby([*by])["_s"]
    ends = [passed.max().rename("passes_s"), failed.min().rename("fails_s")]
    return pd.concat(ends, axis=1).dropna()


def between(found: pd.DataFrame, precision: float) -> list[tuple[tuple[str, ...], int]]:
    """Return the cases whose bounds are too far apart, each with the whole seconds to try next.

    precision -- by what factor fails_s may exceed passes_s in the end, above 1
    """
    points = []
    for case in found.itertuples():
        middle = round(math.sqrt(case.passes_s * case.fails_s))
        if case.fails_s > case.passes_s * precision and case.passes_s < middle < case.fails_s:
            points.append((tuple(case.Index), middle))
    return points
