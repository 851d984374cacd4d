# SPDX-License-Identifier: GPL-2.0-only
"""The extension: experiments, policies, runs, and sweeps of real simulations."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from imsfw import (
    BadInput,
    Experiment,
    Frames,
    Result,
    Sweep,
    grid,
    load_policy,
    policy_names,
    run,
    versions,
)
from imsfw.document import canonical
from imsfw.parameters import experiment_parameters
from imsfw.simulation import SimulationRunner, read_document

SHORT: dict[str, Any] = {"transport": "solution", "call": {"duration": "1s"}}
NO_CALL: dict[str, Any] = {"media": {"path": "none"}, "call": {"enabled": False}}
NULL = {"tls.suites": ["TLS_RSA_WITH_NULL_SHA"]}


def experiment(policy: str, **more: Any) -> Experiment:
    evidence = {"captures": False, "key_log": False}
    return Experiment(SHORT, firewall={"policy": policy}, evidence=evidence, **more)


# --- experiments


def test_keywords_dict_dotted_names_yaml_and_file_are_the_same(tmp_path: Path) -> None:
    by_keywords = Experiment(transport="solution", firewall={"policy": "proxy-only"})
    document = {"transport": "solution", "firewall": {"policy": "proxy-only"}}
    yaml = "transport: solution\nfirewall: {policy: proxy-only}\n"
    (tmp_path / "e.yaml").write_text(yaml)
    others = [
        Experiment(document),
        Experiment({"transport": "solution", "firewall.policy": "proxy-only"}),
        Experiment.from_yaml(yaml),
        Experiment.load(tmp_path / "e.yaml"),
        Experiment.load(tmp_path / "e.yaml", "control.port=443"),
    ]
    for other in others:
        assert other == by_keywords and other.hash == by_keywords.hash


def test_it_is_complete_and_reads_back() -> None:
    given = Experiment(transport="solution", tls={"suites": ["TLS_RSA_WITH_NULL_SHA"]})
    assert given.settings["links.access.delay"] == "5ms"
    assert given.settings["tls.suites"] == ["TLS_RSA_WITH_NULL_SHA"]
    assert Experiment.from_yaml(given.yaml) == given
    assert Experiment(given.document) == given


def test_every_setting_is_a_known_parameter() -> None:
    known = experiment_parameters()
    for key in Experiment(transport="solution").settings:
        assert key in known, key


def test_seed_run_and_name_do_not_change_what_it_is() -> None:
    one = Experiment(SHORT)
    assert one.with_run(7, 8).hash == one.hash and one.with_run(7, 8) != one
    assert Experiment(SHORT, name="other").hash == one.hash
    assert one.changed({"links.access.delay": "6ms"}).hash != one.hash
    assert "seed" not in json.loads(canonical(one.settings))


@pytest.mark.parametrize(
    "yaml",
    [
        "firewal: {policy: proxy-only}\n",
        "firewall: {policy: proxy-onyl}\n",
        "control: {port: 70000}\n",
        "links: {access: {delay: 5}}\n",
        "control: {transport: udp}\nproxy: {use: always}\n",
    ],
)
def test_messages_are_those_of_the_command_line(yaml: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml)
    with pytest.raises(BadInput) as from_file:
        Experiment.load(path)
    text = str(from_file.value)
    assert text.startswith(f"{path}:") and text == text.strip()
    with pytest.raises(BadInput) as from_text:
        Experiment.from_yaml(yaml)
    assert str(from_text.value) == text.replace(str(path), "experiment")
    program = os.environ.get("IMSFW_RUN")
    if program:
        ended = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        assert ended.returncode == 2 and ended.stderr.strip() == text


def test_a_document_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "e.yaml"
    path.write_text("transport: solution\ncontrol: {port: 443}\ntls: {min_version: '1.2'}\n")
    assert read_document(path) == {
        "transport": "solution",
        "control": {"port": 443},
        "tls": {"min_version": "1.2"},
    }
    path.write_text("control: {prot: 443}\n")
    with pytest.raises(BadInput, match='did you mean "port"'):
        read_document(path)


# --- policies and versions


def test_policies() -> None:
    assert "content-inspecting" in policy_names()
    policy = load_policy("content-inspecting")
    assert policy.has_proxy and "null-suite" in policy.flatten()
    assert [rule for rule in policy.rules if "null-suite" in rule.id][0].action != "allow"
    assert len(policy.hash()) == 64 and policy.hash() != load_policy("proxy-only").hash()
    with pytest.raises(BadInput, match='did you mean "proxy-only"'):
        load_policy("proxy-onyl")


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "id: own\ntitle: No TLS at all\nextends: stateful-nat\n"
        "rules:\n  - {id: no-443, protocol: tcp, ports: [443], action: reset}\n"
    )
    assert load_policy(path).rules[0].id == "no-443"
    result = run(experiment(str(path)))
    assert result.control.decided_by is not None and result.control.decided_by.rule == "no-443"
    before = experiment(str(path)).policy_hash
    path.write_text(path.read_text().replace("reset", "drop"))
    assert experiment(str(path)).policy_hash != before


def test_versions() -> None:
    assert set(versions()) == {"imsfw", "commit", "ns3", "openssl"}
    assert versions()["ns3"].startswith("3.")


# --- runs


def test_a_run_that_passes_and_one_that_fails() -> None:
    passed = run(experiment("content-inspecting", tls={"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}))
    assert passed.control.passed and passed.media_udp.passed
    assert passed.registration_ms is not None and passed.registration_ms > 50
    assert {"connect", "tls", "register"} <= set(passed.phases["name"])
    failed = run(experiment("content-inspecting", tls={"suites": ["TLS_RSA_WITH_NULL_SHA"]}))
    event = failed.control.decided_by
    assert not failed.control.passed and event is not None and event.element == "nimsfw"
    assert event.rule in failed.explain() and event.rule in set(failed.refusals["rule"])
    assert failed.to_series()["rule"] == event.rule and failed.registration_ms is None


def test_one_seed_gives_one_result_whatever_ran_before() -> None:
    first = run(experiment("proxy-only")).to_dict()
    run(experiment("stateful-nat"))
    assert run(experiment("proxy-only")).to_dict() == first


def test_a_run_folder(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    result = run(Experiment(SHORT, firewall={"policy": "proxy-only"}), folder)
    names = {path.name for path in folder.iterdir()}
    assert {"experiment.yaml", "result.json"} <= names
    assert any(".pcap" in name for name in names)
    assert Result.load(folder).to_dict() == result.to_dict()
    with pytest.raises(BadInput, match="No such file"):
        Result.load(tmp_path / "nowhere")


def test_other_threads_go_on_while_it_simulates() -> None:
    ticks = 0
    done = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    begun = ticks
    run(experiment("stateful-nat", ues={"count": 20}))
    during = ticks - begun
    done.set()
    counter.join()
    assert during > 5


def test_ctrl_c_ends_a_run_and_the_next_one_is_unharmed() -> None:
    program = """
