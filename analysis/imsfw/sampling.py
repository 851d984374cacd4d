# SPDX-License-Identifier: GPL-2.0-only
"""Random and Latin-hypercube samples of parameters; one seed always gives the same points."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import BadInput
from .ranges import Range
from .space import Space, Table, Values


def random_sample(axes: Mapping[str, Values], count: int, seed: int = 1) -> Space:
    """Return points drawn independently: ranges evenly (log: by factors), lists by chance."""
    _check(axes, count)
    source = random.Random(seed)
    rows = [tuple(_at(values, source.random()) for values in axes.values()) for _ in range(count)]
    return Table(tuple(axes), tuple(rows))


def latin_hypercube(axes: Mapping[str, Values], count: int, seed: int = 1) -> Space:
    """Return points such that each of `count` equal slices of each parameter has one of them.

    M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979) 239-245.
    """
    _check(axes, count)
    source = random.Random(seed)
    columns = []
    for values in axes.values():
        slices = list(range(count))
        source.shuffle(slices)
        columns.append([_at(values, (n + source.random()) / count) for n in slices])
    return Table(tuple(axes), tuple(zip(*columns, strict=True)))


def _check(axes: Mapping[str, Values], count: int) -> None:
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise BadInput(f"a sample needs a count of 1 or more, not {count!r}")
    for name, values in axes.items():
        if isinstance(values, Range):
            continue
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise BadInput(f"{name}: a sample needs a range or a list of values, not {values!r}")
    if not axes:
        raise BadInput("a sample needs at least one parameter")


def _at(values: Values, share: float) -> Any:
    if isinstance(values, Range):
        return values.at(share)
    return values[min(int(share * len(values)), len(values) - 1)]
