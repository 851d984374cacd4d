# SPDX-License-Identifier: GPL-2.0-only
"""Warm worker processes on this machine: one that dies or hangs costs its run and is replaced."""

from __future__ import annotations

import math
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import IO

from ..errors import BadInput, SimulationError
from .runner import Finished, Runner, Task

# One task is being done, the next one waits in the socket, so that no worker waits for the sweep.
IN_FLIGHT = 2
GATHER_S = 0.05  # how long what is finished may wait for more to be stored with it
GATHER_MOST = 32
START_LIMIT_S = 120.0
MOST_STILLBORN = 3  # workers in a row that ended before they were ready
TELL_AT_MOST = 500  # characters of a dead worker's last words


class Worker:
    """One process and the tasks that it has."""

    def __init__(self, runner: bytes) -> None:
        here, there = Pipe()
        self.connection: Connection = here
        self.tasks: deque[Task] = deque()
        self.since = time.monotonic()  # when the first of its tasks began, or its own start
        self.is_ready = False
        self._words: IO[bytes] = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "imsfw.sweeps.worker", str(there.fileno())],
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        there.close()
        with suppress(OSError):  # that a worker is gone shows when it is listened to
            here.send_bytes(runner)

    def give(self, task: Task) -> None:
        """Hand over a task."""
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append(task)
        with suppress(OSError):
            self.connection.send(task)

    def take(self) -> Finished | None:
        """Return the next answer. Raises EOFError where the worker is gone."""
        try:
            answer = self.connection.recv()
        except (OSError, pickle.UnpicklingError) as error:
            raise EOFError from error
        self.since = time.monotonic()
        if not self.is_ready:
            self.is_ready = True
            return None
        self.tasks.popleft()
        finished: Finished = answer
        return finished

    def end(self) -> str:
        """End the process, if it has not ended, and say how it did."""
        self.process.kill()
        self.connection.close()
        code = self.process.wait()
        self._words.seek(0)
        words = self._words.read().decode(errors="replace").strip().splitlines()
        self._words.close()
        how = f"exit status {code}" if code >= 0 else signal.Signals(-code).name
        last = f": {' / '.join(words[-3:])[-TELL_AT_MOST:]}" if words else ""
        return f"the worker ended with {how}{last}"


class Pool:
    """An Executor of worker processes on this machine."""

    def __init__(self, runner: Runner, workers: int, time_limit_s: float) -> None:
        """time_limit_s -- wall time after which a run is given up and its worker replaced."""
        self._set_up(self.pickled(runner), workers, time_limit_s)

    @classmethod
    def of_pickled(cls, runner: bytes, workers: int, time_limit_s: float) -> Pool:
        """Return a pool for a runner that was pickled elsewhere."""
        pool = cls.__new__(cls)
        pool._set_up(runner, workers, time_limit_s)
        return pool

    @staticmethod
    def pickled(runner: Runner) -> bytes:
        """Return the runner as workers get it. Raises BadInput where it cannot be sent."""
        try:
            return pickle.dumps(runner)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise BadInput(f"the runner cannot be sent to workers: {error}") from error

    def _set_up(self, runner: bytes, workers: int, time_limit_s: float) -> None:
        self._runner = runner
        self._limit_s = time_limit_s
        self._count = workers
        self._workers: list[Worker] = []
        self._stillborn = 0

    @property
    def workers(self) -> int:
        return self._count

    def execute(self, tasks: Sequence[Task]) -> Iterator[list[Finished]]:
        """Carry out all tasks; those at the front begin first."""
        waiting = deque(tasks)
        wanted = min(self._count, len(waiting))
        while waiting or any(worker.tasks for worker in self._workers):
            while len(self._workers) < wanted:
                self._workers.append(Worker(self._runner))
            finished = self._gather(waiting)
            if finished:
                yield finished

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _hand_out(self, waiting: deque[Task]) -> None:
        # First one for everybody: at a sweep's end nobody shall hold two while another has none.
        for share in range(1, IN_FLIGHT + 1):
            for worker in self._workers:
                if waiting and worker.is_ready and len(worker.tasks) < share:
                    worker.give(waiting.popleft())

    def _gather(self, waiting: deque[Task]) -> list[Finished]:
        """Return what is finished, together with what follows at once: each storing costs time."""
        finished: list[Finished] = []
        until = math.inf
        while time.monotonic() < until and len(finished) < GATHER_MOST:
            if not waiting and not any(worker.tasks for worker in self._workers):
                break
            self._hand_out(waiting)
            seconds = min(self._until_late(), max(0.0, until - time.monotonic()))
            lost = len(self._workers)
            finished += self._listen(waiting, seconds) + self._late(waiting)
            if finished:
                until = min(until, time.monotonic() + GATHER_S)
            if len(self._workers) < lost:
                break  # they have to be replaced first
        return finished

    def _listen(self, waiting: deque[Task], seconds: float) -> list[Finished]:
        by_connection = {worker.connection: worker for worker in self._workers}
        finished = []
        for connection in wait(list(by_connection), None if math.isinf(seconds) else seconds):
            assert isinstance(connection, Connection)
            worker = by_connection[connection]
            try:
                answer = worker.take()
            except EOFError:
                finished += self._replace(worker, "crashed", waiting)
                continue
            if answer:
                finished.append(answer)
        return finished

    def _until_late(self) -> float:
        """Return the seconds until the first worker is late."""
        deadlines = [worker.since + self._limit_of(worker) for worker in self._workers]
        return max(0.0, min(deadlines) - time.monotonic())

    def _limit_of(self, worker: Worker) -> float:
        if not worker.is_ready:
            return START_LIMIT_S
        return self._limit_s if worker.tasks else math.inf

    def _late(self, waiting: deque[Task]) -> list[Finished]:
        finished = []
        for worker in list(self._workers):
            late = time.monotonic() - worker.since >= self._limit_of(worker)
            if late and not worker.connection.poll():
                finished += self._replace(worker, "timeout", waiting)
        return finished

    def _replace(self, worker: Worker, status: str, waiting: deque[Task]) -> list[Finished]:
        """Give up the run that the worker was at; its other tasks go back to the front."""
        self._workers.remove(worker)
        wall_s = time.monotonic() - worker.since
        how = worker.end()
        if not worker.is_ready:
            self._stillborn += 1
            if self._stillborn >= MOST_STILLBORN:
                raise SimulationError(f"workers cannot be started: {how}")
            return []
        self._stillborn = 0
        if not worker.tasks:
            return []
        given_up = worker.tasks.popleft()
        waiting.extendleft(reversed(worker.tasks))
        if status == "timeout":
            how = f"not done after {self._limit_s:g} s of wall time"
        return [Finished(given_up.number, status, wall_s, how)]
