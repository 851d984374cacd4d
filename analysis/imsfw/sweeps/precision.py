# SPDX-License-Identifier: GPL-2.0-only
"""Replicating until a mean is known well enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import BadInput
from ..names import did_you_mean

METRICS = ("registration_ms", "call_setup_ms", "simulated_ms", "wall_s")


@dataclass(frozen=True)
class Precision:
    """When to stop: the confidence interval's half width is this share of the mean, or less.

    metric     -- a column of runs: registration_ms, call_setup_ms, ...
    half_width -- relative to the mean: 0.05 is five percent
    confidence -- of the interval
    at_most    -- replications of an experiment; the sweep's own number is the least
    """

    metric: str
    half_width: float = 0.05
    confidence: float = 0.95
    at_most: int = 1000

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            hint = did_you_mean(self.metric, METRICS)
            raise BadInput(f'precision: unknown metric "{self.metric}"{hint}')
        if not 0 < self.half_width:
            raise BadInput(f"precision: half_width must be above 0, not {self.half_width}")
        if not 0 < self.confidence < 1:
            raise BadInput(f"precision: confidence must be between 0 and 1, not {self.confidence}")

    def more(self, values: Sequence[float], done: int) -> int:
        """Return how many further replications to make of an experiment.

        values -- the metric in the runs that have it;  done -- runs made, those without it too
        """
        if done >= self.at_most:
            return 0
        if not values:
            return 0  # nothing ever comes of this experiment that could be averaged
        from ..statistics import relative_half_width

        width = relative_half_width(values, self.confidence)
        if width is not None and width <= self.half_width:
            return 0
        if width is None or math.isinf(width):
            return min(2, self.at_most - done)
        # The width falls with the root of the number; never more than twice as many in one round.
        wanted = math.ceil(len(values) * (width / self.half_width) ** 2)
        share = len(values) / done
        return max(1, min(math.ceil((wanted - len(values)) / share), done, self.at_most - done))
