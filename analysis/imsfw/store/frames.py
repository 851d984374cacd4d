# SPDX-License-Identifier: GPL-2.0-only
"""The reader's side: result databases as pandas frames.

Runs of different commits are not mixed: a frame holds those of the commit that wrote last, unless a
commit is named or ALL is asked for.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import BadInput
from ..names import did_you_mean
from .connection import connect, speaking
from .queries import MATRIX, RUN_COLUMNS, RUN_TABLES, cells_of, varying

LATEST = "latest"
ALL = "all"

# Not the order in which runs were finished: that differs from machine to machine.
_ORDER = "e.id, r.seed, r.run, p.id"
# within a run; the others have an ordinal
_WITHIN = {"media": "direction", "video": "direction", "tries": "try"}


class Frames:
    """A result database that is open for reading; every method returns a new DataFrame."""

    def __init__(self, path: str | Path, commit: str = LATEST) -> None:
        """commit -- LATEST, ALL, or a commit (its beginning is enough)."""
        self.path = Path(path)
        self.commit = commit
        with closing(self._open()):
            pass  # complains at once about a file that cannot be read

    def commits(self) -> pd.DataFrame:
        """Return commit_id, runs, broken (not done), first and last time, the latest first."""
        return self._read(
            "SELECT p.commit_id, count(*) AS runs, sum(r.status <> 'done') AS broken,"
            " min(r.finished_at) AS first, max(r.finished_at) AS last, max(r.id) AS newest"
            " FROM runs r JOIN provenance p ON p.id = r.provenance_id"
            " GROUP BY p.commit_id ORDER BY newest DESC"
        ).drop(columns="newest")

    def chosen_commits(self) -> list[str]:
        """Return the commits whose runs the frames hold."""
        with closing(self._open()) as connection, speaking(self.path):
            ids = json.dumps(self._provenances(connection))
            rows = connection.execute(
                "SELECT DISTINCT commit_id FROM provenance"
                " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
                (ids,),
            )
            return [row[0] for row in rows]

    def runs(self, parameters: Sequence[str] | None = None) -> pd.DataFrame:
        """Return one row for each run: its cell, verdicts, what decided, times in milliseconds.

        parameters -- settings to add as columns; by default those that differ between experiments
        """
        frame = self._chosen(f"SELECT {RUN_COLUMNS} FROM {RUN_TABLES}", order=_ORDER)
        settings = self.settings(frame["experiment_id"].unique().tolist())
        if parameters is None:
            parameters = varying(settings)
        for name in parameters:
            if name not in settings.columns:
                hint = did_you_mean(name, settings.columns)
                raise BadInput(f'{self.path}: no experiment has a "{name}"{hint}')
        added = [name for name in parameters if name not in frame.columns]  # not: transport, name
        return frame.join(settings[added], on="experiment_id")

    def settings(self, experiments: Iterable[int]) -> pd.DataFrame:
        """Return the settings of experiments, one column each, indexed by experiment_id."""
        rows = self._read(
            "SELECT id, settings FROM experiments WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(experiments)),),
        )
        flat = [
            {k: ",".join(v) if isinstance(v, list) else v for k, v in json.loads(text).items()}
            for text in rows["settings"]
        ]
        return pd.DataFrame(flat, index=pd.Index(rows["id"], name="experiment_id"))

    def matrix(self) -> pd.DataFrame:
        """Return one row for each cell: runs, shares passed by plane, mean times, what decided."""
        with closing(self._open()) as connection:
            ids = json.dumps(self._provenances(connection))
        return cells_of(self._read(MATRIX, (ids,)))

    def phases(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return the phases of each run: plane, attempt, name, start_ms, end_ms."""
        columns = "x.plane, x.transport AS attempt, x.name, x.start_ms, x.end_ms"
        return self._children("phases", columns, where, values)

    def media(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return the voice of each run and direction: packets, delays (ms), quality.

        loss is the share of packets that were not heard: lost, or too late.
        """
        frame = self._children(
            "media",
            "x.direction, x.sent, x.received, x.lost, x.late, x.jitter_ms, x.delay_mean_ms,"
            " x.delay_p95_ms, x.delay_max_ms, x.mouth_to_ear_ms, x.rating, x.mos",
            where,
            values,
        )
        unheard = frame["sent"] - frame["received"] + frame["late"]
        frame["loss"] = (unheard / frame["sent"]).where(frame["sent"] > 0)
        return frame

    def video(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return the video of each run and direction: frames, packets, delays of frames (ms)."""
        names = (
            "direction, frames, whole, decodable, key_frames, key_frame_requests, sent, sent_bytes,"
            " received, lost, jitter_ms, delay_mean_ms, delay_p95_ms, delay_max_ms"
        )
        columns = ", ".join(f"x.{name.strip()}" for name in names.split(","))
        return self._children("video", columns, where, values)

    def verdicts(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return the deciding events (with their plane) and all other refusals of each run."""
        names = "plane, element, rule, reason, detail, flow, first_bytes, at_ms"
        columns = ", ".join(f"x.{name.strip()}" for name in names.split(","))
        return self._children("verdicts", columns, where, values)

    def tls(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return what each TLS connection negotiated, its handshake's bytes, and its computing."""
        names = (
            "version, suite, is_null, handshake_bytes_sent, handshake_bytes_received,"
            " is_resumed, key_group, alpn, computed_ms"
        )
        columns = ", ".join(f"x.{name.strip()}" for name in names.split(","))
        columns = f"x.plane, x.transport AS attempt, {columns}"
        return self._children("tls", columns, where, values)

    def attempts(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return what the UE tried: plane, attempt (its transport), outcome, times, reason."""
        names = "via_web_proxy, outcome, started_ms, ended_ms, element, rule, reason"
        columns = ", ".join(f"x.{name.strip()}" for name in names.split(","))
        columns = f"x.plane, x.transport AS attempt, {columns}"
        return self._children("attempts", columns, where, values)

    def pairs(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return the pair that carried each call by ICE: kind, both ends, and pair in few words.

        pair -- direct, reflexive, or relay with what caller/callee send over to their TURN server
        """
        ends = [
            f"{end}_{name}"
            for end in ("local", "remote")
            for name in ("type", "transport", "via_web_proxy")
        ]
        columns = ", ".join(f"x.{name}" for name in ("kind", *ends))
        frame = self._children("pairs", columns, where, values)
        return frame.assign(pair=[_pair_label(row) for row in frame.to_dict("records")])

    def ues(self, where: str = "1", values: Sequence[Any] = ()) -> pd.DataFrame:
        """Return each UE of runs with several: site, started_ms, verdicts, times (ms)."""
        names = "name, site, started_ms, control, media_udp, registration_ms, call_setup_ms"
        columns = ", ".join(f"x.{name.strip()}" for name in names.split(","))
        return self._children("ues", columns, where, values)

    def tries(self) -> pd.DataFrame:
        """Return every time that a run was carried out: try, status, reason, wall_s."""
        return self._children("tries", "x.try, x.status, x.reason, x.wall_s", "1", ())

    def query(self, sql: str) -> pd.DataFrame:
        """Return what an SQL query gives; the database is open for reading only."""
        return self._read(sql)

    def _children(
        self, table: str, columns: str, where: str, values: Sequence[Any]
    ) -> pd.DataFrame:
        return self._chosen(
            f"SELECT x.run_id, c.policy, c.transport, c.suites, {columns}"
            f" FROM {table} x JOIN {RUN_TABLES.replace('runs r', 'runs r ON r.id = x.run_id', 1)}",
            where=where,
            values=values,
            order=f"{_ORDER}, x.{_WITHIN.get(table, 'ordinal')}",
        )

    def _chosen(
        self, sql: str, where: str = "1", values: Sequence[Any] = (), order: str = ""
    ) -> pd.DataFrame:
        with closing(self._open()) as connection:
            ids = json.dumps(self._provenances(connection))
        chosen = "r.provenance_id IN (SELECT value FROM json_each(?))"
        ordered = f" ORDER BY {order}" if order else ""
        return self._read(f"{sql} WHERE {chosen} AND ({where}){ordered}", (ids, *values))

    def _open(self) -> sqlite3.Connection:
        return connect(self.path, read_only=True)

    def _read(self, sql: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        # Not pandas.read_sql: its errors wrap SQLite's, and it guesses types column by column.
        with closing(self._open()) as connection, speaking(self.path):
            cursor = connection.execute(sql, tuple(values))
            names = [column[0] for column in cursor.description or ()]
            return pd.DataFrame(cursor.fetchall(), columns=names)

    def _provenances(self, connection: sqlite3.Connection) -> list[int]:
        with speaking(self.path):
            rows = connection.execute("SELECT id, commit_id FROM provenance").fetchall()
            if self.commit == ALL:
                return [row[0] for row in rows]
            wanted = self.commit
            if wanted == LATEST:
                last = connection.execute(
                    "SELECT p.commit_id FROM runs r JOIN provenance p ON p.id = r.provenance_id"
                    " ORDER BY r.id DESC LIMIT 1"
                ).fetchone()
                return [id_ for id_, commit in rows if last and commit == last[0]]
        chosen = [id_ for id_, commit in rows if commit.startswith(wanted)]
        if not chosen:
            known = ", ".join(sorted({commit for _, commit in rows})) or "none"
            raise BadInput(f'{self.path}: no runs of commit "{wanted}" (there are: {known})')
        return chosen


def _pair_label(row: dict[Any, Any]) -> str:
    if row["kind"] != "relay":
        return str(row["kind"])

    def server(end: str) -> str:
        if row[f"{end}_type"] != "relay":
            return "-"
        return str(row[f"{end}_transport"]) + ("+proxy" if row[f"{end}_via_web_proxy"] else "")

    return f"relay {server('local')}/{server('remote')}"
