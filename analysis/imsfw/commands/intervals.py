# SPDX-License-Identifier: GPL-2.0-only
"""Tables of means, medians and success rates with their confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import BadInput
from ..statistics import bootstrap_interval, mean_interval, share_interval
from ..store.frames import Frames
from ..warmup import steady_rows

RUN_METRICS = ("registration_ms", "call_setup_ms")
KINDS = ("policy", "transport", "suites")


def intervals(
    frames: Frames,
    metric: str = "registration_ms",
    by: Sequence[str] = (),
    confidence: float = 0.95,
    warm_up: bool = False,
) -> pd.DataFrame:
    """Return, for each group of runs, what is known of a metric and of success.

    mean -- over replications, with Student's t interval; median -- with a bootstrap interval;
    success -- share of runs whose control plane passed, with Wilson's interval

    metric -- of each run; by -- parameters that tell the groups apart, beside policy, transport
    and suites; warm_up -- take all UEs of a run instead of its first, less those that began before
    the run was steady; a replication's value is then the mean over them
    """
    if metric not in RUN_METRICS:
        raise BadInput(f'unknown metric "{metric}" (known: {", ".join(RUN_METRICS)})')
    runs = frames.runs(list(by))
    runs = runs[runs["status"] == "done"]
    if warm_up:
        steady = steady_rows(frames.ues(), metric).groupby("run_id")[metric].mean()
        runs = runs.assign(**{metric: runs["run_id"].map(steady)})
    names = [*KINDS, *by]
    rows = []
    for key, group in runs.groupby(names, sort=False, dropna=False):
        values = group[metric].dropna().tolist()
        mean = mean_interval(values, confidence)
        median = bootstrap_interval(values, confidence=confidence)
        passed = int((group["control"] == "pass").sum())
        success = share_interval(passed, len(group), confidence)
        rows.append((*key, len(group), *mean, *median, *success))
    columns = [
        *("runs", "mean", "mean_low", "mean_high", "median", "median_low", "median_high"),
        *("success", "success_low", "success_high"),
    ]
    return pd.DataFrame(rows, columns=[*names, *columns])
