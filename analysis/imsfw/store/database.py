# SPDX-License-Identifier: GPL-2.0-only
"""The writer's side of the result database: which runs are there, and storing what came of one.

A run that is done is never written again, and a run is stored with all its rows in one transaction:
whenever the process is killed, each run is there once and whole, or not at all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType

from .connection import connect, speaking, transaction
from .outcome import Described, Machine, Outcome, Provenance, RunKey, this_machine
from .rows import RUN_COLUMNS, Row
from .schema import CHILDREN

_DECIDER = ("plane", "element", "rule", "reason")
_KEY = ("experiment_id", "provenance_id", "seed", "run")
_CHANGED = (
    *("machine_id", "status", "reason", "wall_s", "folder", "finished_at", "decider_id"),
    *RUN_COLUMNS,
)
_UPSERT = f"""
    INSERT INTO runs ({', '.join((*_KEY, *_CHANGED))})
    VALUES ({', '.join('?' * (len(_KEY) + len(_CHANGED)))})
    ON CONFLICT (experiment_id, provenance_id, seed, run) DO UPDATE SET
    {', '.join(f'{name} = excluded.{name}' for name in _CHANGED)}
    WHERE runs.status <> 'done'
    RETURNING id
"""


class Store:
    """A result database that is open for writing; a context manager."""

    def __init__(self, path: str | Path) -> None:
        """Open the file or make it. Raises StoreError where that cannot be done."""
        self.path = Path(path)
        self._connection = connect(self.path)
        self._experiments: dict[str, int] = {}
        self._ids: dict[tuple[str, Row], int] = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing is lost where this is never called."""
        self._connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """Return the connection, for queries."""
        return self._connection

    def add_experiments(self, described: Iterable[Described]) -> None:
        """Make the experiments known; those that are known already stay as they are."""
        with speaking(self.path), transaction(self._connection):
            for experiment in described:
                self._add_experiment(experiment)

    def states(self, hashes: Sequence[str], provenances: Iterable[Provenance]) -> dict[RunKey, str]:
        """Return the status of every run of these experiments that is there."""
        found: dict[RunKey, str] = {}
        with speaking(self.path):
            for provenance in provenances:
                rows = self._connection.execute(
                    "SELECT e.hash, r.seed, r.run, r.status FROM provenance p"
                    " JOIN runs r ON r.provenance_id = p.id JOIN experiments e"
                    " ON e.id = r.experiment_id JOIN json_each(?) j ON j.value = e.hash"
                    " WHERE (p.commit_id, p.policy_hash, p.ns3, p.openssl) = (?, ?, ?, ?)",
                    (json.dumps(hashes), *provenance),
                )
                for experiment, seed, run, status in rows:
                    found[RunKey(experiment, provenance, seed, run)] = status
        return found

    def values(
        self, experiment: str, provenance: Provenance, seed: int, metric: str
    ) -> tuple[list[float], int]:
        """Return a column's values in an experiment's runs, and the number of the last run."""
        with speaking(self.path):
            rows = self._connection.execute(
                f"SELECT r.run, r.{metric} FROM runs r JOIN provenance p ON p.id = r.provenance_id"
                " WHERE r.experiment_id = ? AND r.seed = ?"
                " AND (p.commit_id, p.policy_hash, p.ns3, p.openssl) = (?, ?, ?, ?)",
                (self._experiment(experiment), seed, *provenance),
            ).fetchall()
        values = [value for _, value in rows if value is not None]
        return values, max((run for run, _ in rows), default=0)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Store all outcomes or, where an error is raised, none. Repeats change nothing."""
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        with speaking(self.path):
            try:
                with transaction(self._connection):
                    for outcome in outcomes:
                        self._record(outcome, now)
            except BaseException:
                self._ids.clear()  # ids given out in a transaction that is gone
                raise

    def _record(self, outcome: Outcome, now: str) -> None:
        run = outcome.rows.run if outcome.rows else (None,) * len(RUN_COLUMNS)
        decider = outcome.rows.decider if outcome.rows else None
        row = self._connection.execute(
            _UPSERT,
            (
                self._experiment(outcome.key.experiment),
                self._id("provenance", Provenance._fields, outcome.key.provenance),
                outcome.key.seed,
                outcome.key.run,
                self._id("machines", Machine._fields, outcome.machine or this_machine()),
                outcome.status,
                outcome.reason,
                outcome.wall_s,
                outcome.folder,
                now,
                self._id("deciders", _DECIDER, decider) if decider else None,
                *run,
            ),
        ).fetchone()
        if row is None:  # done before
            return
        self._connection.execute(
            "INSERT INTO tries SELECT ?1, ifnull(max(try), 0) + 1, ?2, ?3, ?4, ?5"
            " FROM tries WHERE run_id = ?1",
            (row[0], outcome.status, outcome.reason, outcome.wall_s, now),
        )
        if outcome.rows:
            self._add_children(row[0], outcome.rows.children)
            notes = [(row[0], self._id("notes", ("text",), (text,))) for text in outcome.rows.notes]
            self._connection.executemany("INSERT OR IGNORE INTO run_notes VALUES (?, ?)", notes)

    def _add_children(self, run_id: int, children: dict[str, list[Row]]) -> None:
        for table, rows in children.items():
            if not rows:
                continue
            assert table in CHILDREN
            places = ", ".join("?" * (1 + len(rows[0])))
            self._connection.executemany(
                f"INSERT INTO {table} VALUES ({places})", [(run_id, *row) for row in rows]
            )

    def _add_experiment(self, experiment: Described) -> None:
        cell = self._id("cells", ("policy", "transport", "suites"), experiment.cell)
        self._connection.execute(
            "INSERT OR IGNORE INTO experiments (hash, cell_id, name, settings) VALUES (?, ?, ?, ?)",
            (experiment.hash, cell, experiment.name, json.dumps(experiment.settings)),
        )

    def _experiment(self, hash_: str) -> int:
        known = self._experiments.get(hash_)
        if known is None:
            row = self._connection.execute("SELECT id FROM experiments WHERE hash = ?", (hash_,))
            known = self._experiments[hash_] = row.fetchone()[0]
        return known

    def _id(self, table: str, columns: Sequence[str], row: Row) -> int:
        """Return the id of a row of one of the small tables, adding the row where it is new."""
        key = (table, tuple(row))
        if key not in self._ids:
            places = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            self._connection.execute(
                f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})", tuple(row)
            )
            found = self._connection.execute(
                f"SELECT id FROM {table} WHERE ({names}) = ({places})", tuple(row)
            )
            self._ids[key] = int(found.fetchone()[0])
        return self._ids[key]
