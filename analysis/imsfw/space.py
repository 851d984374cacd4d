# SPDX-License-Identifier: GPL-2.0-only
"""Parameter spaces: what a sweep varies, put together from grids, zips, products and filters.

    grid({"firewall.policy": ["udp-blocked", "proxy-only"]})
        * zipped({"media.transport": ["udp", "tls"], "media.port": [3478, 443]})

A space is walked, never held: its points are made as they are asked for.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import BadInput
from .ranges import Range

Point = dict[str, Any]
Values = Sequence[Any] | Range


class Space(ABC):
    """Points, each a mapping of dotted parameter names to values."""

    @abstractmethod
    def __iter__(self) -> Iterator[Point]:
        """Make the points, one after the other."""

    @property
    @abstractmethod
    def keys(self) -> tuple[str, ...]:
        """Return the names of the parameters that vary, in the order in which they were given."""

    @property
    @abstractmethod
    def bound(self) -> int:
        """Return at least the number of points, at once; filters can only make it fewer."""

    def __mul__(self, other: Space) -> Space:
        return Product(self, other)

    def where(self, keep: Callable[[Point], bool]) -> Space:
        """Return the points that the predicate wants."""
        return Filtered(self, keep)


@dataclass(frozen=True)
class Table(Space):
    """Points that were worked out beforehand: zipped lists, samples."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __iter__(self) -> Iterator[Point]:
        return (dict(zip(self.names, row, strict=True)) for row in self.rows)

    @property
    def keys(self) -> tuple[str, ...]:
        return self.names

    @property
    def bound(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Product(Space):
    """Every point of one space with every point of another; the right one varies fastest."""

    left: Space
    right: Space

    def __post_init__(self) -> None:
        both = set(self.left.keys) & set(self.right.keys)
        if both:
            raise BadInput(f"{', '.join(sorted(both))}: varied twice")

    def __iter__(self) -> Iterator[Point]:
        return ({**a, **b} for a in self.left for b in self.right)

    @property
    def keys(self) -> tuple[str, ...]:
        return self.left.keys + self.right.keys

    @property
    def bound(self) -> int:
        return self.left.bound * self.right.bound


@dataclass(frozen=True)
class Filtered(Space):
    """The points of a space that a predicate wants."""

    space: Space
    keep: Callable[[Point], bool]

    def __iter__(self) -> Iterator[Point]:
        return filter(self.keep, self.space)

    @property
    def keys(self) -> tuple[str, ...]:
        return self.space.keys

    @property
    def bound(self) -> int:
        return self.space.bound


@dataclass(frozen=True)
class Grid(Space):
    """Every combination of the values of each parameter."""

    axes: tuple[tuple[str, tuple[Any, ...]], ...]

    def __iter__(self) -> Iterator[Point]:
        names = self.keys
        for values in itertools.product(*(values for _, values in self.axes)):
            yield dict(zip(names, values, strict=True))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.axes)

    @property
    def bound(self) -> int:
        count = 1
        for _, values in self.axes:
            count *= len(values)
        return count


def grid(axes: Mapping[str, Values]) -> Space:
    """Return every combination. grid({}) is the space of one point that changes nothing."""
    return Grid(tuple((name, _values(name, values)) for name, values in axes.items()))


def zipped(columns: Mapping[str, Values]) -> Space:
    """Return the first values of all parameters, then the second ones, and so on."""
    lists = {name: _values(name, values) for name, values in columns.items()}
    lengths = {len(values) for values in lists.values()}
    if len(lengths) > 1:
        told = ", ".join(f"{name} has {len(values)}" for name, values in lists.items())
        raise BadInput(f"zipped parameters need equally many values: {told}")
    return Table(tuple(lists), tuple(zip(*lists.values(), strict=True)))


def _values(name: str, values: Values) -> tuple[Any, ...]:
    if isinstance(values, Range):
        return tuple(values.values())
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise BadInput(f"{name}: needs a list of values or a range, not {values!r}")
    return tuple(values)
