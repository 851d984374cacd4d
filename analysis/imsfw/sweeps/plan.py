# SPDX-License-Identifier: GPL-2.0-only
"""From points to runs: checks every experiment, and finds out which runs are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..document import Document
from ..errors import BadInput
from ..store.database import Store
from ..store.outcome import Described, Provenance, RunKey
from .estimate import Estimator
from .runner import Runner, Task


@dataclass(frozen=True)
class Job:
    """A run to do."""

    key: RunKey
    document: Document
    wall_s: float  # expected

    def task(self, number: int) -> Task:
        """Return what a worker is told of it."""
        return Task(number, self.document, self.key.seed, self.key.run)


@dataclass
class Plan:
    """What a sweep will do. Times are estimates in seconds of wall time."""

    total: int = 0  # runs that the sweep consists of
    present: int = 0  # of these, done before
    failed: int = 0  # of these, tried before and not done
    jobs: list[Job] = field(default_factory=list)  # the longest first
    is_guess: bool = False  # nothing like it was run before

    def wall_s(self, workers: int) -> float:
        """Return the estimated duration with so many runs at once."""
        longest = max((job.wall_s for job in self.jobs), default=0.0)
        return max(longest, sum(job.wall_s for job in self.jobs) / workers)


class Planner:
    """Knows a sweep's experiments, and compares runs of them with those in the database."""

    def __init__(self, store: Store, runner: Runner, seed: int) -> None:
        self._store, self._runner, self._seed = store, runner, seed
        self.experiments: dict[str, Described] = {}
        self._documents: dict[str, Document] = {}
        self._provenance = lru_cache(maxsize=None)(runner.provenance)

    def add(self, document: Document) -> None:
        """Check an experiment and add it; equal ones count once. Raises BadInput."""
        described = self._runner.describe(document)
        known = self.experiments.setdefault(described.hash, described)
        if known.policy_hash != described.policy_hash:
            raise BadInput("two different policies of one name; give them names that differ")
        if known is described:
            self._documents[described.hash] = document

    def provenance(self, hash_: str) -> Provenance:
        """Return what a result of the experiment would come from today."""
        return self._provenance(self.experiments[hash_].policy_hash)

    def plan(self, numbers: Mapping[str, Sequence[int]], retry: bool) -> Plan:
        """Return what there is to do.

        numbers -- the runs of each experiment, by its hash
        retry   -- do again what was tried and is not done
        """
        self._store.add_experiments(self.experiments.values())
        estimator = Estimator(self._store.connection)
        estimator.calibrate({hash_: e.settings for hash_, e in self.experiments.items()})
        plan = Plan(is_guess=not estimator.has_history)
        states = self._store.states(list(numbers), {self.provenance(hash_) for hash_ in numbers})
        for hash_, runs in numbers.items():
            settings = self.experiments[hash_].settings
            wall_s = estimator.wall_s(hash_, settings)
            for run in runs:
                key = RunKey(hash_, self.provenance(hash_), self._seed, run)
                state = states.get(key)
                plan.total += 1
                plan.present += state == "done"
                plan.failed += state not in (None, "done")
                if state is None or (retry and state != "done"):
                    plan.jobs.append(Job(key, self._documents[hash_], wall_s))
        plan.jobs.sort(key=lambda job: -job.wall_s)
        return plan
