# SPDX-License-Identifier: GPL-2.0-only
"""Sends a sweep's runs to a dask.distributed cluster; results come back to the one database.

The cluster is started with Dask's own tools (`dask-scheduler`, `dask-worker --nthreads 1`, or those
for SLURM, PBS, Kubernetes, SSH). Its workers need this package, nothing else. ns-3 keeps its world
in process-wide state, so each Dask worker hands its runs to one warm process of its own
(sweeps.pool), which may die or hang without harm to the Dask worker.
"""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import MissingPackage, SimulationError
from ..store.outcome import this_machine
from .pool import Pool
from .runner import Finished, Runner, Task

if TYPE_CHECKING:
    from distributed import Future

CONNECT_S = 30.0
TASKS_AHEAD = 4  # batches for each thread of the cluster, so that none waits for this side
BATCH_S = 0.5  # a batch of short runs costs the scheduler no more than one of this length
MOST_IN_BATCH = 50
RETRIES = 5  # a batch whose Dask worker died is done elsewhere

_pools: dict[bytes, Pool] = {}
_lock = threading.Lock()


def do_batch(runner: bytes, tasks: Sequence[Task], time_limit_s: float) -> list[Finished]:
    """Carry out a batch on a Dask worker, in its warm process."""
    with _lock:  # ns-3 runs one simulation at a time; more of them need more Dask workers
        pool = _pools.get(runner)
        if pool is None:
            pool = _pools[runner] = Pool.of_pickled(runner, 1, time_limit_s)
        finished = [item for batch in pool.execute(tasks) for item in batch]
    machine = this_machine()
    return [item._replace(machine=machine) for item in finished]


@dataclasses.dataclass
class _Batch:
    tasks: Sequence[Task]
    future: Any


class Cluster:
    """An Executor on a dask.distributed cluster."""

    def __init__(self, runner: Runner, address: str, time_limit_s: float) -> None:
        """Connect. Raises SimulationError where there is no scheduler or no worker."""
        try:
            from distributed import Client
        except ImportError as error:
            raise MissingPackage(
                "--scheduler needs dask.distributed (Debian: python3-distributed)"
            ) from error
        self._limit_s = time_limit_s
        self._runner = Pool.pickled(runner)
        try:
            self._client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise SimulationError(f"no Dask scheduler at {address} ({error})") from error
        if not self.workers:
            self.close()
            raise SimulationError(f"the Dask scheduler at {address} has no workers")

    @property
    def workers(self) -> int:
        return len(self._client.scheduler_info()["workers"])

    def execute(self, tasks: Sequence[Task]) -> Iterator[list[Finished]]:
        """Carry out all tasks; what a lost Dask worker had is done by another."""
        from distributed import as_completed

        waiting = deque(tasks)
        size = 1
        batches: dict[str, _Batch] = {}
        completed = as_completed(loop=self._client.loop)
        while waiting or batches:
            while waiting and len(batches) < TASKS_AHEAD * max(1, self.workers):
                batch = self._submit([waiting.popleft() for _ in range(min(size, len(waiting)))])
                batches[batch.future.key] = batch
                completed.add(batch.future)
            future = next(completed)
            finished = _result(future, batches.pop(future.key).tasks)
            size = _batch_size(finished)
            yield finished

    def close(self) -> None:
        """Leave the cluster; runs that it still has are given up."""
        self._client.close()

    def _submit(self, tasks: Sequence[Task]) -> _Batch:
        future = self._client.submit(
            do_batch, self._runner, tasks, self._limit_s, pure=False, retries=RETRIES
        )
        return _Batch(tasks, future)


def _result(future: Future, tasks: Sequence[Task]) -> list[Finished]:
    if future.status == "finished":
        finished: list[Finished] = future.result()
        return finished
    # Such as: its Dask workers died one after another (KilledWorker), or lack the package.
    reason = f"the cluster gave up: {future.exception()}"
    return [Finished(task.number, "error", 0.0, reason) for task in tasks]


def _batch_size(finished: Sequence[Finished]) -> int:
    """Return how many runs like those that were just done make a batch of BATCH_S."""
    mean_s = sum(item.wall_s for item in finished) / len(finished)
    return max(1, min(MOST_IN_BATCH, int(BATCH_S / mean_s) if mean_s else 1))
