# SPDX-License-Identifier: GPL-2.0-only
"""`imsfw calibrate` as a user types it, and the table that it writes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("IMSFW_BIN", ROOT / "build/release/bin"))


def call(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PROGRAMS / program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of this machine, measured as shortly as can be."""
    path = tmp_path_factory.mktemp("table") / "mine.yaml"
    result = call("imsfw-calibrate", "--batches", "1", "--output", path)
    assert result.returncode == 0, result.stderr
    assert "] handshakes" in result.stderr and result.stdout == ""
    return path


def test_the_table_prices_what_the_committed_ones_price(table: Path) -> None:
    mine = yaml.safe_load(table.read_text())
    server = yaml.safe_load((ROOT / "scenarios/cpus/server.yaml").read_text())
    assert set(mine["operations"]) == set(server["operations"])
    assert mine["openssl"].startswith("3.") and mine["cpu"] and mine["cores"] >= 1
    costs = mine["operations"]
    # Whatever the machine: more bits of RSA take longer, and signing longer than verifying.
    assert costs["sign/rsa-4096"]["each_ns"] > costs["sign/rsa-2048"]["each_ns"]
    assert costs["sign/rsa-2048"]["each_ns"] > costs["verify/rsa-2048"]["each_ns"] > 0


def test_an_experiment_can_name_it(table: Path) -> None:
    run = table.parent / "run"
    options = ["--quiet", "--out", run, "--set", f"cpu.p_cscf.table={table}"]
    result = call("imsfw-run", ROOT / "scenarios/configs/register-only.yaml", *options)
    assert result.returncode == 0, result.stderr
    cpus = json.loads((run / "result.json").read_text())["cpus"]
    assert [cpu["node"] for cpu in cpus] == ["p-cscf"] and cpus[0]["busy_ms"] > 0


def test_help_and_list() -> None:
    result = call("imsfw-calibrate", "--help")
    assert result.returncode == 0 and "cpu.p_cscf.table=my-server.yaml" in result.stdout
    steps = call("imsfw-calibrate", "--list").stdout.splitlines()
    assert "key exchange x25519" in steps and "copying" in steps


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["--batches", "0"], 2, "--batches must be 1 to 1000"),
        (["--batches", "many"], 2, "batches"),
        (["--outptu", "x"], 2, "unrecognised option"),
        (["file.yaml"], 2, "too many positional options"),
        (["-q", "-b", "1", "-o", "no/such/folder/x.yaml"], 1, "cannot write no/such/folder"),
    ],
)
def test_mistakes_are_told_in_one_line(
    arguments: list[str], status: int, complaint: str
) -> None:
    result = call("imsfw-calibrate", *arguments)
    assert result.returncode == status, result.stderr
    assert complaint in result.stderr and len(result.stderr.splitlines()) == 1
