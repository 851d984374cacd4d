# SPDX-License-Identifier: GPL-2.0-only
"""`imsfw ladder` as a user types it: the sequence of a run, from its folder alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("IMSFW_BIN", ROOT / "build/release/bin"))
SVG = "{http://www.w3.org/2000/svg}"


def call(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PROGRAMS / program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def simulate(folder: Path, experiment: str) -> Path:
    file = folder / "experiment-of-test.yaml"
    file.write_text(experiment)
    result = call("imsfw-run", file, "--quiet", "--out", folder / "run")
    assert result.returncode == 0, result.stderr
    return folder / "run"


def ladder(run: Path, *arguments: str | Path) -> str:
    result = call("imsfw-ladder", run, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def names(text: str) -> list[str]:
    """What is said of each message at the UE: behind the last column, without sizes."""
    rows = [line for line in text.splitlines()[1:] if re.search(r"\|?-+[>|X]|<-+", line[:31])]
    return [re.split(r"  ", line.rstrip().rsplit("|     ", 1)[-1])[0] for line in rows]


def test_a_call_over_tls_is_told_by_the_names_that_tls_hides(tmp_path: Path) -> None:
    run = simulate(tmp_path, "name: x\ntransport: solution\ncall: {duration: 1s}\n")
    text = ladder(run)
    head = text.splitlines()[0].split()
    assert head == ["ms", "ue", "firewall", "p-cscf", "turn-server", "callee"]
    told = names(text)
    order = ["SYN", "SYN ACK", "ClientHello", "REGISTER", "401 REGISTER", "200 REGISTER"]
    order += ["Allocate", "Allocate 401", "Allocate success", "INVITE", "180 INVITE", "200 INVITE"]
    places = [told.index(name) for name in order]
    assert places == sorted(places)
    assert re.search(r"ChannelData, RTP  \d+ B x\d\d until", text), "media is told as one"
    assert "[allow by " in text
    assert text.count("REGISTER  ") >= 6, "each message on each link that it crossed"


def test_what_dtls_hides_has_its_name_on_every_link(tmp_path: Path) -> None:
    experiment = "name: x\ntransport: turn-dtls-443\ncall: {duration: 1s}\n"
    run = simulate(tmp_path, experiment + "tls: {suites: [TLS_RSA_WITH_AES_128_CBC_SHA]}\n")
    text = ladder(run)
    told = names(text)
    order = ["ClientHello", "HelloVerifyRequest", "Allocate", "Allocate 401", "Allocate success"]
    places = [told.index(name) for name in order]
    assert places == sorted(places)
    assert "application data" not in text and "datagram" not in text
    assert len(re.findall(r"Allocate 401  \d+ B", text)) == 2, "before and behind the firewall"
    assert re.search(r"ChannelData, RTP  \d+ B x\d\d until", text), "media is told as one"


def test_a_refused_packet_ends_at_the_firewall_with_the_rule(tmp_path: Path) -> None:
    run = simulate(
        tmp_path,
        "name: x\ntransport: solution\nfirewall: {policy: content-inspecting}\n"
        "tls: {suites: [TLS_RSA_WITH_NULL_SHA]}\nlimits: {attempt: 2s}\n",
    )
    marked = [line for line in ladder(run).splitlines() if "X---" in line]
    assert "ServerHello" in marked[0] and "[reset by null-suite-from-proxy]" in marked[0]
    drop = simulate(
        tmp_path,
        "name: x\ntransport: sip-tcp\nfirewall: {policy: web-ports-only}\nlimits: {attempt: 2s}\n",
    )
    rows = ladder(drop).splitlines()[1:]
    died = [row for row in rows if "--X" in row]
    assert died == rows and "SYN" in died[0] and "[drop by default]" in died[0]


def test_the_svg_says_what_the_text_says(tmp_path: Path) -> None:
    run = simulate(tmp_path, "name: x\ntransport: sip-udp\ncall: {duration: 1s}\n")
    text = ladder(run)
    assert ladder(run, "--quiet", "--svg", tmp_path / "other.svg") == ""
    assert (run / "ladder.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()
    root = ElementTree.parse(run / "ladder.svg").getroot()
    words = [element.text or "" for element in root.iter(f"{SVG}text")]
    for row in text.splitlines()[1:]:
        label = row.rstrip().rsplit("|     ", 1)[-1].split("  [")[0]
        assert label in words, label
        assert row.split()[0] in words


def test_a_callee_behind_a_firewall_is_told_by_names_too(tmp_path: Path) -> None:
    run = simulate(
        tmp_path,
        "name: x\ntransport: solution-ice\nfirewall: {policy: udp-blocked}\n"
        "callee: {policy: udp-blocked}\ncall: {duration: 1s}\n",
    )
    head, *rows = ladder(run).splitlines()
    assert head.split()[-2:] == ["callee", "callee-firewall"], "names stand whole"
    side = head.index("callee") - 2
    invites = [row for row in rows if " INVITE  " in row and re.search("[<>]", row[side:][:24])]
    assert len(invites) >= 4, "INVITE, 180, 200, and the call back"
    refused = [row for row in rows if "--X" in row[side:][:24]]
    assert refused and all("[drop by udp-blocked]" in row for row in refused)


def test_each_couple_of_many_is_told_from_the_others(tmp_path: Path) -> None:
    """Behind one NAT, over shared servers: a couple's ladder shows what it would do alone."""
    told = {}
    for count in (1, 3):
        folder = tmp_path / str(count)
        folder.mkdir()
        run = simulate(
            folder,
            "name: x\ntransport: solution\n"
            f"ues: {{count: {count}, firewalls: {(count + 1) // 2}}}\n"
            "call: {duration: 1s}\nevidence: {couples: 3}\n",
        )
        for couple in range(1, count + 1):
            text = ladder(run, "--couple", str(couple))
            own = "ue" if couple == 1 else f"ue-{couple}"
            assert text.split()[1] == own
            rows = [row.rstrip().rsplit("|     ", 1)[-1] for row in text.splitlines()[1:]]
            told[count, couple] = sorted(row.split("  ")[0] for row in rows)
    assert told[3, 1] == told[3, 2] == told[3, 3] == told[1, 1]
    whole = ladder(tmp_path / "3" / "run")
    assert whole.split()[1:4] == ["ue", "ue-3", "firewall"]
    result = call("imsfw-ladder", tmp_path / "3" / "run", "--couple", "4")
    assert result.returncode == 2 and "tells of 3 couples" in result.stderr


