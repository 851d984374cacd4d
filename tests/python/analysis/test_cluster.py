# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps on a real Dask scheduler with two worker processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_runner import FakeRunner
from imsfw import Frames, SimulationError, Sweep, grid

POLICIES = ["stateful-nat", "udp-blocked", "proxy-only", "symmetric-nat"]


class DaskCluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        options = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        self.processes = [self._start("scheduler", *options)]

    def add_worker(self) -> subprocess.Popen[bytes]:
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        folder = ["--local-directory", str(self._folder)]
        worker = self._start("worker", self.address, *options, *folder)
        self.processes.append(worker)
        return worker

    def wait_for_workers(self, count: int) -> None:
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *options],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    started = DaskCluster(tmp_path)
    yield started
    started.close()


def lines(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_a_killed_worker_costs_nothing(
    cluster: DaskCluster, database: Path, tmp_path: Path
) -> None:
    victim, _ = cluster.add_worker(), cluster.add_worker()
    cluster.wait_for_workers(2)
    log = tmp_path / "log"
    sweep = Sweep(space=grid({"firewall.policy": POLICIES}), replications=30)

    def kill_midway() -> None:
        deadline = time.monotonic() + 60
        while lines(log) < 40 and time.monotonic() < deadline:
            time.sleep(0.01)
        victim.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_midway)
    killer.start()
    runner = FakeRunner(seconds=0.03, log=str(log), crash_on=(7,))
    report = sweep.run(database, runner, scheduler=cluster.address, progress=False)
    killer.join()
    assert victim.wait() == -signal.SIGKILL
    assert 40 <= lines(log)
    assert (report.done, report.failed) == (116, 4)  # run 7 of each policy crashes its process
    runs = Frames(database).runs()
    assert len(runs) == 120 and runs.groupby("policy").size().tolist() == [30] * 4
    assert runs.query("status == 'crashed'")["run"].tolist() == [7] * 4
    # What one machine does, the cluster does as well.
    local = tmp_path / "local.db"
    sweep.run(local, FakeRunner(crash_on=(7,)), workers=2, progress=False)
    columns = ["policy", "seed", "run", "status", "control", "registration_ms"]
    order = ["policy", "run"]
    mine = Frames(local).runs()[columns].sort_values(order, ignore_index=True)
    assert mine.equals(runs[columns].sort_values(order, ignore_index=True))


def test_no_scheduler_and_no_workers_are_told(
    cluster: DaskCluster, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = Sweep(space=grid({"firewall.policy": POLICIES}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(cluster.address.rpartition(":")[2]))) == 0:
                break
        time.sleep(0.05)
    with pytest.raises(SimulationError, match="has no workers"):
        sweep.run(database, FakeRunner(), scheduler=cluster.address, progress=False)
    monkeypatch.setattr("imsfw.sweeps.cluster.CONNECT_S", 1.0)
    with pytest.raises(SimulationError, match="no Dask scheduler at tcp://127.0.0.1:1"):
        sweep.run(database, FakeRunner(), scheduler="tcp://127.0.0.1:1", progress=False)
    assert len(Frames(database).runs()) == 0
    assert os.environ.get("DASK_SCHEDULER_ADDRESS") is None
