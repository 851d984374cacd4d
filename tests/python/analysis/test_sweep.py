# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps: what is planned, what is done, and what becomes of runs that go wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_runner import FakeRunner
from imsfw import BadInput, Frames, Precision, SimulationError, Sweep, grid
from imsfw.store.database import Store
from imsfw.sweeps.plan import Plan
from imsfw.sweeps.sweep import SweepReport

POLICIES = ["stateful-nat", "udp-blocked", "proxy-only"]


def policies(replications: int = 4, **more: Any) -> Sweep:
    return Sweep(space=grid({"firewall.policy": POLICIES}), replications=replications, **more)


def run(sweep: Sweep, database: Path, runner: FakeRunner, **more: Any) -> SweepReport:
    return sweep.run(database, runner, workers=2, progress=False, **more)


def test_only_missing_runs_are_done(database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    runner = FakeRunner(log=str(log))
    assert run(policies(2), database, runner) == SweepReport(6, 0, 0)
    assert run(policies(2), database, runner) == SweepReport(0, 0, 6)
    assert run(policies(3), database, runner) == SweepReport(3, 0, 6)
    lines = log.read_text().splitlines()
    assert len(lines) == len(set(lines)) == 9
    assert len(Frames(database).runs()) == 9


def test_another_commit_runs_anew(database: Path) -> None:
    assert run(policies(), database, FakeRunner(commit="aaa")).done == 12
    assert run(policies(), database, FakeRunner(commit="bbb")) == SweepReport(12, 0, 0)


def test_equal_points_are_one_experiment(database: Path) -> None:
    sweep = Sweep(space=grid({"firewall.policy": ["proxy-only", "proxy-only"]}))
    assert run(sweep, database, FakeRunner()).done == 1


def test_the_plan_is_announced_before_anything_runs(database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    run(policies(2), database, FakeRunner(log=str(log)))
    log.unlink()
    told: list[tuple[Plan, int]] = []

    def announce(plan: Plan, workers: int) -> None:
        assert not log.exists()
        told.append((plan, workers))

    run(policies(3), database, FakeRunner(log=str(log)), announce=announce)
    plan, workers = told[0]
    assert (plan.total, plan.present, plan.failed, len(plan.jobs)) == (9, 6, 0, 3)
    assert workers == 2 and not plan.is_guess and plan.wall_s(2) > 0


def test_the_longest_runs_come_first(database: Path) -> None:
    sweep = Sweep(
        base={"call": {"enabled": True}},
        space=grid({"call.duration": ["1s", "10s", "100s", "5s"]}),
    )
    with Store(database) as store:
        plan = sweep.plan(sweep.planner(store, FakeRunner()))
    durations = [job.document["call"]["duration"] for job in plan.jobs]
    assert durations == ["100s", "10s", "5s", "1s"] and plan.is_guess
    assert plan.wall_s(4) == plan.jobs[0].wall_s  # no shorter than the longest


def test_history_decides_the_order(database: Path) -> None:
    run(Sweep(base={"firewall": {"policy": "proxy-only"}}), database, FakeRunner(seconds=0.2))
    run(Sweep(base={"firewall": {"policy": "udp-blocked"}}), database, FakeRunner())
    with Store(database) as store:
        plan = policies(2).plan(policies(2).planner(store, FakeRunner()))
    assert plan.jobs[0].document["firewall"]["policy"] == "proxy-only"
    assert plan.jobs[0].wall_s == pytest.approx(0.2, rel=0.5)


# --- runs that go wrong


def test_a_failure_is_a_row_and_is_done_again_on_request(database: Path, tmp_path: Path) -> None:
    recover = tmp_path / "recover"
    runner = FakeRunner(fail_on=(2,), recover=str(recover))
    assert run(policies(), database, runner) == SweepReport(9, 3, 0)
    failed = Frames(database).runs().query("status == 'error'")
    assert set(failed["status_reason"]) == {"the certificate vanished"} and len(failed) == 3
    assert run(policies(), database, runner) == SweepReport(0, 0, 9)
    assert run(policies(), database, runner, retry=True) == SweepReport(0, 3, 9)
    recover.touch()
    assert run(policies(), database, runner, retry=True) == SweepReport(3, 0, 9)
    assert len(Frames(database).tries()) == 12 + 3 + 3


def test_a_worker_that_dies_costs_its_run_only(database: Path) -> None:
    assert run(policies(), database, FakeRunner(crash_on=(1, 3))) == SweepReport(6, 6, 0)
    crashed = Frames(database).runs().query("status == 'crashed'")
    assert len(crashed) == 6
    assert crashed["status_reason"].str.contains('SIGABRT: assert failed. cond="no"').all()


def test_a_run_that_never_ends_is_given_up(database: Path) -> None:
    sweep = policies(3, time_limit_s=0.3)
    assert run(sweep, database, FakeRunner(hang_on=(2,))) == SweepReport(6, 3, 0)
    late = Frames(database).runs().query("status == 'timeout'")
    assert set(late["status_reason"]) == {"not done after 0.3 s of wall time"}
    assert (late["wall_s"] >= 0.3).all()


def test_workers_that_cannot_start_end_the_sweep(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imsfw.sweeps.pool.sys.executable", "/bin/false")
    with pytest.raises(SimulationError, match="workers cannot be started: .* exit status 1"):
        run(policies(), database, FakeRunner())


# --- what is refused before anything runs


@pytest.mark.parametrize(
    ("axes", "complaint"),
    [
        ({"firewall.polcy": ["a"]}, '"firewall.polcy"; did you mean "firewall.policy"'),
        ({"delay": ["5ms"]}, "links.access.delay"),
        ({"run": [1, 2]}, "cannot be varied"),
    ],
)
def test_misspelt_parameters(axes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        Sweep(space=grid(axes))


def test_an_empty_space_is_refused(database: Path) -> None:
    nothing = grid({"control.port": [443, 80]}).where(lambda point: point["control.port"] > 1000)
    with pytest.raises(BadInput, match="the parameter space is empty"):
        run(Sweep(space=nothing), database, FakeRunner())


def test_a_bad_point_is_named_and_nothing_runs(database: Path) -> None:
    sweep = Sweep(space=grid({"firewall.policy": ["proxy-only", "nonsense"]}))
    with pytest.raises(BadInput, match='at firewall.policy=nonsense: .*no policy "nonsense"'):
        run(sweep, database, FakeRunner())
    assert len(Frames(database).runs()) == 0


def test_more_than_a_million_runs_are_asked_about(database: Path) -> None:
    ports = list(range(1, 1002))
    space = grid({"control.port": ports, "media.port": ports})
    with pytest.raises(BadInput, match="1,002,001 runs are more than 1,000,000"):
        run(Sweep(space=space), database, FakeRunner())
    wanted = Sweep(space=space.where(lambda p: max(p.values()) < 3), allow_large=True)
    assert run(wanted, database, FakeRunner()).done == 4


# --- precision


def test_replications_go_on_until_the_mean_is_known(database: Path) -> None:
    # The fake runs spread evenly over 1 ms around 100.5 ms: 0.1 % needs about 35 of them.
    precision = Precision("registration_ms", half_width=0.001, at_most=200)
    report = run(policies(3, precision=precision), database, FakeRunner())
    runs = Frames(database).runs()
    counts = runs.groupby("policy")["run"].count()
    assert 10 < counts["stateful-nat"] < 100
    assert counts["udp-blocked"] == 3  # never registers: nothing to be learned by more
    assert report.done == len(runs)
    assert run(policies(3, precision=precision), database, FakeRunner()).done == 0
