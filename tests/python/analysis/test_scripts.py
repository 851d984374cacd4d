# SPDX-License-Identifier: GPL-2.0-only
"""The scenario scripts: each answers its question with runs and a figure, from any directory."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from imsfw import Frames, read_sweep
from imsfw.simulation import SimulationRunner
from imsfw.store.database import Store

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = sorted((ROOT / "scenarios" / "python").glob("*.py"))
SWEEPS = sorted((ROOT / "scenarios" / "sweeps").glob("*.yaml"))


def run(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    figure = folder / "figure.svg"
    options = ["--figure", str(figure), "--replications", "1", "--workers", "2"]
    return subprocess.run(
        [sys.executable, str(script), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_ten_and_more() -> None:
    assert len(SCRIPTS) >= 10
    for script in SCRIPTS:
        question = ast.get_docstring(ast.parse(script.read_text()))
        assert question is not None and "?" in question or "tree of attempts" in str(question)
        assert len(script.read_text().splitlines()) < 60


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_draws_and_runs_nothing_twice(script: Path, tmp_path: Path) -> None:
    first = run(script, tmp_path)
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "figure.svg").stat().st_size > 2000
    database = next(tmp_path.glob("*.db"))
    runs = Frames(database).runs([])
    assert set(runs["status"]) == {"done"} and "pass" in set(runs["control"])
    figure = (tmp_path / "figure.svg").read_bytes()
    second = run(script, tmp_path)
    assert f": 0 runs done, {len(runs)} were there" in second.stdout
    assert (tmp_path / "figure.svg").read_bytes() == figure


def test_the_matrix_shows_what_the_contribution_claims(tmp_path: Path) -> None:
    script = ROOT / "scenarios" / "python" / "traversal_matrix.py"
    assert run(script, tmp_path).returncode == 0
    matrix = Frames(tmp_path / "traversal-matrix.db").matrix()
    solution = matrix[matrix["transport"] == "solution"].set_index(["suites", "policy"])["control"]
    aes, null = solution["TLS_RSA_WITH_AES_128_CBC_SHA"], solution["TLS_RSA_WITH_NULL_SHA"]
    assert (aes == 1).all() and len(aes) == 9
    assert null[null < 1].index.tolist() == ["content-inspecting"]
    blocked = matrix[matrix["control"] == 0]
    assert blocked["rule"].str.len().gt(0).all() or blocked["reason"].str.len().gt(0).all()


@pytest.mark.parametrize("path", SWEEPS, ids=lambda path: path.stem)
def test_the_sweep_files_are_valid(path: Path, database: Path) -> None:
    sweep = read_sweep(path)
    with Store(database) as store:
        plan = sweep.plan(sweep.planner(store, SimulationRunner()))
    assert plan.total == len(plan.jobs) > 5
