# SPDX-License-Identifier: GPL-2.0-only
"""Where a sequence of observations becomes steady, and intervals for what comes after.

A run that begins with an empty system says little about a busy one: its first observations are
biased. Observations of one run are not independent either: batches of them nearly are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .statistics import Data, Interval, mean_interval

BATCH = 5


def warm_up_length(values: Sequence[float], batch: int = BATCH) -> int:
    """Return how many observations to leave out from the beginning, by MSER-5.

    The place is that after which the means of batches have the smallest standard error, looked for
    in the first half: a minimum in the second would say that the run was too short, and then
    half of it is left out. K. P. White, Simulation 69 (1997) 323-334; K. P. White, M. J. Cobb,
    S. C. Spratt, Proc. Winter Simulation Conference 2000, 755-765.
    """
    data = np.asarray(values, dtype=np.float64)
    means = _batch_means(data, batch)
    if len(means) < 4:
        return 0
    errors = [
        float(means[start:].var()) / (len(means) - start) for start in range(len(means) // 2 + 1)
    ]
    return int(np.argmin(errors)) * batch


def steady_interval(
    values: Sequence[float], confidence: float = 0.95, batches: int = 20
) -> Interval:
    """Return the mean after the warm-up of one run with its interval, by the method of batch means.

    A. M. Law, Simulation Modeling and Analysis, 9.5.3. Fewer batches are made where there are too
    few observations for five in each.
    """
    data = np.asarray(values, dtype=np.float64)
    steady = data[warm_up_length(data.tolist()) :]
    size = max(BATCH, len(steady) // batches)
    means = _batch_means(steady, size)
    return mean_interval(means.tolist(), confidence)


def steady_rows(frame: pd.DataFrame, metric: str, order: str = "started_ms") -> pd.DataFrame:
    """Return the rows of each run that come after its warm-up, in their order.

    frame -- run_id, `metric` and `order` (when each was observed), as Frames.ues gives them
    """
    kept = []
    for _, rows in frame.dropna(subset=[metric]).groupby("run_id", sort=False):
        ordered = rows.sort_values(order, kind="stable")
        kept.append(ordered.iloc[warm_up_length(ordered[metric].tolist()) :])
    return pd.concat(kept) if kept else frame.iloc[:0]


def _batch_means(data: Data, size: int) -> Data:
    whole = len(data) // size * size
    # What does not fill a batch is left out at the beginning, which matters least.
    means: Data = data[len(data) - whole :].reshape(-1, size).mean(axis=1)
    return means
