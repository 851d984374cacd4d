# SPDX-License-Identifier: GPL-2.0-only
"""Numbers with units, as experiments write them: durations in seconds, rates in bit/s."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import BadInput

DURATION = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
RATE = {"bps": 1.0, "kbps": 1e3, "Mbps": 1e6, "Gbps": 1e9}
KINDS = {"duration": DURATION, "rate": RATE}

_QUANTITY = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[A-Za-z]*)")


@dataclass(frozen=True)
class Quantity:
    """A number in the unit that its author chose."""

    number: float
    unit: str  # "" for a bare number

    @property
    def value(self) -> float:
        """Return the number in seconds, bit/s, or as it is where it has no unit."""
        kind = kind_of(self.unit)
        return self.number * KINDS[kind][self.unit] if kind else self.number

    def __str__(self) -> str:
        return decimal(self.number) + self.unit


def kind_of(unit: str) -> str:
    """Return "duration", "rate", or "" for no unit. Raises BadInput for a unit nobody knows."""
    for kind, factors in KINDS.items():
        if unit in factors:
            return kind
    if unit:
        known = ", ".join([*DURATION, *RATE])
        raise BadInput(f'unknown unit "{unit}" (known: {known})')
    return ""


def parse(text: str | int | float) -> Quantity:
    """Read "20ms", "100Mbps" or 0.5. Raises BadInput where that is no number with a unit."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return Quantity(float(text), "")
    match = _QUANTITY.fullmatch(str(text))
    if not match:
        raise BadInput(f'"{text}" is not a number with its unit (for example 20ms, 100Mbps or 0.5)')
    kind_of(match["unit"])
    return Quantity(float(match["number"]), match["unit"])


def seconds(text: str | int | float) -> float:
    """Return a duration in seconds; a bare number counts as seconds."""
    quantity = parse(text)
    if quantity.unit and kind_of(quantity.unit) != "duration":
        raise BadInput(f'"{text}" is not a duration (for example 90s or 5min)')
    return quantity.value


def magnitude(value: object) -> object:
    """Return what a value is compared by: seconds, bit/s, or itself where it has no unit."""
    if isinstance(value, str):
        match = _QUANTITY.fullmatch(value)
        if match and any(match["unit"] in factors for factors in KINDS.values()):
            return parse(value).value
    return value


def decimal(number: float) -> str:
    """Return the number without exponent or trailing zeros; experiments do not know 1e-05."""
    text = f"{number:.9f}".rstrip("0").rstrip(".")
    return text or "0"


def approximately(duration_s: float) -> str:
    """Return a duration for people: "3.4 s", "12 min", "5.1 h"."""
    if duration_s < 90:
        return f"{duration_s:.1f} s"
    if duration_s < 90 * 60:
        return f"{duration_s / 60:.0f} min"
    return f"{duration_s / 3600:.1f} h"
