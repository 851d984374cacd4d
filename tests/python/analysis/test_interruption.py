# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps that are killed, interrupted, or run out of disk: what was done stays, once and whole."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from imsfw import Frames
from imsfw.sweeps.pool import GATHER_MOST, IN_FLIGHT

PROGRAM = Path(__file__).with_name("sweep_program.py")
RUNS = 4 * 60


def command(database: Path, log: Path, seconds: float, replications: int = 60) -> list[str]:
    return [sys.executable, str(PROGRAM), str(database), str(log), str(seconds), str(replications)]


def check_whole(database: Path) -> int:
    """Every run that is there has all its rows. Returns how many there are."""
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return 0  # killed before it made its tables, all of which come at once
    runs = connection.execute("SELECT count(*) FROM runs").fetchone()[0]
    distinct = "SELECT count(*) FROM (SELECT DISTINCT experiment_id, seed, run FROM runs)"
    assert connection.execute(distinct).fetchone()[0] == runs
    for table, each in (("planes", 2), ("phases", 2), ("tls", 1), ("tries", 1)):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == each * runs
    connection.close()
    return int(runs)


def test_killed_twenty_times_it_loses_and_doubles_nothing(database: Path, tmp_path: Path) -> None:
    source = random.Random(20)
    log = tmp_path / "log"
    before = 0
    for kill in range(20):
        begun = size(log)
        process = subprocess.Popen(command(database, log, 0.02), stdout=subprocess.DEVNULL)
        # Most are killed at their runs, every fifth while it starts; the moment is nobody's choice.
        while kill % 5 and size(log) == begun:
            time.sleep(0.01)
        time.sleep(source.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        if database.exists():
            now = check_whole(database)
            assert now >= before
            before = now
    assert 0 < before < RUNS
    ended = subprocess.run(command(database, log, 0), capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [str(RUNS - before), "0", str(before), "False"]
    assert check_whole(database) == RUNS
    # A kill costs at most what two workers had in hand, and what was to be stored together.
    most = 2 * IN_FLIGHT + GATHER_MOST
    assert len(log.read_text().splitlines()) <= RUNS + 20 * most


def test_no_worker_outlives_a_killed_sweep(database: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(command(database, tmp_path / "log", 30))
    deadline = time.monotonic() + 20
    while not (tmp_path / "log").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    workers = children(process.pid)
    assert len(workers) == 2
    process.kill()
    process.wait()
    while any(is_running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(is_running(worker) for worker in workers)


def test_interrupted_it_says_so_and_goes_on_later(database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = subprocess.Popen(command(database, log, 0.05), stdout=subprocess.PIPE, text=True)
    while not log.exists() or len(log.read_text().splitlines()) < 6:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    done, failed, _, interrupted = output.split()
    assert process.returncode == 0 and interrupted == "True" and failed == "0"
    assert check_whole(database) == int(done) > 0
    ended = subprocess.run(command(database, log, 0), capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [str(RUNS - int(done)), "0", done, "False"]


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """On a file system of 3 megabytes, made in a mount namespace of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    log = tmp_path / "log"
    full, later = (" ".join(command(disk / "r.db", log, 0, n)) for n in (400, 400))
    script = f"""
        mount --make-rprivate / 2>/dev/null
        mount -t tmpfs -o size=3m tmpfs {disk} || exit 9
        {full}; echo "status $?"
        cp {disk}/r.db* {tmp_path}
        mount -o remount,size=50m {disk} || exit 9
        {later}; echo "status $?"
    """
    as_root = [] if os.geteuid() == 0 else ["--map-root-user", "--user"]
    # In a chroot "/" is no mount, and its propagation cannot be changed: then there is nothing to
    # change either.
    namespace = ["unshare", "--mount", "--propagation", "unchanged", *as_root]
    ended = subprocess.run(
        [*namespace, "sh", "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    first, report, second = ended.stdout.splitlines()
    assert (first, second) == ("status 1", "status 0")
    assert "the disk is full; what was stored before stays stored" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    stored = check_whole(tmp_path / "r.db")
    assert stored > 50 and len(Frames(tmp_path / "r.db").runs()) == stored
    assert report.split() == [str(1600 - stored), "0", str(stored), "False"]


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
