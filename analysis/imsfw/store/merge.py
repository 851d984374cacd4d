# SPDX-License-Identifier: GPL-2.0-only
"""Merges result databases of several machines into one.

A run that both have is kept once; where both are done but differ, the files disagree about what
one seed gives, and that is reported: a run must not depend on its machine.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..errors import StoreError
from .connection import columns_of, connect, speaking, transaction
from .schema import CHILDREN

_SMALL = {
    "provenance": ("commit_id", "policy_hash", "ns3", "openssl"),
    "machines": ("host", "processor", "system", "python"),
    "cells": ("policy", "transport", "suites"),
    "deciders": ("plane", "element", "rule", "reason"),
    "notes": ("text",),
}
_RUN_KEY = ("experiment_id", "provenance_id", "seed", "run")
_REFERENCES = {
    "experiment_id": "experiments",
    "provenance_id": "provenance",
    "machine_id": "machines",
    "decider_id": "deciders",
}


@dataclass(frozen=True)
class MergeReport:
    """What a merge did."""

    added: int  # runs that were new, or done where only a failure was there
    present: int  # runs that were there already
    conflicting: int  # runs that are done in both, with different results


def merge(target: Path, sources: list[Path]) -> MergeReport:
    """Add the runs of all sources to the target, which is made where it is missing.

    Each source is added whole or not at all; sources are not changed. Merging again adds nothing.
    """
    for source in sources:
        if source.resolve() == target.resolve():
            raise StoreError(f"{source}: cannot be merged into itself")
        connect(source, read_only=True).close()  # complains about what is no result database
    reports = []
    with closing(connect(target)) as connection:
        for source in sources:
            with speaking(source):
                reports.append(_merge_one(connection, source))
    return MergeReport(
        sum(report.added for report in reports),
        sum(report.present for report in reports),
        sum(report.conflicting for report in reports),
    )


def _merge_one(connection: sqlite3.Connection, source: Path) -> MergeReport:
    connection.execute("ATTACH ? AS other", (f"{source.resolve().as_uri()}?mode=ro",))
    try:
        with transaction(connection):
            _map_small_tables(connection)
            _map_experiments(connection)
            return _copy_runs(connection)
    finally:
        for table in (*_SMALL, "experiments", "runs"):
            connection.execute(f"DROP TABLE IF EXISTS temp.map_{table}")
        connection.execute("DETACH other")


def _map(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    """Make temp.map_TABLE (there, here): the ids of equal rows in the source and in the target."""
    matches = " AND ".join(f"t.{name} = o.{name}" for name in columns)
    connection.execute(
        f"CREATE TEMP TABLE map_{table} (there INTEGER PRIMARY KEY, here INTEGER NOT NULL)"
    )
    connection.execute(
        f"INSERT INTO temp.map_{table}"
        f" SELECT o.id, t.id FROM other.{table} o JOIN main.{table} t ON {matches}"
    )


def _map_small_tables(connection: sqlite3.Connection) -> None:
    for table, columns in _SMALL.items():
        names = ", ".join(columns)
        connection.execute(
            f"INSERT OR IGNORE INTO main.{table} ({names}) SELECT {names} FROM other.{table}"
        )
        _map(connection, table, columns)


def _map_experiments(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO main.experiments (hash, cell_id, name, settings)"
        " SELECT o.hash, m.here, o.name, o.settings FROM other.experiments o"
        " JOIN temp.map_cells m ON m.there = o.cell_id"
    )
    _map(connection, "experiments", ("hash",))


def _copy_runs(connection: sqlite3.Connection) -> MergeReport:
    columns = [row[1] for row in connection.execute("PRAGMA main.table_info(runs)")]
    columns.remove("id")
    values = [_REFERENCES.get(name, "") for name in columns]
    selected = [
        f"m_{table}.here" if table else f"o.{name}"
        for name, table in zip(columns, values, strict=True)
    ]
    joins = " ".join(
        f"LEFT JOIN temp.map_{table} m_{table} ON m_{table}.there = o.{name}"
        for name, table in _REFERENCES.items()
    )
    source = f"other.runs o {joins}"
    conflicting = _count_conflicts(connection, source)
    # A run that is done wins over a failure of the same run.
    connection.execute(
        f"DELETE FROM main.runs WHERE id IN (SELECT t.id FROM {source}"
        f" JOIN main.runs t ON {_same_run()} WHERE t.status <> 'done' AND o.status = 'done')"
    )
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO main.runs ({', '.join(columns)})"
        f" SELECT {', '.join(selected)} FROM {source} ORDER BY o.id"
    )
    added = cursor.rowcount
    total = connection.execute("SELECT count(*) FROM other.runs").fetchone()[0]
    _copy_children(connection, source)
    return MergeReport(added, total - added, conflicting)


def _same_run() -> str:
    return " AND ".join(
        f"t.{name} = m_{_REFERENCES[name]}.here" if name in _REFERENCES else f"t.{name} = o.{name}"
        for name in _RUN_KEY
    )


def _count_conflicts(connection: sqlite3.Connection, source: str) -> int:
    found = connection.execute(
        f"SELECT count(*) FROM {source} JOIN main.runs t ON {_same_run()}"
        " WHERE t.status = 'done' AND o.status = 'done' AND t.digest <> o.digest"
    )
    return int(found.fetchone()[0])


def _copy_children(connection: sqlite3.Connection, source: str) -> None:
    connection.execute(
        "CREATE TEMP TABLE map_runs (there INTEGER PRIMARY KEY, here INTEGER NOT NULL)"
    )
    # Runs that have no tries yet are those that were just added.
    connection.execute(
        f"INSERT INTO temp.map_runs SELECT o.id, t.id FROM {source} JOIN main.runs t"
        f" ON {_same_run()} WHERE NOT EXISTS"
        " (SELECT 1 FROM main.tries a WHERE a.run_id = t.id)"
    )
    for table in (*CHILDREN, "tries"):
        # A copy of an earlier imsfw may lack the table, or columns of it: those stay NULL.
        names = [name for name in columns_of(connection, f"other.{table}") if name != "run_id"]
        if names:
            connection.execute(
                f"INSERT INTO main.{table} (run_id, {', '.join(names)})"
                f" SELECT m.here, {', '.join(f'x.{name}' for name in names)} FROM other.{table} x"
                " JOIN temp.map_runs m ON m.there = x.run_id"
            )
    connection.execute(
        "INSERT INTO main.run_notes SELECT m.here, n.here FROM other.run_notes x"
        " JOIN temp.map_runs m ON m.there = x.run_id JOIN temp.map_notes n ON n.there = x.note_id"
    )
