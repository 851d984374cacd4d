# SPDX-License-Identifier: GPL-2.0-only
"""Ranges with units: from 5ms to 50ms in ten steps, evenly or by factors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import BadInput
from .names import did_you_mean
from .units import KINDS, Quantity, kind_of, parse

MOST_STEPS = 10_000_000


@dataclass(frozen=True)
class Range:
    """Values between two ends, both of which belong to it.

    low, high -- numbers with their units, "5ms"; bare numbers where the parameter has no unit
    steps     -- how many values; or else
    step      -- how far they are apart, with its unit (the last value may fall short of high)
    log       -- whether neighbours are equal factors apart instead of equal distances
    """

    low: str | float
    high: str | float
    steps: int | None = None
    step: str | float | None = None
    log: bool = False

    def __post_init__(self) -> None:
        low, high = parse(self.low), parse(self.high)
        if kind_of(low.unit) != kind_of(high.unit):
            raise BadInput(f"{self}: the ends have different kinds of units")
        if low.value >= high.value:
            raise BadInput(f"{self}: the first end must be below the second")
        if self.log and low.value <= 0:
            raise BadInput(f"{self}: a logarithmic range needs ends above 0")
        if self.steps is not None and self.step is not None:
            raise BadInput(f"{self}: give steps or step, not both")
        if self.steps is not None and not 2 <= self.steps <= MOST_STEPS:
            raise BadInput(f"{self}: steps must be 2 to {MOST_STEPS}")
        if self.step is not None:
            self._check_step(low)

    def __str__(self) -> str:
        return f"range {self.low} to {self.high}"

    def at(self, share: float) -> str | int | float:
        """Return the value at a share (0 to 1) of the way from low to high."""
        low, high = parse(self.low).value, parse(self.high).value
        if self.log:
            return self._written(low * math.exp(share * math.log(high / low)))
        return self._written(low + share * (high - low))

    def values(self) -> list[str | int | float]:
        """Return all values. Raises BadInput where the range has neither steps nor step."""
        if self.step is not None:
            low, step = parse(self.low).value, parse(self.step).value
            span = parse(self.high).value - low
            count = int(math.floor(span / step + 1e-9)) + 1
            return [self._written(low + n * step) for n in range(count)]
        if self.steps is None:
            raise BadInput(f"{self}: needs steps (how many values) or step (how far apart)")
        return [self.at(n / (self.steps - 1)) for n in range(self.steps)]

    def _check_step(self, low: Quantity) -> None:
        step = parse(self.step if self.step is not None else 0)
        if self.log:
            raise BadInput(f"{self}: a logarithmic range needs steps, not step")
        if kind_of(step.unit) != kind_of(low.unit):
            raise BadInput(f"{self}: step {self.step} has another kind of unit")
        if step.value <= 0:
            raise BadInput(f"{self}: step must be above 0")
        if (parse(self.high).value - low.value) / step.value > MOST_STEPS:
            raise BadInput(f"{self}: more than {MOST_STEPS} values")

    def _written(self, value: float) -> str | int | float:
        """Return the value as its ends are written: in the low end's unit."""
        unit = parse(self.low).unit
        if kind_of(unit) == "duration":
            value = round(value, 6)  # whole microseconds: experiments write no finer ones
        if unit:
            return str(Quantity(value / KINDS[kind_of(unit)][unit], unit))
        rounded = float(f"{value:.12g}")
        whole = isinstance(self.low, int) and isinstance(self.high, int) and not self.log
        return int(rounded) if whole and rounded.is_integer() else rounded


def read_range(name: str, document: Mapping[str, Any]) -> Range:
    """Return the range that {from: 5ms, to: 50ms, steps: 10} describes."""
    keys = {"from": "low", "to": "high", "steps": "steps", "step": "step", "log": "log"}
    for key in document:
        if key not in keys:
            known = ", ".join(keys)
            raise BadInput(f'{name}: unknown key "{key}"{did_you_mean(key, keys)} (known: {known})')
    for key in ("from", "to"):
        if key not in document:
            raise BadInput(f'{name}: a range needs "{key}"')
    try:
        return Range(**{keys[key]: value for key, value in document.items()})
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from error
    except TypeError as error:
        raise BadInput(f"{name}: not a range: {dict(document)!r}") from error
