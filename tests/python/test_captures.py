# SPDX-License-Identifier: GPL-2.0-only
"""tshark, a foreign reader, over the captures of each default experiment, matrix column, transport
and access network.

No frame is malformed; SIP and STUN are found, decrypted with the secrets in the file where TLS
carries them; the suite that was negotiated is the one asked for; and NULL traffic is readable
without any key.
"""

from __future__ import annotations

import hashlib
import hmac
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
DOCUMENTS = {
    path: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(CONFIGS.glob("*.yaml"))
}
EXPERIMENTS = [path for path, document in DOCUMENTS.items() if "columns" not in document]
COLUMNS = [
    (path.stem, document, column)
    for path, document in DOCUMENTS.items()
    if "columns" in document
    for column in document["columns"]
]
LIBRARY = ROOT / "scenarios"
TRANSPORTS = sorted(
    {path.stem for path in (LIBRARY / "transports").glob("*.yaml")}
    - {column["transport"] for _, _, column in COLUMNS}
)
ACCESS = sorted({path.stem for path in (LIBRARY / "access").glob("*.yaml")} - {"wifi"})
CODE_POINTS = {
    "TLS_RSA_WITH_NULL_SHA": "0x0002",
    "TLS_RSA_WITH_AES_128_CBC_SHA": "0x002f",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "0xc02f",
    "TLS_AES_128_GCM_SHA256": "0x1301",
    "TLS_AES_256_GCM_SHA384": "0x1302",
}
STUN_COOKIE = "2112a442"
MSRP = "4d53525020"  # "MSRP "
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
    """Every frame of every link is what its headers say.

    But for files in MSRP: tshark 4.0 reads their octets as lines of text, and stumbles over some.
    """
    captures = sorted(run.glob("*.pcapng"))
    assert captures
    for capture in captures:
        rows = fields(capture, "_ws.malformed", "ip.version", "msrp.content.type")
        bad = [row for row in rows if row[0] and row[2] != "application/octet-stream"]
        assert not bad, capture.name
        assert all(row[1].startswith("4") for row in rows), capture.name


def check_control(run: Path, result: dict[str, Any]) -> None:
    """SIP is found at the P-CSCF where the registration went through."""
    if result["registration_ms"] is None:
        return
    rows = fields(run / "p-cscf.pcapng", "sip.Method", "sip.Status-Code")
    assert has(rows, 0, "REGISTER") and has(rows, 1, "401") and has(rows, 1, "200")


def content(capture: Path, is_tls: bool, is_dtls: bool = False) -> str:
    """All that hosts said over a link, in hexadecimal; decrypted where TLS carries it."""
    if is_dtls:
        rows = fields(capture, "data.data", "dtls.record.version")
        return "".join(row[0] for row in rows if row[1])
    if not is_tls:
        return capture.read_bytes().hex()
    text = ""
    for stream in {row[0] for row in fields(capture, "tcp.stream") if row[0]}:
        lines = tshark(capture, "-q", "-z", f"follow,tls,raw,{stream}").splitlines()
        text += "".join(line.strip() for line in lines)
    return text


def check_media(run: Path, result: dict[str, Any]) -> None:
    """STUN is found at the TURN server, in the clear or decrypted, where media got through."""
    if result["planes"]["media_udp"]["verdict"] != "pass":
        return
    versions = {tls["version"] for tls in result["tls"] if tls["plane"] == "media"}
    is_dtls = "DTLSv1.2" in versions
    assert STUN_COOKIE in content(run / "turn-server.pcapng", bool(versions), is_dtls)


def check_messages(run: Path, result: dict[str, Any]) -> None:
    """MSRP is found at the callee, and behind TLS at the UE, where messages got through."""
    planes = result["planes"]
    if planes.get("media_tcp", {"verdict": "not-attempted"})["verdict"] != "pass":
        return
    assert MSRP in content(run / "callee.pcapng", False)
    assert MSRP in content(run / "access.pcapng", False) + content(run / "access.pcapng", True)


def check_suites(run: Path, result: dict[str, Any], wanted: list[str]) -> None:
    """The suite that each ServerHello on the wire names is the one that was asked for."""
    for tls in result["tls"]:
        assert not wanted or tls["suite"] in wanted
        name = "p-cscf.pcapng" if tls["plane"] == "control" else "turn-server.pcapng"
        layer = "dtls" if tls["version"].startswith("DTLS") else "tls"
        names = (f"{layer}.handshake.type", f"{layer}.handshake.ciphersuite")
        rows = fields(run / name, *names)
        chosen = {row[1] for row in rows if "2" in row[0].split(",") and row[1]}
        assert chosen, f"no ServerHello in {name}"
        assert CODE_POINTS[tls["suite"]] in chosen


def wanted_suites(run: Path) -> list[str]:
    experiment = yaml.safe_load((run / "experiment.yaml").read_text(encoding="utf-8"))
    suites: list[str] = (experiment.get("tls") or {}).get("suites") or []
    return suites


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda path: path.stem)
def test_default_experiments(tmp_path: Path, file: Path) -> None:
    run = tmp_path / "run"
    result = simulate(run, file, "evidence.captures=true", "evidence.key_log=true")
    check_frames(run)
    check_control(run, result)
    check_media(run, result)
    check_messages(run, result)
    check_suites(run, result, wanted_suites(run))


