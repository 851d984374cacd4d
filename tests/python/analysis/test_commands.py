# SPDX-License-Identifier: GPL-2.0-only
"""The commands sweep, db and report as users type them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from imsfw import Frames

SWEEP = """
experiment: {transport: solution, call: {duration: 1s}, tls: {suites: [TLS_RSA_WITH_NULL_SHA]}}
grid: {firewall.policy: [proxy-only, content-inspecting]}
replications: 2
"""


def imsfw(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "imsfw", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sweep that was run."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "null.yaml").write_text(SWEEP)
    result = imsfw(folder, "sweep", "null.yaml", "--workers", "2", "--runs", "runs")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    # A checkout with changed files is warned of; here it may be one.
    lines = [line for line in result.stderr.splitlines() if "changed files" not in line]
    assert lines[0].startswith("imsfw sweep: 4 runs: 4 to do; about ")
    assert lines[0].endswith("with 2 workers (a guess: nothing like it was run before)")
    assert lines[-1] == "imsfw sweep: 4 done, 0 failed; results in null.db"
    return folder


def test_again_there_is_nothing_to_do(swept: Path) -> None:
    result = imsfw(swept, "sweep", "null.yaml")
    assert result.returncode == 0
    assert "4 runs: 4 there already, 0 to do\n" in result.stderr


def test_the_plan_alone(swept: Path) -> None:
    (swept / "more.yaml").write_text(SWEEP.replace("replications: 2", "replications: 5"))
    result = imsfw(swept, "sweep", "more.yaml", "--database", "null.db", "--plan")
    assert "10 runs: 4 there already, 6 to do; about " in result.stderr
    assert len(Frames(swept / "null.db").runs()) == 4


def test_db_list_and_query(swept: Path) -> None:
    listed = imsfw(swept, "db", "list", "null.db", "--failures").stdout
    assert "content-inspecting" in listed and "(nothing)" in listed.partition("Failures:")[2]
    matrix = imsfw(swept, "db", "query", "null.db", "--csv").stdout.splitlines()
    assert matrix[0].startswith("policy,transport,suites,runs") and len(matrix) == 3
    sql = "SELECT count(*) AS n FROM planes WHERE verdict = 'fail'"
    assert imsfw(swept, "db", "query", "null.db", sql, "--csv").stdout == "n\n2\n"


def test_db_intervals(swept: Path) -> None:
    table = imsfw(swept, "db", "intervals", "null.db", "--csv").stdout.splitlines()
    header = table[0].split(",")
    assert header[:5] == ["policy", "transport", "suites", "runs", "mean"]
    passed, failed = (dict(zip(header, row.split(","), strict=True)) for row in table[1:])
    assert passed["policy"] == "proxy-only" and float(passed["mean"]) > 0
    assert float(passed["mean_low"]) <= float(passed["median"]) <= float(passed["mean_high"])
    assert (passed["success"], failed["success"]) == ("1.0", "0.0")
    assert 0 < float(passed["success_low"]) < 1 and failed["mean"] == ""
    steady = imsfw(swept, "db", "intervals", "null.db", "--warm-up", "--confidence", "0.9")
    assert steady.returncode == 0 and "proxy-only" in steady.stdout


def test_sweep_goes_on_until_a_mean_is_known(swept: Path) -> None:
    arguments = ("--database", "precise.db", "--workers", "2", "--quiet")
    result = imsfw(
        swept, "sweep", "null.yaml", *arguments, "--precision", "registration_ms=0.9"
    )
    assert result.returncode == 0, result.stderr
    assert len(Frames(swept / "precise.db").runs()) >= 4


def test_precision_of_the_command_line_keeps_the_bound_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "lossy.yaml").write_text(
        "experiment: {transport: solution, call: {duration: 1s}}\n"
        "grid: {links.access.loss: [0.2]}\n"
        "replications: 2\n"
        "precision: {metric: call_setup_ms, half_width: 0.9, at_most: 3}\n",
        encoding="utf-8",
    )
    result = imsfw(
        tmp_path, "sweep", "lossy.yaml", "--quiet", "--precision", "registration_ms=0.000001"
    )
    assert result.returncode == 0, result.stderr
    assert len(Frames(tmp_path / "lossy.db").runs()) == 3  # too few for that, and no more


def test_queries_cannot_write(swept: Path) -> None:
    result = imsfw(swept, "db", "query", "null.db", "DELETE FROM runs")
    assert result.returncode == 1 and "readonly" in result.stderr
    wrong = imsfw(swept, "db", "query", "null.db", "SELECT nonsense FROM runs")
    assert wrong.returncode == 1 and "no such column: nonsense" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1
    assert len(Frames(swept / "null.db").runs()) == 4


def test_db_merge_export_and_schema(swept: Path) -> None:
    merged = imsfw(swept, "db", "merge", "all.db", "null.db")
    assert merged.returncode == 0 and "4 runs added to all.db, 0 were there" in merged.stderr
    exported = imsfw(swept, "db", "export", "all.db", "runs.csv")
    assert exported.returncode == 0 and (swept / "runs.csv").read_text().count("\n") == 5
    assert "CREATE TABLE runs" in imsfw(swept, "db", "schema").stdout


def test_report(swept: Path) -> None:
    for source in ("null.db", "runs"):
        result = imsfw(swept, "report", source, "--output", f"{source}.html")
        assert result.returncode == 0, result.stderr
        text = (swept / f"{source}.html").read_text()
        assert "content-inspecting" in text and "runs/" in text


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["swep", "x.yaml"], 2, "invalid choice: 'swep'"),
        (["sweep", "none.yaml"], 2, "none.yaml: No such file"),
        (["sweep", "null.yaml", "--retyr"], 2, 'did you mean "--retry"'),
        (["sweep", "null.yaml", "--workers", "0"], 2, "not a number of 1 or more"),
        (["sweep", "wrong.yaml"], 2, 'did you mean "firewall.policy"'),
        (["sweep", "point.yaml"], 2, 'did you mean "proxy-only"'),
        (["sweep", "base.yaml"], 2, 'gone.yaml'),
        (["sweep", "empty.yaml"], 2, "the parameter space is empty"),
        (["sweep", "huge.yaml"], 2, "huge: up to 1,002,001 runs; --yes says that it is meant"),
        (["sweep", "null.yaml", "--database", "no/such/x.db"], 1, "does not exist"),
        (["db", "list", "none.db"], 1, "none.db: no such database"),
        (["db", "list", "null.db", "--commit", "zzz"], 2, 'no runs of commit "zzz"'),
        (["db", "intervals", "null.db", "--metric", "x"], 2, 'unknown metric "x"'),
        (["db", "intervals", "null.db", "--confidence", "95"], 2, "between 0 and 1"),
        (["sweep", "null.yaml", "--precision", "wall=1"], 2, "expected METRIC=SHARE"),
        (["sweep", "null.yaml", "--precision", "registration_ms"], 2, "expected METRIC=SHARE"),
        (["report", "none.db"], 1, "none.db: no such database"),
    ],
)
def test_mistakes_are_told_in_one_line(
    swept: Path, arguments: list[str], status: int, complaint: str
) -> None:
    (swept / "wrong.yaml").write_text("grid: {firewall.polcy: [a]}\n")
    (swept / "point.yaml").write_text("grid: {firewall.policy: [proxy-onyl]}\n")
    (swept / "base.yaml").write_text("experiment: gone.yaml\n")
    (swept / "empty.yaml").write_text("grid: {control.port: [1, 2]}\nfilter: control.port > 3\n")
    ports = "{from: 1, to: 1001, step: 1}"
    (swept / "huge.yaml").write_text(f"grid: {{control.port: {ports}, media.port: {ports}}}\n")
    result = imsfw(swept, *arguments)
    assert result.returncode == status, result.stderr
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1 and "Traceback" not in result.stderr
