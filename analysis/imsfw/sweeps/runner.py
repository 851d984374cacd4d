# SPDX-License-Identifier: GPL-2.0-only
"""What carries out a run, and what travels between a sweep and those who do it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from ..document import Document
from ..store.outcome import Described, Machine, Provenance
from ..store.rows import ResultRows


class Runner(Protocol):
    """Checks experiments and carries out runs. It is pickled once for each worker."""

    def describe(self, document: Document) -> Described:
        """Return the experiment, completed. Raises BadInput with the command line's messages."""

    def provenance(self, policy_hash: str) -> Provenance:
        """Return what beside the experiment decides a result."""

    def run(self, document: Document, seed: int, run: int) -> tuple[dict[str, Any], str | None]:
        """Simulate. Returns the result as in result.json, and the run folder where one was kept.

        Raises ImsfwError where the run cannot be carried out.
        """


class Task(NamedTuple):
    """One run to do."""

    number: int  # the sweep's own number for it
    document: Document
    seed: int
    run: int


class Finished(NamedTuple):
    """What came of a task."""

    number: int
    status: str  # done, error, timeout, crashed
    wall_s: float
    reason: str | None = None
    rows: ResultRows | None = None
    folder: str | None = None
    machine: Machine | None = None


class Executor(Protocol):
    """Has tasks carried out somewhere."""

    @property
    def workers(self) -> int:
        """Return how many runs it does at once."""

    def execute(self, tasks: Sequence[Task]) -> Iterator[list[Finished]]:
        """Carry out all tasks, handing over what is finished as it comes, each task once."""

    def close(self) -> None:
        """End the workers; runs that are under way are given up."""
