# SPDX-License-Identifier: GPL-2.0-only
"""`imsfw policy` as a user types it: what it prints, and what it says of bad input."""

from __future__ import annotations

import ipaddress
import os
import struct
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "tests/golden/captures"
PROGRAM = Path(os.environ.get("IMSFW_BIN", ROOT / "build/release/bin")) / "imsfw-policy"


def policy(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_list_shows_the_nine_types_in_their_order() -> None:
    lines = policy("list").stdout.splitlines()
    assert [line.split()[1] for line in lines[1:10]] == list("123456789")
    assert lines[1].startswith("stateful-nat")


def test_a_policy_is_found_by_number_id_and_file() -> None:
    shown = policy("show", "6").stdout
    assert "rule not-tls-on-443" in shown
    assert "rule sip-tcp-closed" not in shown, "what the type before removed is gone"
    assert policy("show", "web-protocols-only").stdout == shown
    file = ROOT / "firewall-models/policies/web-protocols-only.yaml"
    assert policy("show", file).stdout == shown


def test_check_finds_a_rule_that_never_decides(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "id: mine\ntitle: mine\nrules:\n"
        "  - {id: all-tcp, protocol: tcp, action: allow}\n"
        "  - {id: web, protocol: tcp, ports: [443], action: drop}\n"
    )
    result = policy("check", file)
    assert result.returncode == 1
    assert 'rule "web" never decides: rule "all-tcp" before it' in result.stdout
    assert policy("check", "1", "9").returncode == 0


def test_check_misses_a_default_that_is_not_written_down(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = "id: mine\ntitle: mine\nrules:\n  - {id: all, action: allow}\n"
    file.write_text(text)
    result = policy("check", file)
    assert result.returncode == 1
    assert "no `default` is written down" in result.stdout
    file.write_text(text + "default: drop\n")
    assert policy("check", file).returncode == 0


def test_the_example_of_the_documentation_is_a_good_policy(tmp_path: Path) -> None:
    page = (ROOT / "firewall-models/doc/writing-policies.md").read_text()
    file = tmp_path / "branch-office.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0])
    result = policy("check", file)
    assert result.returncode == 0, result.stdout + result.stderr
    shown = policy("show", file).stdout
    for word in ("regex ^(REGISTER|INVITE) sips?:", "tagged meetings", "rate-above 20000000"):
        assert word in shown


def test_ipv6_in_a_capture_is_judged_too(tmp_path: Path) -> None:
    client = ipaddress.IPv6Address("2001:db8::10").packed
    server = ipaddress.IPv6Address("2001:db8:ffff::1").packed
    sip = b"REGISTER sip:a SIP/2.0\r\n\r\n"
    udp = struct.pack(">HHHH", 40000, 5060, 8 + len(sip), 1) + sip
    packet = struct.pack(">IHBB", 6 << 28, len(udp), 17, 64) + client + server + udp
    link_type_raw = 101
    capture = tmp_path / "six.pcap"
    capture.write_bytes(
        struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type_raw)
        + struct.pack("<IIII", 1, 0, len(packet), len(packet))
        + packet
    )
    sides = ["--inside", "2001:db8::/64"]
    allowed = policy("test", "1", "--pcap", capture, *sides).stdout
    assert "allow  udp [2001:db8::10]:40000" in allowed
    refused = policy("test", "3", "--pcap", capture, *sides).stdout
    assert "rule sip-udp-closed" in refused


def test_a_capture_gets_a_verdict_for_each_flow() -> None:
    capture = CAPTURES / "px_sip_null.lan.pcap"
    sides = ["--inside", "10.1.0.0/24", "--dmz", "10.3.0.0/24"]
    refused = policy("test", "9", "--pcap", capture, *sides)
    assert refused.returncode == 0
    assert "reset  tcp 10.1.0.2:" in refused.stdout
    assert "rule null-suite-to-proxy, null-suite, decided by packet" in refused.stdout
    assert "allow  tcp 10.1.0.2:" in policy("test", "8", "--pcap", capture, *sides).stdout


def test_diff_says_which_transports_change() -> None:
    result = policy("diff", "web-ports-only", "web-protocols-only")
    assert result.returncode == 0
    assert "+ rule not-http-on-80" in result.stdout
    changed = result.stdout.split("Which transports it changes\n")[1]
    assert "turn-tcp-80" in changed
    assert "nimsfw not-http-on-80" in changed
    assert "solution" not in changed.replace("solution-proxy", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Usage: imsfw policy COMMAND"),
        (["sho", "1"], 'unknown command "sho"; did you mean "show"?'),
        (["show"], "show needs one policy"),
        (["show", "web-port-only"], "web-ports-only"),
        (["test", "1"], "test needs a policy and --pcap CAPTURE"),
        (["test", "1", "--pcap", "/nowhere.pcap"], "/nowhere.pcap: No such file"),
        (["test", "1", "--pcap", "x", "--inside", "ten"], '"ten" is no address or prefix'),
        (["export", "1"], "export needs --to nftables POLICY"),
    ],
)
def test_bad_input_is_told_in_one_message(arguments: list[str], message: str) -> None:
    result = policy(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