def test_of_a_crowd_the_first_is_drawn(tmp_path: Path) -> None:
    run = simulate(
        tmp_path,
        "name: x\ntransport: sip-udp\nues: {count: 3}\nevidence: {couples: 2}\n"
        "call: {enabled: false}\n",
    )
    text = ladder(run)
    assert "ue-2" not in text.splitlines()[0]
    assert text.count(" REGISTER  ") == 8, "four messages on two links"
    assert len(text.splitlines()) == len(ladder(run, "--couple", "2").splitlines())


def test_wifi_is_drawn_as_any_link(tmp_path: Path) -> None:
    """Beacons and acknowledgements are no messages; what is sent again on the air is one."""
    call_off = "call: {enabled: false}\nmedia: {path: none}\n"
    told = []
    for name, access in (("wire", ""), ("air", "access: wifi\nues: {count: 2}\n")):
        folder = tmp_path / name
        folder.mkdir()
        run = simulate(folder, f"name: x\ntransport: sip-tcp\n{access}{call_off}")
        told.append(names(ladder(run, *(["--couple", "1"] if access else []))))
    assert told[0] == told[1]
    assert "REGISTER" in told[0]


def test_another_run_folder_is_all_it_takes(tmp_path: Path) -> None:
    run = simulate(tmp_path, "name: x\ntransport: sip-tcp\ncall: {enabled: false}\n")
    moved = tmp_path / "moved"
    shutil.copytree(run, moved)
    for name in ("result.json", "experiment.yaml", "keys.log"):
        (moved / name).unlink(missing_ok=True)
    assert ladder(moved) == ladder(run)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda run: shutil.rmtree(run), "no such folder"),
        (lambda run: (run / "timeline.jsonl").unlink(), "no timeline.jsonl"),
        (lambda run: (run / "timeline.jsonl").write_text("{}\n"), "timeline.jsonl:1:"),
        (lambda run: [path.unlink() for path in run.glob("*.pcapng")], "captures=true"),
        (lambda run: (run / "access.pcapng").write_text("?"), "access.pcapng"),
    ],
)
def test_a_folder_that_is_none_of_a_run_is_named(tmp_path: Path, spoil, message: str) -> None:
    run = simulate(tmp_path, "name: x\ntransport: sip-udp\ncall: {enabled: false}\n")
    spoil(run)
    result = call("imsfw-ladder", run)
    assert result.returncode == 2
    assert message in result.stderr
    assert not (run / "ladder.svg").exists()


def test_bad_arguments_are_named() -> None:
    for arguments in ([], ["--what"], ["a", "b"], ["a", "--couple", "0"], ["a", "--couple", "x"]):
        result = call("imsfw-ladder", *arguments)
        assert result.returncode == 2
        assert "imsfw ladder:" in result.stderr
    assert call("imsfw-ladder", "--help").returncode == 0
