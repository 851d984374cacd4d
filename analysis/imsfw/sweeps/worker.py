# SPDX-License-Identifier: GPL-2.0-only
"""A worker process: carries out one run after another, without a start of Python in between.

It is started as `python3 -m imsfw.sweeps.worker FD` and spoken to over a socket: first the runner
comes, which is answered with READY, then tasks; for each task a Finished goes back. It ends when
the socket does.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import time
from multiprocessing.connection import Connection

from ..errors import ImsfwError
from ..store.rows import result_rows
from .runner import Finished, Runner, Task

PR_SET_PDEATHSIG = 1
READY = "ready"  # what a worker says once it has the runner


def carry_out(runner: Runner, task: Task) -> Finished:
    """Return what came of the task; a run that cannot be done is an answer, not an exception."""
    start = time.perf_counter()
    try:
        result, folder = runner.run(task.document, task.seed, task.run)
        wall_s = time.perf_counter() - start
        rows = result_rows(result)
    except (ImsfwError, OSError) as error:
        return Finished(task.number, "error", time.perf_counter() - start, str(error))
    except Exception as error:  # a defect costs its run, not the sweep
        reason = f"{type(error).__name__}: {error}"
        return Finished(task.number, "error", time.perf_counter() - start, reason)
    return Finished(task.number, "done", wall_s, None, rows, folder)


def serve(connection: Connection) -> None:
    """Answer tasks until the other end is gone."""
    runner: Runner = connection.recv()
    connection.send(READY)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(carry_out(runner, task))


def _die_with_parent() -> None:
    """Have the kernel end this process with its parent, so that none outlives a killed sweep."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """The worker's main program."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the sweep, which ends its workers
    try:
        serve(Connection(int(sys.argv[1])))
    except (BrokenPipeError, ConnectionResetError):
        pass  # the sweep is gone


if __name__ == "__main__":
    main()