import signal, sys, time
import imsfw
short = {"transport": "solution", "call": {"duration": "1s"}}
plain = imsfw.run(short).to_dict()
long = imsfw.Experiment(short, call={"duration": "2h"}, limits={"simulated": "3h"})
print("ready", flush=True)
try:
    imsfw.run(long)
except KeyboardInterrupt:
    print("interrupted", imsfw.run(short).to_dict() == plain, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted True\n"


# --- sweeps that simulate


def test_a_sweep_of_simulations(database: Path, tmp_path: Path) -> None:
    sweep = Sweep(
        base={**SHORT, "tls": {"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}},
        space=grid(
            {
                "firewall.policy": ["udp-blocked", "proxy-only"],
                "transport": ["solution", "sip-tls-5061"],
            }
        ),
        replications=2,
    )
    runner = SimulationRunner(str(tmp_path / "runs"))
    report = sweep.run(database, runner, workers=2, progress=False)
    assert (report.done, report.failed) == (8, 0)
    runs = Frames(database).runs()
    passed = runs.groupby(["policy", "transport"])["control"].agg(set)
    assert passed["proxy-only", "solution"] == {"pass"}
    assert passed["proxy-only", "sip-tls-5061"] == {"fail"}
    assert runs["folder"].map(lambda folder: (Path(folder) / "result.json").is_file()).all()
    assert not Frames(database).phases().empty and not Frames(database).media().empty
    again = sweep.run(database, SimulationRunner(), workers=2, progress=False)
    assert (again.done, again.present) == (0, 8)


def test_the_worker_gives_the_result_that_run_gives(database: Path) -> None:
    Sweep(base=NO_CALL, replications=2).run(database, workers=1, progress=False)
    alone = run(Experiment(NO_CALL).with_run(1, 2)).registration_ms
    stored = Frames(database).runs().set_index("run")["registration_ms"]
    assert stored[2] == alone


def test_a_wrong_point_is_refused_with_the_command_lines_words(database: Path) -> None:
    sweep = Sweep(space=grid({"firewall.policy": ["proxy-only", "proxy-onyl"]}))
    with pytest.raises(BadInput, match='at firewall.policy=proxy-onyl: .*mean "proxy-only"'):
        sweep.run(database, progress=False)


def test_two_policies_of_one_name_are_not_taken_for_one(database: Path, tmp_path: Path) -> None:
    paths = []
    for folder, action in (("a", "drop"), ("b", "reset")):
        paths.append(tmp_path / folder / "own.yaml")
        paths[-1].parent.mkdir()
        rule = f"{{id: no-443, protocol: tcp, ports: [443], action: {action}}}"
        paths[-1].write_text(f"id: own\ntitle: Own\nextends: stateful-nat\nrules: [{rule}]\n")
    sweep = Sweep(base=SHORT, space=grid({"firewall.policy": [str(path) for path in paths]}))
    with pytest.raises(BadInput, match="two different policies of one name"):
        sweep.run(database, progress=False)


def test_the_simulated_time_limit_is_a_verdict_not_an_error(database: Path) -> None:
    base = {**SHORT, "firewall": {"policy": "proxy-only"}, "limits": {"simulated": "100ms"}}
    assert Sweep(base=base).run(database, workers=1, progress=False).done == 1
    assert Frames(database).runs()["control"].tolist() != ["pass"]
