# SPDX-License-Identifier: GPL-2.0-only
"""`imsfw explain` as a user types it: the rule, those before it, changes that were run again."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("IMSFW_BIN", ROOT / "build/release/bin"))


def call(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PROGRAMS / program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def simulate(folder: Path, experiment: str, *settings: str) -> Path:
    """Run an experiment (YAML) into a folder."""
    file = folder / "experiment-of-test.yaml"
    file.write_text(experiment)
    run = folder / "run"
    options = [part for setting in settings for part in ("--set", setting)]
    result = call("imsfw-run", file, "--quiet", "--out", run, *options)
    assert result.returncode == 0, result.stderr
    return run


def explained(run: Path) -> dict[str, Any]:
    result = call("imsfw-explain", run, "--json")
    assert result.returncode == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


NULL_SUITE = """
name: readable
transport: solution
firewall: {policy: content-inspecting}
tls: {suites: [TLS_RSA_WITH_NULL_SHA]}
call: {duration: 1s}
"""


def test_a_null_suite_is_explained_and_an_encrypting_one_is_the_smallest_change(
    tmp_path: Path,
) -> None:
    run = simulate(tmp_path, NULL_SUITE)
    document = explained(run)
    control = document["planes"]["control"]
    assert control["verdict"] == "fail"
    assert control["decided_by"]["rule"] == "null-suite-from-proxy"
    why = control["explanation"]
    assert why["decided_by"] == "null-suite-from-proxy"
    assert why["from"] == "dmz"
    assert "internet.pcapng" in why["packet"], "the ServerHello came no further"
    smallest = document["changes"][0]
    assert smallest["kind"] == "cipher-suite"
    assert "NULL" not in smallest["settings"][0]
    assert smallest["outcome"] == "control pass, media pass"
    others = [change["title"] for change in document["ruled_out"]]
    assert any("NULL" in title for title in others), "other NULL suites are not even tried"
    assert all("WITH_AES" not in title for title in others)


def test_the_smallest_change_passes_when_the_user_makes_it(tmp_path: Path) -> None:
    change = explained(simulate(tmp_path, NULL_SUITE))["changes"][0]
    run = simulate(tmp_path, NULL_SUITE, *change["settings"])
    result = call("imsfw-explain", run)
    assert result.returncode == 0
    assert "Nothing failed in this run" in result.stdout


def test_sip_over_udp_behind_web_ports_only_needs_another_transport(tmp_path: Path) -> None:
    run = simulate(
        tmp_path,
        "name: udp\ntransport: sip-udp\nfirewall: {policy: web-ports-only}\ncall: {duration: 1s}\n",
    )
    text = call("imsfw-explain", run).stdout
    assert "rule udp-blocked" in text
    assert "web-ports: passed over, protocol is udp, not tcp" in text
    assert "udp-blocked: matched" in text
    document = explained(run)
    assert document["changes"][0]["kind"] == "transport"
    ruled_out = {change["title"]: change["why"] for change in document["ruled_out"]}
    assert "default refuses" in ruled_out["go by transport sip-tcp"]


def test_wrong_credentials_and_closed_ports(tmp_path: Path) -> None:
    wrong = "name: x\ntransport: solution\nproxy: {password: wrong}\ncall: {duration: 1s}\n"
    run = simulate(tmp_path, wrong + "firewall: {policy: authenticating-proxy}\n")
    document = explained(run)
    assert document["planes"]["control"]["decided_by"]["element"] == "web-proxy"
    assert document["changes"][0]["settings"] == ['proxy.password="correct horse"']
    closed = "name: y\ntransport: sip-tls-5061\nfirewall: {policy: voip-vpn-ports-closed}\n"
    document = explained(simulate(tmp_path, closed + "call: {duration: 1s}\n"))
    kinds = [change["kind"] for change in document["changes"]]
    assert kinds == ["transport", "policy"]
    assert document["changes"][1]["title"] == "the policy without rule sip-tcp-closed"


def test_a_firewall_further_out_is_named_explained_and_changed(tmp_path: Path) -> None:
    policy = tmp_path / "office.yaml"
    policy.write_text(
        "id: office\ntitle: Office behind a strict provider\nextends: nat-home\n"
        "behind: ./provider.yaml\n"
    )
    (tmp_path / "provider.yaml").write_text(
        "id: provider\ntitle: Web ports alone\nextends: web-ports-only\n"
    )
    experiment = f"name: z\ntransport: sip-udp\nfirewall: {{policy: {policy}}}\n"
    document = explained(simulate(tmp_path, experiment + "media: {path: none}\n"))
    control = document["planes"]["control"]
    decided = (control["decided_by"]["element"], control["decided_by"]["rule"])
    assert decided == ("nimsfw-behind", "udp-blocked")
    assert control["explanation"]["decided_by"] == "udp-blocked"
    assert "access.pcapng" in control["explanation"]["packet"]
    titles = {change["kind"]: change["title"] for change in document["changes"]}
    assert "without rule udp-blocked" in titles["policy"]
    assert titles["policy"].startswith("the policy further out")


def test_without_captures_the_rule_is_still_named(tmp_path: Path) -> None:
    run = simulate(tmp_path, NULL_SUITE, "evidence.captures=false")
    result = call("imsfw-explain", run, "--why-only")
    assert result.returncode == 0
    assert "rule null-suite-from-proxy" in result.stdout
    assert "do not show this decision again" in result.stdout
    assert "smallest change" not in result.stdout


def test_policy_test_explains_each_flow() -> None:
    capture = ROOT / "tests/golden/captures/px_sip_null.lan.pcap"
    sides = ["--inside", "10.1.0.0/24", "--dmz", "10.3.0.0/24"]
    arguments = ["test", "content-inspecting", "--pcap", capture, *sides]
    text = call("imsfw-policy", *arguments, "--explain").stdout
    assert "null-suite-from-proxy: passed over, it comes from inside, not from dmz" in text
    assert "null-suite-to-proxy: matched" in text
    assert "passed over" not in call("imsfw-policy", *arguments).stdout


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "it has no experiment.yaml"),
        ({"experiment.yaml": "transport: solution\n"}, "it has no result.json"),
        (
            {"experiment.yaml": "transport: solution\n", "result.json": "{"},
            "is no result of a run",
        ),
        ({"experiment.yaml": "transport: solutoin\n", "result.json": "{}"}, "solution"),
    ],
)
def test_a_folder_that_is_no_run_is_told_in_one_message(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    result = call("imsfw-explain", tmp_path)
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_bad_arguments_are_bad_input() -> None:
    assert "there is no such folder" in call("imsfw-explain", "/nowhere").stderr
    for arguments in ([], ["/nowhere"], ["--no-such-option"]):
        assert call("imsfw-explain", *arguments).returncode == 2
