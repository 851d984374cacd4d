# SPDX-License-Identifier: GPL-2.0-only
"""What the run folders of a report's cells tell: message sequences, and why a plane failed."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

from tqdm.auto import tqdm

from ..errors import BadInput
from ..explanation import Explanation, explain
from ..sequence import ladder

Cell = dict[str, Any]


def add_evidence(cells: list[Cell], find_changes: bool = False) -> None:
    """Add "sequence" (text and SVG) and "explanation" to the cells that have captures.

    find_changes -- also look for changes that let failed runs pass (seconds for each)
    """
    kept = [cell for cell in cells if cell["folder"]]
    bar = tqdm(kept, desc="reading run folders", unit="run", disable=not sys.stderr.isatty())
    for cell in bar:
        try:
            drawn = ladder(cell["folder"])
            cell["sequence"] = {"text": drawn.text, "svg": drawn.svg}
            if "fail" in cell["planes"].values():
                cell["explanation"] = _told(explain(cell["folder"], find_changes))
        except BadInput as error:  # a run without captures has its result all the same
            cell["evidence_missing"] = str(error)


def _told(explanation: Explanation) -> Cell:
    decisions = {
        plane: [dataclasses.asdict(rule) for rule in found.decision.rules]
        for plane, found in explanation.planes.items()
        if found.decision
    }
    changes = [
        {"change": one.title, "kind": one.kind, "outcome": one.outcome}
        for one in explanation.changes
    ]
    return {"rules": decisions, "changes": changes}
