# SPDX-License-Identifier: GPL-2.0-only
"""The result database: nothing double, nothing half, nothing mixed, nothing lost."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from fake_runner import FakeRunner, fake_result
from imsfw import ALL, BadInput, Frames, MissingPackage, StoreError
from imsfw.store.database import Store
from imsfw.store.export import export, to_dataset
from imsfw.store.merge import merge
from imsfw.store.outcome import Machine, Outcome, RunKey
from imsfw.store.rows import digest_of, result_rows
from imsfw.store.schema import VERSION

POLICIES = ("stateful-nat", "udp-blocked", "proxy-only")


def fill(
    path: Path,
    runs: range = range(1, 4),
    commit: str = "abc123",
    policies: tuple[str, ...] = POLICIES,
    status: str = "done",
    host: str = "here",
    transport: str = "sip-udp",
) -> None:
    runner = FakeRunner(commit=commit)
    with Store(path) as store:
        for policy in policies:
            document = {"firewall": {"policy": policy}, "transport": transport}
            experiment = runner.describe(document)
            store.add_experiments([experiment])
            provenance = runner.provenance(experiment.policy_hash)
            for run in runs:
                rows = result_rows(fake_result(document, 1, run))
                done = status == "done"
                store.record(
                    [
                        Outcome(
                            RunKey(experiment.hash, provenance, 1, run),
                            status,
                            0.05,
                            None if done else "killed",
                            rows if done else None,
                            machine=Machine(host, "cpu", "Linux", "3.11"),
                        )
                    ]
                )


def tables(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    counts = {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for (n,) in names}
    connection.close()
    return counts


def test_all_tables_are_filled(database: Path) -> None:
    fill(database)
    assert tables(database) == {
        "provenance": 3,
        "machines": 1,
        "cells": 3,
        "experiments": 3,
        "deciders": 2,
        "runs": 9,
        "planes": 18,
        "verdicts": 6,
        "phases": 18,
        "media": 3,
        "video": 3,
        "tls": 9,
        "notes": 1,
        "run_notes": 9,
        "attempts": 9,
        "pairs": 0,
        "ues": 0,
        "tries": 9,
    }


def test_storing_again_changes_nothing(database: Path) -> None:
    fill(database)
    before = tables(database)
    fill(database)
    fill(database, status="crashed")  # a failure never replaces a result
    assert tables(database) == before
    assert set(Frames(database).runs()["status"]) == {"done"}


def test_a_failure_is_a_row_and_is_replaced_by_a_result(database: Path) -> None:
    fill(database, status="crashed")
    failed = Frames(database).runs()
    assert set(failed["status"]) == {"crashed"} and set(failed["status_reason"]) == {"killed"}
    fill(database)
    assert set(Frames(database).runs()["status"]) == {"done"}
    tries = Frames(database).tries()
    assert tries.groupby("run_id")["status"].agg(list).tolist() == [["crashed", "done"]] * 9


def test_outcomes_are_stored_all_or_none(database: Path) -> None:
    runner = FakeRunner()
    document = {"firewall": {"policy": "stateful-nat"}}
    experiment = runner.describe(document)
    key = RunKey(experiment.hash, runner.provenance("h"), 1, 1)
    good = Outcome(key, "done", 0.1, rows=result_rows(fake_result(document, 1, 1)))
    bad = Outcome(key._replace(run=2), "no such status", 0.1)
    with Store(database) as store:
        store.add_experiments([experiment])
        with pytest.raises(StoreError, match="constraint"):
            store.record([good, bad])
        assert tables(database)["runs"] == 0
        store.record([good])
    assert tables(database)["runs"] == 1 and tables(database)["phases"] == 2


def test_frames_have_the_deciding_event(database: Path) -> None:
    fill(database)
    runs = Frames(database).runs()
    blocked = runs[runs["policy"] == "udp-blocked"].iloc[0]
    assert (blocked["element"], blocked["rule"]) == ("nimsfw", "no-udp")
    assert pd.isna(blocked["registration_ms"]) and blocked["control"] == "fail"
    verdict = Frames(database).verdicts("x.plane IS NOT NULL").iloc[0]
    assert verdict["at_ms"] == 12.5 and verdict["first_bytes"] == "524547"
    media = Frames(database).media()
    assert media["loss"].tolist() == [0.01] * 3 and media["mos"].between(3, 4.5).all()
    assert Frames(database).phases("x.name = ?", ["register"])["end_ms"].tolist() == [100.0] * 9


def test_attempts_and_many_ues(database: Path) -> None:
    runner = FakeRunner()
    document = {"firewall": {"policy": "udp-blocked"}, "ues": {"count": 3}}
    experiment = runner.describe(document)
    key = RunKey(experiment.hash, runner.provenance("h"), 1, 1)
    rows = result_rows(fake_result(document, 1, 1))
    with Store(database) as store:
        store.add_experiments([experiment])
        store.record([Outcome(key, "done", 0.1, rows=rows)])
    ues = Frames(database).ues()
    assert ues["site"].tolist() == [0, 1, 2] and set(ues["control"]) == {"fail"}
    attempt = Frames(database).attempts().iloc[0]
    assert (attempt["outcome"], attempt["rule"], attempt["ended_ms"]) == ("failed", "no-udp", 100)


def end_of_pair(kind: str, transport: str, via_web_proxy: bool = False) -> dict[str, object]:
    return {
        "type": kind,
        "transport": transport,
        "via_web_proxy": via_web_proxy,
        "address": "192.0.2.6:50000",
    }


@pytest.mark.parametrize(
    ("kind", "local", "remote", "told"),
    [
        ("direct", ("host", "udp"), ("host", "udp"), "direct"),
        ("relay", ("relay", "tls", True), ("relay", "udp"), "relay tls+proxy/udp"),
        ("relay", ("srflx", "udp"), ("relay", "tcp"), "relay -/tcp"),
    ],
)
def test_the_pair_of_a_call_by_ice(
    database: Path, kind: str, local: tuple, remote: tuple, told: str
) -> None:
    runner = FakeRunner()
    document = {"firewall": {"policy": "stateful-nat"}}
    experiment = runner.describe(document)
    key = RunKey(experiment.hash, runner.provenance("h"), 1, 1)
    pair = {"kind": kind, "local": end_of_pair(*local), "remote": end_of_pair(*remote)}
    rows = result_rows({**fake_result(document, 1, 1), "media_pair": pair})
    with Store(database) as store:
        store.add_experiments([experiment])
        store.record([Outcome(key, "done", 0.1, rows=rows)])
    row = Frames(database).pairs().iloc[0]
    assert (row["kind"], row["remote_type"], row["pair"]) == (kind, remote[0], told)


def test_video_is_kept_by_direction(database: Path) -> None:
    fill(database)
    video = Frames(database).video()
    assert set(video["direction"]) == {"up"}
    assert video.iloc[0][["frames", "whole", "decodable", "lost"]].tolist() == [250, 248, 240, 3]


def test_an_earlier_database_gets_the_later_tables(database: Path) -> None:
    fill(database)
    connection = sqlite3.connect(database)
    connection.execute("DROP TABLE pairs")
    connection.commit()
    connection.close()
    fill(database)
    assert tables(database)["pairs"] == 0


def test_an_earlier_database_gets_the_later_columns(database: Path, tmp_path: Path) -> None:
    fill(database)
    earlier = tmp_path / "earlier.db"
    shutil.copy(database, earlier)
    with closing(sqlite3.connect(earlier)) as connection, connection:
        connection.execute("ALTER TABLE tls DROP COLUMN computed_ms")
        connection.execute("ALTER TABLE tls DROP COLUMN alpn")
    merged = tmp_path / "merged.db"
    merge(merged, [earlier])  # as it is: a source is not changed
    assert Frames(merged).tls()["alpn"].isna().all()
    fill(earlier, runs=range(1, 6))  # two more than it had
    told = Frames(earlier).tls()
    assert told["computed_ms"].isna().any() and told["computed_ms"].notna().any()
    assert set(told["key_group"]) == {"x25519"}


def test_the_matrix_counts_by_cell(database: Path) -> None:
    fill(database)
    matrix = Frames(database).matrix().set_index("policy")
    assert matrix["runs"].tolist() == [3, 3, 3]
    assert matrix.loc["stateful-nat", "control"] == 1 and matrix.loc["udp-blocked", "control"] == 0
    assert matrix.loc["proxy-only", "rule"] == "no-no-direct"
    assert matrix.loc["stateful-nat", "registration_ms"] == pytest.approx(100.5, abs=0.5)
    assert pd.isna(matrix.loc["udp-blocked", "registration_ms"])
    assert pd.isna(matrix.loc["udp-blocked", "media_udp"])  # not attempted is no share


def test_commits_are_not_mixed_unless_asked(database: Path) -> None:
    fill(database, commit="aaa111")
    fill(database, commit="bbb222", runs=range(1, 3))
    assert Frames(database).chosen_commits() == ["bbb222"]
    assert len(Frames(database).runs()) == 6
    assert len(Frames(database, commit="aaa").runs()) == 9
    assert len(Frames(database, commit=ALL).runs()) == 15
    assert Frames(database, commit=ALL).matrix()["runs"].sum() == 15
    assert Frames(database).commits()["commit_id"].tolist() == ["bbb222", "aaa111"]
    with pytest.raises(BadInput, match='no runs of commit "ccc".*aaa111, bbb222'):
        Frames(database, commit="ccc").runs()


def test_parameters_that_vary_are_columns(database: Path) -> None:
    fill(database)
    fill(database, policies=("symmetric-nat",), transport="solution")
    runs = Frames(database).runs()
    assert (runs["firewall.policy"] == runs["policy"]).all()
    assert set(runs["transport"]) == {"sip-udp", "solution"}
    assert "transport" in Frames(database).runs(["transport"]).columns


def test_unknown_parameter_column_names_the_nearest(database: Path) -> None:
    fill(database)
    with pytest.raises(BadInput, match='did you mean "firewall.policy"'):
        Frames(database).runs(["firewall.polcy"])


def test_the_digest_is_of_the_result_alone() -> None:
    document = {"firewall": {"policy": "stateful-nat"}}
    one, same, other = (fake_result(document, 1, run) for run in (1, 1, 2))
    same["provenance"] = {"commit": "another"}
    same["name"] = "another name"
    assert digest_of(one) == digest_of(same) != digest_of(other)


# --- files that cannot be used


def test_newer_schema_is_refused_and_left_alone(database: Path) -> None:
    fill(database)
    connection = sqlite3.connect(database)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    for opener in (Store, Frames):
        with pytest.raises(StoreError, match=f"newer imsfw .schema {VERSION + 1}"):
            opener(database)


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("this is no database, but long enough to look at\n" * 100)
    with pytest.raises(StoreError, match="not a result database"):
        Store(text)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="not one of imsfw's results"):
        Store(other)
    with pytest.raises(StoreError, match="no such database"):
        Frames(tmp_path / "missing.db")
    with pytest.raises(StoreError, match="folder .* does not exist"):
        Store(tmp_path / "no" / "such.db")
    with pytest.raises(StoreError, match="not a file"):
        Store(tmp_path)


# --- merging


def test_merging_adds_what_is_new_once(tmp_path: Path) -> None:
    one, two, target = (tmp_path / name for name in ("1.db", "2.db", "all.db"))
    fill(one, runs=range(1, 4), host="one")
    fill(two, runs=range(3, 6), host="two", policies=("proxy-only", "stateful-nat"))
    report = merge(target, [one, two])
    assert (report.added, report.present, report.conflicting) == (13, 2, 0)
    again = merge(target, [one, two])
    assert (again.added, again.present, again.conflicting) == (0, 15, 0)
    whole = tmp_path / "whole.db"
    fill(whole, runs=range(1, 6), policies=("proxy-only", "stateful-nat"))
    fill(whole, runs=range(1, 4), policies=("udp-blocked",))
    merged, direct = tables(target), tables(whole)
    assert merged.pop("machines") == 2 and direct.pop("machines") == 1
    assert merged == direct
    left = Frames(target).matrix().set_index("policy")
    right = Frames(whole).matrix().set_index("policy").loc[left.index]
    pd.testing.assert_frame_equal(left, right)


def test_merging_prefers_results_to_failures(tmp_path: Path) -> None:
    one, two = tmp_path / "1.db", tmp_path / "2.db"
    fill(one, status="crashed")
    fill(two)
    assert merge(one, [two]).added == 9
    assert set(Frames(one).runs()["status"]) == {"done"}
    assert len(Frames(one).phases()) == 18
    assert merge(two, [one]).added == 0


def test_merging_tells_of_runs_that_differ(tmp_path: Path) -> None:
    one, two = tmp_path / "1.db", tmp_path / "2.db"
    fill(one)
    fill(two)
    connection = sqlite3.connect(two)
    connection.execute("UPDATE runs SET digest = 'different' WHERE id < 3")
    connection.commit()
    connection.close()
    assert merge(one, [two]).conflicting == 2


def test_merge_refuses_itself_and_strangers(tmp_path: Path) -> None:
    one = tmp_path / "1.db"
    fill(one)
    with pytest.raises(StoreError, match="into itself"):
        merge(one, [one])
    with pytest.raises(StoreError, match="no such database"):
        merge(one, [tmp_path / "missing.db"])
    assert tables(one)["runs"] == 9


# --- export


def test_csv_has_a_row_for_each_run(database: Path, tmp_path: Path) -> None:
    fill(database)
    assert export(Frames(database), tmp_path / "runs.csv") == 9
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == 9 and set(frame["firewall.policy"]) == set(POLICIES)
    assert list(tmp_path.glob("*.part")) == []


def test_netcdf_has_a_dimension_for_each_thing_that_varies(database: Path, tmp_path: Path) -> None:
    import xarray

    fill(database)
    dataset = to_dataset(Frames(database).runs())
    assert dict(dataset.dims) == {"policy": 3, "run": 3}
    assert float(dataset["registration_ms"].sel(policy="stateful-nat", run=2)) > 100
    assert dataset["registration_ms"].attrs["units"] == "ms"
    export(Frames(database), tmp_path / "runs.nc")
    again = xarray.open_dataset(tmp_path / "runs.nc")
    assert str(again["rule"].sel(policy="udp-blocked", run=1).values) == "no-udp"


def test_parquet_needs_pyarrow_and_unknown_formats_are_refused(
    database: Path, tmp_path: Path
) -> None:
    fill(database)
    if find_spec("pyarrow") is None:
        with pytest.raises(MissingPackage, match="pyarrow"):
            export(Frames(database), tmp_path / "runs.parquet")
    else:
        assert export(Frames(database), tmp_path / "runs.parquet") == 9
    with pytest.raises(BadInput, match=".csv, .parquet, .nc"):
        export(Frames(database), tmp_path / "runs.xls")
    assert [path.name for path in tmp_path.iterdir() if "runs." in path.name] in (
        [],
        ["runs.parquet"],
    )
