# SPDX-License-Identifier: GPL-2.0-only
"""What was tried after what: attempts as a tree."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import BadInput
from .style import FAIL, NOT_ATTEMPTED, PAGE_MM, PASS, new_figure, require, styled

_ROW_MM = 9.0


@styled
def fallback_tree(attempts: pd.DataFrame, width_mm: float = PAGE_MM) -> Figure:
    """Draw attempts as a tree from left to right, in the order in which they began.

    attempts -- id, parent (None: tried first), label, outcome (pass, fail, not-attempted),
                start_ms, end_ms, reason; a child was tried because its parent failed
    """
    columns = ("id", "parent", "label", "outcome", "start_ms", "end_ms", "reason")
    require(attempts, columns, "fall-back tree")
    nodes = {row["id"]: row for row in attempts.to_dict("records")}
    depths = {key: _depth(key, nodes) for key in nodes}
    order = _depth_first(attempts)
    figure, axes = new_figure(width_mm, 12 + _ROW_MM * len(order))
    for y, key in enumerate(order):
        node = nodes[key]
        if not pd.isna(node["parent"]):
            _edge(axes, depths[key], y, order.index(node["parent"]))
        _box(axes, depths[key], y, node)
    axes.set_xlim(-0.05, max(depths.values()) + 1.1)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.axis("off")
    return figure


def attempts_as_tree(attempts: pd.DataFrame) -> pd.DataFrame:
    """Return the attempts of one run as fallback_tree draws them.

    attempts -- plane, attempt, outcome, started_ms, ended_ms, reason, as Frames.attempts gives
                them; an attempt that began after another of its plane had ended fell back from it
    """
    columns = ("plane", "attempt", "outcome", "started_ms", "ended_ms", "reason")
    require(attempts, columns, "attempts")
    outcomes = {"won": "pass", "failed": "fail"}
    last = attempts[["started_ms", "ended_ms"]].max().max()
    nodes: list[dict[str, object]] = []
    for _, group in attempts.groupby("plane", sort=False):
        begun = group.dropna(subset=["started_ms"]).sort_values("started_ms", kind="stable")
        ended: list[tuple[float, int]] = []  # of this plane: when, which
        for row in begun.to_dict("records"):
            before = [number for end_ms, number in ended if end_ms <= row["started_ms"]]
            end_ms = last if pd.isna(row["ended_ms"]) else row["ended_ms"]
            ended.append((end_ms, len(nodes) + 1))
            nodes.append(
                {
                    "id": len(nodes) + 1,
                    "parent": before[-1] if before else None,
                    "label": f"{row['plane']}: {row['attempt']}",
                    "outcome": outcomes.get(row["outcome"], row["outcome"]),
                    "start_ms": row["started_ms"],
                    "end_ms": end_ms,
                    "reason": row["reason"],
                }
            )
    return pd.DataFrame(nodes)


def _depth(key: object, nodes: dict[object, dict[str, object]]) -> int:
    depth = 0
    seen = {key}
    while not pd.isna(nodes[key]["parent"]):
        key = nodes[key]["parent"]
        if key not in nodes or key in seen:
            raise BadInput(f"fall-back tree: {key!r} is no attempt above others")
        seen.add(key)
        depth += 1
    return depth


def _depth_first(attempts: pd.DataFrame) -> list[object]:
    children: dict[object, list[object]] = {}
    for row in attempts.sort_values("start_ms", kind="stable").to_dict("records"):
        parent = None if pd.isna(row["parent"]) else row["parent"]
        children.setdefault(parent, []).append(row["id"])
    order: list[object] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        key = waiting.pop()
        order.append(key)
        waiting += reversed(children.get(key, []))
    return order


def _box(axes: Axes, x: int, y: int, node: dict[str, object]) -> None:
    colours = {"pass": PASS, "fail": FAIL}
    mark = {"pass": "passed", "fail": "failed"}.get(str(node["outcome"]), str(node["outcome"]))
    reason = f": {node['reason']}" if isinstance(node["reason"], str) and node["reason"] else ""
    axes.text(
        x,
        y,
        f"{node['label']}\n{node['start_ms']:.0f} to {node['end_ms']:.0f} ms, {mark}{reason}",
        ha="left",
        va="center",
        size=6,
        bbox={
            "boxstyle": "round,pad=0.35",
            "facecolor": colours.get(str(node["outcome"]), NOT_ATTEMPTED),
            "edgecolor": "black",
            "linewidth": 0.5,
        },
    )


def _edge(axes: Axes, x: int, y: int, parent_y: int) -> None:
    middle = x - 0.5
    path = ([x - 0.9, middle - 0.42, middle - 0.42, x], [parent_y, parent_y, y, y])
    axes.plot(*path, color="black", linewidth=0.6, zorder=0)
