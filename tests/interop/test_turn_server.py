# SPDX-License-Identifier: GPL-2.0-only
"""coturn's clients and our TURN server: UDP and TCP allocations over UDP, TCP and TLS."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import loopback
import pytest
from certificates import Authority
from cores import core
from program import Program

USER, PASSWORD = "alice", "secret"
MESSAGES = 5


@contextmanager
def our_server(folder: Path, **more: object) -> Iterator[tuple[Program, int, int]]:
    """Start it; the ports of UDP and TCP, and of TLS, are given back too."""
    port, tls_port = loopback.port(3478), loopback.port(443)
    certificate = Authority(folder).issue("turn.test")
    values: dict[str, object] = {
        "address": f"{loopback.ADDRESS}:{port}",
        "tls": f"{loopback.ADDRESS}:{tls_port}",
        "certificate": certificate.chain,
        "key": certificate.key,
        "user": USER,
        "password": PASSWORD,
    }
    with core("turn-server", **{**values, **more}) as program:
        program.expect("^ready$")
        yield program, port, tls_port


@contextmanager
def peer(port: int) -> Iterator[None]:
    """coturn's peer, which sends back what it gets."""
    command = ["/usr/bin/turnutils_peer", "-L", loopback.ADDRESS, "-p", str(port)]
    with Program(command):
        yield


def uclient(port: int, *options: str, password: str = PASSWORD) -> tuple[int, str]:
    """Return coturn's client's exit status, and what it printed."""
    command = ["/usr/bin/turnutils_uclient", "-u", USER, "-w", password, "-p", str(port)]
    command += ["-L", loopback.ADDRESS, "-n", str(MESSAGES), "-m", "1", "-c", *options]
    command += [loopback.ADDRESS]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return result.returncode, result.stdout + result.stderr


def lost(output: str) -> int:
    """Return how many messages did not come back, of those that were sent."""
    found = re.findall(r"Total lost packets (\d+)", output)
    assert found, output
    assert re.search(rf"tot_send_msgs={MESSAGES}\b", output), output
    return int(found[-1])


@pytest.mark.parametrize(
    ("transport", "options"),
    [
        ("udp", []),
        ("udp", ["-s"]),  # Send and Data indications
        ("udp", ["-G"]),  # more permissions and channels than it needs
        ("tcp", ["-t"]),
        ("tls", ["-t", "-S"]),
        ("dtls", ["-S"]),
    ],
)
def test_coturns_client_relays_through_our_server(
    tmp_path: Path, transport: str, options: list[str]
) -> None:
    peer_port = loopback.port(3480)
    with our_server(tmp_path) as (program, port, tls_port), peer(peer_port):
        where = tls_port if "-S" in options else port
        to_peer = ["-e", loopback.ADDRESS, "-r", str(peer_port)]
        status, output = uclient(where, *options, *to_peer)
        assert status == 0, output
        # Over TLS the tool itself loses some, whatever the server (it reads one record a time).
        assert lost(output) <= (MESSAGES - 1 if transport == "tls" else 0)
        program.expect(rf"^created {transport} \S+ #\d+ {loopback.ADDRESS}:\d+$")
        program.expect(rf"^deleted {transport} ")
        program.say("")
        relayed = program.expect(r"^relayed (\d+) (\d+)$")
        assert int(relayed[1]) > 0 < int(relayed[2])


def test_two_of_coturns_clients_talk_through_two_allocations(tmp_path: Path) -> None:
    with our_server(tmp_path) as (program, port, _):
        status, output = uclient(port, "-y")
        assert status == 0, output
        for _ in range(2):
            program.expect("^created udp ")


@pytest.mark.parametrize("options", [["-T"], ["-T", "-S"]])
def test_coturns_client_has_tcp_allocations(tmp_path: Path, options: list[str]) -> None:
    with our_server(tmp_path) as (program, port, tls_port):
        status, output = uclient(tls_port if "-S" in options else port, "-y", *options)
        assert status == 0, output
        assert "Total lost packets 0" in output, output
        program.expect(r"^opened \S+ (connect|accept)$")
        program.expect("^bound ")


def test_a_wrong_password_gets_nothing(tmp_path: Path) -> None:
    with our_server(tmp_path) as (program, port, _):
        status, output = uclient(port, "-y", password="wrong")
        assert status != 0
        program.expect("^refused udp .* 401$")
        assert "created" not in program.output


def test_a_denied_peer_gets_nothing(tmp_path: Path) -> None:
    with our_server(tmp_path, denied="127.0.0.0/8") as (program, port, _):
        status, output = uclient(port, "-e", loopback.ADDRESS, "-r", "9")
        assert status != 0, output
        program.expect("^created udp ")
        program.say("")
        assert program.expect(r"^relayed (\d+) ")[1] == "0"
