# SPDX-License-Identifier: GPL-2.0-only
"""What a report is about: cells of the matrix, each with a run that stands for it.

They come from a result database (the commonest outcome of a cell's runs stands for it) or from a
folder of run folders.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ..document import flatten
from ..errors import BadInput
from ..store.frames import Frames
from ..store.outcome import Described
from ..store.rows import result_rows

Cell = dict[str, Any]

_PHASES = ("plane", "attempt", "name", "start_ms", "end_ms")
_EVENTS = ("plane", "element", "rule", "reason", "detail", "flow", "first_bytes", "at_ms")
_MEDIA = (
    *("direction", "sent", "received", "lost", "late", "jitter_ms", "delay_mean_ms"),
    *("delay_p95_ms", "delay_max_ms", "mouth_to_ear_ms", "rating", "mos"),
)
_TLS = (
    *("plane", "attempt", "version", "suite", "is_null"),
    *("handshake_bytes_sent", "handshake_bytes_received"),
    *("is_resumed", "key_group", "alpn", "computed_ms"),
)
_PLANES = ("control", "media_udp", "media_tcp")


def read_source(source: Path, commit: str) -> list[Cell]:
    """Return the cells of a database or folder. Raises BadInput where nothing is to report."""
    cells = _from_folders(source) if source.is_dir() else _from_database(source, commit)
    if not cells:
        raise BadInput(f"{source}: no results")
    return cells


def link_from(output: Path, cells: list[Cell]) -> None:
    """Make the cells' folders relative to the report, so that both can be moved together."""
    for cell in cells:
        if cell["folder"]:
            cell["folder"] = os.path.relpath(cell["folder"], output.resolve().parent)


def _from_database(path: Path, commit: str) -> list[Cell]:
    frames = Frames(path, commit)
    runs = frames.runs([])
    done = runs[runs["status"] == "done"]
    cells = []
    for _, group in done.groupby(["policy", "transport", "suites"], sort=False):
        # The first run of the commonest outcome; outcomes differ by what decided.
        outcome = group["rule"].fillna("") + "/" + group["reason"].fillna("")
        first = group[outcome == outcome.mode().iloc[0]].iloc[0]
        cells.append(_database_cell(frames, group, first))
    return cells


def _database_cell(frames: Frames, group: pd.DataFrame, first: pd.Series) -> Cell:
    here = ("x.run_id = ?", [int(first["run_id"])])
    events = _records(frames.verdicts(*here), _EVENTS)
    return {
        "policy": first["policy"],
        "transport": first["transport"],
        "suites": first["suites"],
        "planes": {plane: first[plane] for plane in _PLANES if isinstance(first[plane], str)},
        "runs": len(group),
        "passed": {
            plane: int((group[plane] == "pass").sum())
            for plane in _PLANES
            if group[plane].notna().any()
        },
        "registration_ms": _number(group["registration_ms"].mean()),
        "call_setup_ms": _number(group["call_setup_ms"].mean()),
        "phases": _records(frames.phases(*here), _PHASES),
        "events": events,
        "media": _records(frames.media(*here), _MEDIA),
        "tls": _records(frames.tls(*here), _TLS),
        "folder": first["folder"],
        "commit": first["commit_id"],
    }


def _from_folders(root: Path) -> list[Cell]:
    paths = sorted(root.rglob("result.json"))
    return [_folder_cell(path) for path in paths]


def _folder_cell(path: Path) -> Cell:
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
        settings = _settings(path.with_name("experiment.yaml"))
        rows = result_rows(result)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path}: not a result ({error})") from error
    policy, transport, suites = Described("", "", settings, "").cell
    planes = {plane: found["verdict"] for plane, found in result["planes"].items()}
    children = rows.children
    return {
        "policy": policy or result["policy"],
        "transport": transport,
        "suites": suites,
        "planes": planes,
        "runs": 1,
        "passed": {plane: int(verdict == "pass") for plane, verdict in planes.items()},
        "registration_ms": result["registration_ms"],
        "call_setup_ms": result["call_setup_ms"],
        "phases": _named(children["phases"], _PHASES),
        "events": _named(children["verdicts"], _EVENTS),
        "media": _named(children["media"], _MEDIA, skip=0),
        "tls": _named(children["tls"], _TLS),
        "folder": str(path.parent.resolve()),
        "commit": result.get("provenance", {}).get("commit", ""),
    }


def _settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    return flatten(yaml.safe_load(path.read_text(encoding="utf-8")) or {})


def _named(rows: Iterable[tuple[Any, ...]], names: tuple[str, ...], skip: int = 1) -> list[Cell]:
    """Return rows as records; skip leaves out the ordinal in front."""
    return [dict(zip(names, row[skip:], strict=True)) for row in rows]


def _records(frame: pd.DataFrame, names: tuple[str, ...]) -> list[Cell]:
    records: list[Cell] = json.loads(frame[list(names)].to_json(orient="records"))
    return records


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
