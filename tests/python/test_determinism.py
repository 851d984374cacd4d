# SPDX-License-Identifier: GPL-2.0-only
"""One seed, the same bytes: whatever process, day, folder and number of workers there are."""

from __future__ import annotations

import filecmp
import os
import struct
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("IMSFW_BIN", ROOT / "build/release/bin"))
LIBRARIES = Path(os.environ.get("IMSFW_TEST_LIBRARIES", ROOT / "build/release/tests/scenario"))

EXPERIMENT = """
name: repeatable
transport: solution
firewall: {policy: authenticating-proxy}
links: {access: {loss: 0.02}}
media: {rtcp: true}
call: {duration: 2s}
"""
SUITES = (
    "TLS_RSA_WITH_NULL_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_AES_128_GCM_SHA256",
)
DATES = ("0", "1000000000", "4102444800")  # 1970, 2001, 2100


def simulate(
    out: Path, suite: str, cwd: Path, date: str | None = None, *settings: str
) -> dict[str, Path]:
    """Run the experiment in a process of its own; return the run's files by name."""
    cwd.mkdir(parents=True, exist_ok=True)
    (cwd / "experiment-of-test.yaml").write_text(EXPERIMENT)
    environment = dict(os.environ)
    if date is not None:
        environment["LD_PRELOAD"] = str(LIBRARIES / "libimsfw-fake-date.so")
        environment["IMSFW_FAKE_DATE"] = date
    options = [part for setting in settings for part in ("--set", setting)]
    subprocess.run(
        [PROGRAMS / "imsfw-run", "experiment-of-test.yaml", "--quiet", "--out", out]
        + ["--set", f"tls.suites=[{suite}]", *options],
        cwd=cwd,
        env=environment,
        check=True,
        timeout=300,
    )
    return {path.name: path for path in out.iterdir()}


def assert_same(one: dict[str, Path], other: dict[str, Path]) -> None:
    assert one.keys() == other.keys()
    assert {"result.json", "timeline.jsonl", "keys.log", "access.pcapng"} <= one.keys()
    differing = [name for name in one if not filecmp.cmp(one[name], other[name], shallow=False)]
    assert differing == []


@pytest.mark.parametrize("suite", SUITES)
def test_processes_folders_and_days_change_no_byte(tmp_path: Path, suite: str) -> None:
    first = simulate(tmp_path / "first", suite, tmp_path / "here")
    elsewhere = simulate(tmp_path / "second", suite, tmp_path / "quite" / "elsewhere")
    assert_same(first, elsewhere)
    for date in DATES:
        assert_same(first, simulate(tmp_path / date, suite, tmp_path / "here", date))


def test_the_date_of_the_test_is_what_a_program_sees() -> None:
    seen = subprocess.run(
        ["date", "+%s"],
        env={"LD_PRELOAD": str(LIBRARIES / "libimsfw-fake-date.so"), "IMSFW_FAKE_DATE": "77"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert seen.stdout == "77\n", "or the test above shows nothing"


def test_another_seed_or_run_gives_others(tmp_path: Path) -> None:
    first = simulate(tmp_path / "first", SUITES[0], tmp_path)
    for setting in ("seed=2", "run=2"):
        other = simulate(tmp_path / setting, SUITES[0], tmp_path, None, setting)
        assert first["keys.log"].read_bytes() != other["keys.log"].read_bytes()


def packets(capture: Path) -> bytes:
    """The enhanced packet blocks of a pcapng file, which also holds the keys of the whole run."""
    content, at, blocks = capture.read_bytes(), 0, []
    while at < len(content):
        kind, size = struct.unpack_from(">II", content, at)
        if kind == 6:
            blocks.append(content[at : at + size])
        at += size
    return b"".join(blocks)


def test_nodes_more_change_nobody_elses_draws(tmp_path: Path) -> None:
    """A second network with a UE that comes when the first one is done moves none of its draws."""
    one = ("ues.arrival=uniform", "ues.over=40s")
    first = simulate(tmp_path / "first", SUITES[1], tmp_path, None, *one)
    two = (*one, "ues.count=2", "ues.firewalls=2")
    more = simulate(tmp_path / "more", SUITES[1], tmp_path, None, *two)
    assert {"site-2-access.pcapng", "site-2-dmz.pcapng"} <= more.keys()
    for name in ("access.pcapng", "dmz.pcapng", "internet.pcapng"):
        assert packets(first[name]) == packets(more[name]), name
        assert len(packets(first[name])) > 1000


def test_one_worker_and_many_fill_the_same_matrix(tmp_path: Path) -> None:
    results = []
    for jobs, date in (("1", "0"), ("3", "4102444800")):
        out = tmp_path / jobs
        out.mkdir()
        environment = {
            **os.environ,
            "LD_PRELOAD": str(LIBRARIES / "libimsfw-fake-date.so"),
            "IMSFW_FAKE_DATE": date,
        }
        subprocess.run(
            [PROGRAMS / "traversal-matrix", "--quiet", "--jobs", jobs, "--policies", "1,7"]
            + ["--transports", "sip-tcp,solution", "--set", "call.duration=1s"]
            + ["--csv", "table.csv", "--json", "details.json", "--runs", "runs"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=out,
            env=environment,
            timeout=300,
        )
        files = sorted(path for path in out.rglob("*") if path.is_file())
        results.append({str(path.relative_to(out)): path.read_bytes() for path in files})
    assert results[0].keys() == results[1].keys()
    assert [name for name, data in results[0].items() if data != results[1][name]] == []
    assert len(results[0]["table.csv"].splitlines()) == 1 + 2 * 5
    kinds = [Path(name).name for name in results[0]]
    for evidence in ("result.json", "timeline.jsonl", "access.pcapng"):
        assert kinds.count(evidence) == 10, evidence
