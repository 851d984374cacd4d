# SPDX-License-Identifier: GPL-2.0-only
"""A sweep: one experiment, what varies in it, how often each point is run.

    sweep = Sweep(base={"transport": "solution"}, space=grid({"firewall.policy": [...]}))
    report = sweep.run("results.db", workers=2)
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..document import merged
from ..errors import BadInput
from ..parameters import RESERVED, experiment_parameters
from ..space import Space, grid
from ..store.database import Store
from ..store.outcome import Outcome
from .plan import Job, Plan, Planner
from .precision import Precision
from .progress import Progress
from .runner import Executor, Finished, Runner

ASK_ABOVE = 1_000_000


@dataclass(frozen=True)
class SweepReport:
    """What a sweep did."""

    done: int
    failed: int
    present: int  # there before
    interrupted: bool = False


@dataclass
class Sweep:
    """What to run; `read_sweep` reads the same from a YAML file."""

    base: Mapping[str, Any] = field(default_factory=dict)  # an experiment as a nested document
    space: Space = field(default_factory=lambda: grid({}))
    replications: int = 1  # runs of each point, numbered from 1
    seed: int = 1
    time_limit_s: float = 600.0  # wall time after which a run is given up
    precision: Precision | None = None
    name: str = "sweep"
    allow_large: bool = False  # more than a million runs are wanted

    def __post_init__(self) -> None:
        parameters = experiment_parameters()
        for key in self.space.keys:
            parameters.check(key, self.name)
            if key in RESERVED:
                raise BadInput(f"{self.name}: {key} cannot be varied; replications number the runs")
        if self.replications < 1:
            raise BadInput(f"{self.name}: replications must be 1 or more, not {self.replications}")
        if self.time_limit_s <= 0:
            raise BadInput(f"{self.name}: the time limit must be above 0 s")

    @property
    def bound(self) -> int:
        """Return the number of runs, or more where points are filtered or equal."""
        return self.space.bound * self.replications

    def planner(self, store: Store, runner: Runner) -> Planner:
        """Return the planner with every point checked; nothing is run or stored.

        Raises BadInput for an empty space, for more than a million runs unless allow_large is set,
        and for a point that is no valid experiment.
        """
        if self.bound > ASK_ABOVE and not self.allow_large:
            raise BadInput(
                f"{self.name}: {self.bound:,} runs are more than {ASK_ABOVE:,}; "
                "set allow_large (on the command line --yes) where that is meant"
            )
        planner = Planner(store, runner, self.seed)
        for point in self.space:
            try:
                planner.add(merged(self.base, point))
            except BadInput as error:
                if not point:
                    raise
                told = ", ".join(f"{key}={value}" for key, value in point.items())
                raise BadInput(f"{self.name}: at {told}: {error}") from error
        if not planner.experiments:
            raise BadInput(f"{self.name}: the parameter space is empty: there is nothing to run")
        return planner

    def plan(self, planner: Planner, retry: bool = False) -> Plan:
        """Return what there is to do; retry: also what was tried before and is not done."""
        runs = range(1, self.replications + 1)
        return planner.plan(dict.fromkeys(planner.experiments, runs), retry)

    def run(
        self,
        database: str | Path,
        runner: Runner | None = None,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        retry: bool = False,
        progress: bool = True,
        announce: Callable[[Plan, int], None] = lambda plan, workers: None,
    ) -> SweepReport:
        """Do the runs that are missing in the database, and store them as they come.

        workers   -- processes on this machine; by default as many as it has processors
        scheduler -- address of a dask.distributed scheduler that does the runs instead
        retry     -- also do again what failed before
        announce  -- is told the plan and the number of workers before anything runs
        Interrupted (Ctrl-C) or killed, it goes on where it was when it is started again.
        """
        chosen = runner if runner is not None else default_runner()
        with Store(database) as store:
            planner = self.planner(store, chosen)
            plan = self.plan(planner, retry)
            executor = self._executor(chosen, workers, scheduler)
            with contextlib.closing(executor):
                announce(plan, executor.workers)
                return self._carry_out(plan, planner, store, executor, progress)

    def _executor(self, runner: Runner, workers: int | None, scheduler: str | None) -> Executor:
        if scheduler is not None:
            from .cluster import Cluster

            return Cluster(runner, scheduler, self.time_limit_s)
        from .pool import Pool

        return Pool(runner, workers or os.cpu_count() or 1, self.time_limit_s)

    def _carry_out(
        self, plan: Plan, planner: Planner, store: Store, executor: Executor, progress: bool
    ) -> SweepReport:
        done = failed = 0
        jobs = plan.jobs or self._further_jobs(planner, store)
        with Progress(len(jobs), progress) as bar:
            try:
                while jobs:
                    for finished in _do(jobs, store, executor):
                        bad = sum(item.status != "done" for item in finished)
                        failed += bad
                        done += len(finished) - bad
                        bar.advance(len(finished), bad)
                    jobs = self._further_jobs(planner, store)
                    bar.grow(len(jobs))
            except KeyboardInterrupt:
                return SweepReport(done, failed, plan.present, interrupted=True)
        return SweepReport(done, failed, plan.present)

    def _further_jobs(self, planner: Planner, store: Store) -> list[Job]:
        """Return the next round of replications of those experiments that are not known enough."""
        if self.precision is None:
            return []
        numbers = {}
        for hash_ in planner.experiments:
            values, last = store.values(
                hash_, planner.provenance(hash_), self.seed, self.precision.metric
            )
            more = self.precision.more(values, last)
            numbers[hash_] = range(last + 1, last + 1 + more)
        return planner.plan(numbers, retry=False).jobs


def _do(jobs: Sequence[Job], store: Store, executor: Executor) -> Iterator[list[Finished]]:
    """Have the jobs done; hand on what is finished once it is stored."""
    tasks = [job.task(n) for n, job in enumerate(jobs)]
    for finished in executor.execute(tasks):
        store.record([_outcome(jobs[item.number], item) for item in finished])
        yield finished


def _outcome(job: Job, item: Finished) -> Outcome:
    return Outcome(
        job.key, item.status, item.wall_s, item.reason, item.rows, item.folder, item.machine
    )


def default_runner() -> Runner:
    """Return the runner that simulates."""
    from ..simulation import SimulationRunner

    return SimulationRunner()
