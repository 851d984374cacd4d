# SPDX-License-Identifier: GPL-2.0-only
"""tshark, a foreign reader, over the captures of every default experiment and column of the matrix.

No frame is malformed; SIP and STUN are found, decrypted with the secrets in the file where TLS
carries them; the suite that was negotiated is the one asked for; and NULL traffic is readable
without any key.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("IMSFW_BIN", ROOT / "build/release/bin"))
CONFIGS = ROOT / "scenarios" / "configs"
MATRIX = yaml.safe_load((CONFIGS / "traversal-matrix.yaml").read_text(encoding="utf-8"))
EXPERIMENTS = sorted(
    path
    for path in CONFIGS.glob("*.yaml")
    if "columns" not in yaml.safe_load(path.read_text(encoding="utf-8"))
)
CODE_POINTS = {
    "TLS_RSA_WITH_NULL_SHA": "0x0002",
    "TLS_RSA_WITH_AES_128_CBC_SHA": "0x002f",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "0xc02f",
    "TLS_AES_128_GCM_SHA256": "0x1301",
}
STUN_COOKIE = "2112a442"
SHORT = ("call.duration=1s",)


def simulate(out: Path, file: Path, *settings: str) -> dict[str, Any]:
    """Run an experiment into a folder; return its result."""
    options = [part for setting in (*SHORT, *settings) for part in ("--set", setting)]
    subprocess.run(
        [PROGRAMS / "imsfw-run", file, "--quiet", "--out", out, *options],
        check=True,
        timeout=300,
    )
    result: dict[str, Any] = json.loads((out / "result.json").read_text(encoding="utf-8"))
    return result


def tshark(capture: Path, *arguments: str) -> str:
    command = ["tshark", "-n", "-r", capture, *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=120
    ).stdout


def fields(capture: Path, *names: str) -> list[list[str]]:
    """One row for each frame. What TLS carries is taken for SIP; TCP on port 80 is TURN here."""
    decode = [part for port in (443, 5061) for part in ("-d", f"tls.port=={port},sip")]
    decode += ["-d", "tcp.port==80,stun"]
    columns = [part for name in names for part in ("-e", name)]
    text = tshark(capture, *decode, "-T", "fields", *columns)
    return [line.split("\t") for line in text.splitlines()]


def has(rows: list[list[str]], column: int, value: str) -> bool:
    return any(value in row[column].split(",") for row in rows)


def check_frames(run: Path) -> None:
    """Every frame of every link is what its headers say."""
    captures = sorted(run.glob("*.pcapng"))
    assert captures
    for capture in captures:
        rows = fields(capture, "_ws.malformed", "ip.version")
        assert not [row for row in rows if row[0]], capture.name
        assert all(row[1].startswith("4") for row in rows), capture.name


def check_control(run: Path, result: dict[str, Any]) -> None:
    """SIP is found at the P-CSCF where the registration went through."""
    if result["registration_ms"] is None:
        return
    rows = fields(run / "p-cscf.pcapng", "sip.Method", "sip.Status-Code")
    assert has(rows, 0, "REGISTER") and has(rows, 1, "401") and has(rows, 1, "200")


def check_media(run: Path, result: dict[str, Any]) -> None:
    """STUN is found at the TURN server, in the clear or decrypted, where media got through."""
    if result["planes"]["media_udp"]["verdict"] != "pass":
        return
    capture = run / "turn-server.pcapng"
    if any(tls["plane"] == "media" for tls in result["tls"]):
        text = ""
        for stream in {row[0] for row in fields(capture, "tcp.stream") if row[0]}:
            text += tshark(capture, "-q", "-z", f"follow,tls,raw,{stream}")
        assert STUN_COOKIE in text
        return
    assert STUN_COOKIE in capture.read_bytes().hex()


def check_suites(run: Path, result: dict[str, Any], wanted: list[str]) -> None:
    """The suite that each ServerHello on the wire names is the one that was asked for."""
    for tls in result["tls"]:
        assert not wanted or tls["suite"] in wanted
        name = "p-cscf.pcapng" if tls["plane"] == "control" else "turn-server.pcapng"
        rows = fields(run / name, "tls.handshake.type", "tls.handshake.ciphersuite")
        chosen = {row[1] for row in rows if "2" in row[0].split(",") and row[1]}
        assert chosen, f"no ServerHello in {name}"
        if tls["suite"] in CODE_POINTS:
            assert CODE_POINTS[tls["suite"]] in chosen


def wanted_suites(run: Path) -> list[str]:
    experiment = yaml.safe_load((run / "experiment.yaml").read_text(encoding="utf-8"))
    suites: list[str] = (experiment.get("tls") or {}).get("suites") or []
    return suites


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda path: path.stem)
def test_default_experiments(tmp_path: Path, file: Path) -> None:
    run = tmp_path / "run"
    result = simulate(run, file)
    check_frames(run)
    check_control(run, result)
    check_media(run, result)
    check_suites(run, result, wanted_suites(run))


@pytest.mark.parametrize("column", MATRIX["columns"], ids=lambda column: column["title"])
def test_matrix_columns(tmp_path: Path, column: dict[str, str]) -> None:
    file = tmp_path / "cell.yaml"
    suites = [column["suite"]] if "suite" in column else []
    file.write_text(
        yaml.safe_dump(
            {
                "name": "cell",
                "firewall": {"policy": MATRIX["policies"][0]},
                "transport": column["transport"],
                **({"tls": {"suites": suites}} if suites else {}),
            }
        )
    )
    run = tmp_path / "run"
    result = simulate(run, file)
    assert {plane["verdict"] for plane in result["planes"].values()} <= {"pass", "not-attempted"}
    check_frames(run)
    check_control(run, result)
    check_media(run, result)
    check_suites(run, result, suites)


def test_keep_alives_of_tcp(tmp_path: Path) -> None:
    """Each minute of silence a probe of the UE and its answer, as tshark sees TCP."""
    run = tmp_path / "run"
    settings = ("transport=sip-tcp", "media.path=none", "call.idle=5min")
    keep = ("tcp.keep_alive=ues", "tcp.keep_alive_time=1min")
    simulate(run, CONFIGS / "sip-udp-open.yaml", *settings, *keep)
    for capture in ("access.pcapng", "p-cscf.pcapng"):
        rows = fields(run / capture, "tcp.analysis.keep_alive", "tcp.analysis.keep_alive_ack")
        assert sum(bool(row[0]) for row in rows) == 4, capture
        assert sum(bool(row[1]) for row in rows) == 4, capture


@pytest.mark.parametrize(
    ("suite", "is_readable"),
    [("TLS_RSA_WITH_NULL_SHA", True), ("TLS_RSA_WITH_AES_128_CBC_SHA", False)],
)
def test_null_traffic_is_readable_without_keys(
    tmp_path: Path, suite: str, is_readable: bool
) -> None:
    file = tmp_path / "cell.yaml"
    file.write_text(f"name: bare\ntransport: solution\ntls: {{suites: [{suite}]}}\n")
    run = tmp_path / "run"
    simulate(run, file, "evidence.key_log=false")
    assert not (run / "keys.log").exists()
    capture = (run / "access.pcapng").read_bytes()
    assert b"CLIENT_RANDOM" not in capture, "or the file has its keys after all"
    assert (b"REGISTER sip:" in capture) is is_readable
    assert (STUN_COOKIE in capture.hex()) is is_readable
