# SPDX-License-Identifier: GPL-2.0-only
"""Conditions of sweep files: `control.port == 443 and links.access.delay < "20ms"`.

The words are Python's, a small part of them, read with ast and never executed: comparisons,
`and`, `or`, `not`, `in`, lists, numbers, text, true and false. Text with a unit is compared by its
magnitude, so that "20ms" is less than "1s". A parameter that a point does not set is None.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from .errors import BadInput
from .parameters import Parameters
from .space import Point
from .units import magnitude

_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_CONSTANTS = {"true": True, "false": False, "none": None}


class Condition:
    """A predicate over points."""

    def __init__(self, text: str, parameters: Parameters) -> None:
        """Raises BadInput for what is no condition, and for a parameter that does not exist."""
        self.text = text
        self._parameters = parameters
        try:
            self._tree = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise BadInput(f'condition "{text}": {error.msg}') from error
        self._check(self._tree)

    def __call__(self, point: Point) -> bool:
        try:
            return bool(self._value(self._tree, point))
        except TypeError as error:
            raise BadInput(f'condition "{self.text}": {error} at {point}') from error

    def _check(self, node: ast.expr) -> None:
        name = _dotted(node)
        if name is not None:
            if name not in _CONSTANTS:
                self._parameters.check(name, f'condition "{self.text}"')
            return
        if isinstance(node, ast.Constant):
            return
        for child in self._children(node):
            self._check(child)

    def _children(self, node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.BoolOp):
            return node.values
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
            return [node.operand]
        if isinstance(node, ast.Compare) and all(type(op) in _OPERATORS for op in node.ops):
            return [node.left, *node.comparators]
        if isinstance(node, (ast.List, ast.Tuple)):
            return node.elts
        raise BadInput(f'condition "{self.text}": "{ast.unparse(node)}" is not allowed here')

    def _value(self, node: ast.expr, point: Point) -> Any:
        name = _dotted(node)
        if name is not None:
            return _CONSTANTS[name] if name in _CONSTANTS else magnitude(point.get(name))
        if isinstance(node, ast.Constant):
            return magnitude(node.value)
        if isinstance(node, ast.BoolOp):
            values = (self._value(child, point) for child in node.values)
            return all(values) if isinstance(node.op, ast.And) else any(values)
        if isinstance(node, ast.UnaryOp):
            value = self._value(node.operand, point)
            return not value if isinstance(node.op, ast.Not) else -value
        if isinstance(node, ast.Compare):
            return self._compare(node, point)
        return [self._value(child, point) for child in self._children(node)]

    def _compare(self, node: ast.Compare, point: Point) -> bool:
        left = self._value(node.left, point)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self._value(comparator, point)
            if not _OPERATORS[type(op)](left, right):
                return False
            left = right
        return True


def _dotted(node: ast.expr) -> str | None:
    """Return "links.access.delay" for the attribute chain that Python sees there."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return None if owner is None else f"{owner}.{node.attr}"
    return None
