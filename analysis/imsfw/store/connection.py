# SPDX-License-Identifier: GPL-2.0-only
"""Opens a result database, makes it where there is none, words SQLite's errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..errors import StoreError
from .schema import APPLICATION_ID, INDEXES, TABLES, VERSION

BUSY_S = 60.0


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to a database of this version.

    A missing file is made unless read_only. Raises StoreError where the file cannot be opened, is
    no result database, or was written by a newer version.
    """
    if read_only and not path.is_file():
        raise StoreError(f"{path}: no such database")
    if not read_only:
        _check_writable(path)
    with speaking(path):
        uri = _uri(path, read_only)
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
        try:
            _prepare(connection, path, read_only)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into a StoreError that names the file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {_advice(error)}") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is done inside."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # SQLite has rolled back by itself after an error such as a full disk.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _uri(path: Path, read_only: bool) -> str:
    uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    # A reader in WAL mode makes a file beside the database; where it may not, nobody writes either.
    if read_only and not os.access(path.resolve().parent, os.W_OK):
        uri += "&immutable=1"
    return uri


def _check_writable(path: Path) -> None:
    folder = path.resolve().parent
    if not folder.is_dir():
        raise StoreError(f"{path}: the folder {folder} does not exist")
    if path.exists() and not path.is_file():
        raise StoreError(f"{path}: not a file")
    # WAL needs two more files beside the database.
    for place in [folder, *([path] if path.exists() else [])]:
        if not os.access(place, os.W_OK):
            raise StoreError(f"{path}: cannot be written ({place} is read-only for this user)")


def _prepare(connection: sqlite3.Connection, path: Path, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        # With WAL, NORMAL never corrupts; what a power cut takes is run again.
        connection.execute("PRAGMA synchronous = NORMAL")
        _create_if_empty(connection)
    _check_version(connection, path)
    if not read_only:
        _add_later(connection)


def _create_if_empty(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return
        # executescript would commit the transaction first.
        for statement in _statements(TABLES + INDEXES):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _add_later(connection: sqlite3.Connection) -> None:
    """Give a database of an earlier imsfw what was added since: tables (empty), columns (NULL)."""
    with transaction(connection):
        for statement in _statements(TABLES):
            connection.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        for table, wanted in _columns().items():
            found = columns_of(connection, table)
            for name, kind in wanted.items():
                if name not in found:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")


def columns_of(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the types of the columns of a table, which may be "schema.table", by name."""
    schema, _, name = table.rpartition(".")
    pragma = f"PRAGMA {schema or 'main'}.table_info({name})"
    return {row[1]: row[2] for row in connection.execute(pragma)}


def _columns() -> dict[str, dict[str, str]]:
    """Return the columns that every table has today."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(TABLES)
        tables = fresh.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: columns_of(fresh, name) for (name,) in tables}


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path}: is a database, but not one of imsfw's results")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise StoreError(
            f"{path}: written by a newer imsfw (schema {version}; this one knows {VERSION}); "
            "use that imsfw, or another file"
        )


def _advice(error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text:
        return (
            "the disk is full; what was stored before stays stored. "
            "Make room and start again: only the missing runs are done"
        )
    if "not a database" in text:
        return "is not a result database"
    if "locked" in text:
        return f"another program has kept it locked for {BUSY_S:.0f} s"
    if "malformed" in text:
        return f"is damaged ({text}); start a new file and merge other copies into it"
    return text