def checked_run(tmp_path: Path, *settings: str) -> dict[str, Any]:
    """Run the solution, changed by settings, and check all that tshark tells of it."""
    run = tmp_path / "run"
    result = simulate(run, CONFIGS / "solution.yaml", "firewall.policy=proxy-only", *settings)
    check_frames(run)
    check_control(run, result)
    check_media(run, result)
    check_suites(run, result, wanted_suites(run))
    return result


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_transports(tmp_path: Path, transport: str) -> None:
    """Those of the library that no matrix has, where nothing stands in their way."""
    policy = "proxy-only" if transport == "solution-proxy" else "stateful-nat"
    settings = (f"transport={transport}", f"firewall.policy={policy}")
    result = checked_run(tmp_path, *settings)
    assert {result["planes"][plane]["verdict"] for plane in ("control", "media_udp")} == {"pass"}


@pytest.mark.parametrize("access", ACCESS)
def test_access_networks(tmp_path: Path, access: str) -> None:
    """What they lose, delay and reorder is no malformed frame."""
    result = checked_run(tmp_path, f"access={access}")
    assert result["planes"]["control"]["verdict"] == "pass"


def test_an_interceptors_own_connection_is_decrypted_too(tmp_path: Path) -> None:
    """The UE's secrets open what it says to the proxy; what the proxy says goes under its own."""
    run = tmp_path / "run"
    settings = ("firewall.policy=tls-intercepting", "tls.trusts_interceptor=true")
    result = simulate(run, CONFIGS / "solution.yaml", *settings)
    check_control(run, result)
    assert has(fields(run / "internet.pcapng", "sip.Method"), 0, "REGISTER")


def srtp_tag(master_key: str, master_salt: str, authenticated: bytes) -> str:
    """The tag of HMAC_SHA1_80 over the bytes, by OpenSSL alone (RFC 3711 4.2.1, 4.3)."""
    salt = bytearray.fromhex(master_salt)
    salt[7] ^= 1  # RFC 3711 4.3.1: label 1 is the key of authentication
    iv = salt.hex() + "0000"
    command = ["openssl", "enc", "-aes-128-ctr", "-nopad", "-K", master_key, "-iv", iv]
    stream = subprocess.run(command, input=bytes(20), capture_output=True, check=True).stdout
    rollover = bytes(4)
    return hmac.new(stream, authenticated + rollover, hashlib.sha1).digest()[:10].hex()


def test_srtp_is_protected_by_the_keys_that_crossed_in_sdp(tmp_path: Path) -> None:
    """tshark takes the stream for SRTP, by the SDP; each party's tags are those of its own key."""
    run = tmp_path / "run"
    settings = ("media.srtp=AES_CM_128_HMAC_SHA1_80", "media.rtcp=true")
    simulate(run, CONFIGS / "sip-udp-open.yaml", *settings)
    capture = run / "callee.pcapng"
    protocols = {row[0] for row in fields(capture, "_ws.col.Protocol")}
    assert {"SRTP", "SRTCP"} <= protocols and not {"RTP", "RTCP"} & protocols
    names = ("sip.Method", "sdp.crypto.master_key", "sdp.crypto.master_salt")
    keys = [row for row in fields(capture, *names) if row[1]]
    assert len(keys) == 2 and keys[0][1] != keys[1][1], "offer and answer"
    checked = 0
    for method, key, salt in keys:
        # The offer came to the callee: its key is that of what comes from elsewhere.
        way = "ip.dst" if method == "INVITE" else "ip.src"
        these = ("-Y", f"rtp && {way}==192.0.2.10", "-T", "fields", "-e", "udp.payload")
        sent = tshark(capture, *these)
        for packet in map(bytes.fromhex, sent.split()):
            assert srtp_tag(key, salt, packet[:-10]) == packet[-10:].hex()
            checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    ("matrix", "column"),
    [
        pytest.param(matrix, column, id=f"{name}: {column['title']}")
        for name, matrix, column in COLUMNS
    ],
)
def test_matrix_columns(tmp_path: Path, matrix: dict[str, Any], column: dict[str, str]) -> None:
    """In front of the first policy; behind it too, where the matrix has networks of callees."""
    file = tmp_path / "cell.yaml"
    suites = [column["suite"]] if "suite" in column else []
    cell = {"name": "cell", "transport": column["transport"]}
    for role, policies in (("firewall", "policies"), ("callee", "callees")):
        if policies in matrix:
            cell[role] = {"policy": matrix[policies][0]}
    file.write_text(yaml.safe_dump({**cell, **({"tls": {"suites": suites}} if suites else {})}))
    run = tmp_path / "run"
    settings = [one for one in matrix.get("settings", []) if not one.startswith("evidence.")]
    result = simulate(run, file, *settings, *SHORT)
    assert {plane["verdict"] for plane in result["planes"].values()} <= {"pass", "not-attempted"}
    check_frames(run)
    check_control(run, result)
    check_media(run, result)
    check_messages(run, result)
    check_suites(run, result, suites)


def test_wifi(tmp_path: Path) -> None:
    """On the air there are frames of IEEE 802.11, whose TCP is decrypted as elsewhere."""
    run = tmp_path / "run"
    simulate(run, CONFIGS / "solution.yaml", "access=wifi")
    rows = fields(run / "access.pcapng", "_ws.malformed", "wlan.fc.type", "sip.Method")
    assert not [row for row in rows if row[0]]
    assert {row[1].split(",")[0] for row in rows} == {"0", "1", "2"}, "management, control, data"
    assert has(rows, 2, "REGISTER")


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
