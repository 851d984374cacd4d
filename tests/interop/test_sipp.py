# SPDX-License-Identifier: GPL-2.0-only
"""Our UE core registers, calls and is called where SIPp plays the network."""

from __future__ import annotations

import socket
from pathlib import Path

import loopback
import pytest
from cores import core
from program import Program
from sipp import sipp

PASSWORD = "correct horse"
KINDS = {"udp": ("u1", socket.SOCK_DGRAM), "tcp": ("t1", socket.SOCK_STREAM)}
TRANSPORTS = pytest.mark.parametrize("transport", list(KINDS))


def network(folder: Path, scenario: str, transport: str, *options: str) -> tuple[Program, str]:
    """Start SIPp with a server's scenario; return it with its address."""
    option, kind = KINDS[transport]
    port = loopback.port(5070, kind)
    nobody = f"{loopback.ADDRESS}:9"  # it only answers, and wants an address all the same
    program = sipp(folder, scenario, "service", nobody, port, "-t", option, *options)
    program.wait_until(lambda: is_bound(port, transport))
    return program, f"{loopback.ADDRESS}:{port}"


def is_bound(port: int, transport: str) -> bool:
    """Look the port up: a probe with a packet would be a call to SIPp."""
    rows = [row.split() for row in Path(f"/proc/self/net/{transport}").read_text().splitlines()]
    # Listening, or unconnected; a connection of the last test may linger at the same port.
    states = {"tcp": "0A", "udp": "07"}
    return any(row[1].endswith(f":{port:04X}") and row[3] == states[transport] for row in rows)


def ue(transport: str, proxy: str, password: str = PASSWORD) -> Program:
    values = {"transport": transport, "proxy": proxy, "realm": "ims.test"}
    return core("ue", user="alice", password=password, **values)


@TRANSPORTS
@pytest.mark.parametrize("password", [PASSWORD, "battery staple"])
def test_registers_at_sipp(tmp_path: Path, transport: str, password: str) -> None:
    registrar, address = network(tmp_path, "registrar", transport, "-key", "secret", PASSWORD)
    with registrar, ue(transport, address, password) as alice:
        alice.say("register")
        alice.expect("^< SIP/2.0 401 Unauthorized$")
        alice.expect('^> Authorization: .*nonce="4711".*qop=auth, nc=00000001')
        if password == PASSWORD:
            alice.expect("^event registered 200 - 200 OK$")
        else:
            alice.expect("^event registration-failed 403 wrong-credentials 403 Forbidden$")
        assert registrar.wait() == 0, registrar.output


@TRANSPORTS
def test_calls_sipp(tmp_path: Path, transport: str) -> None:
    callee, address = network(tmp_path, "answer", transport)
    with callee, ue(transport, address) as alice:
        alice.say("call sip:service@ims.test")
        alice.expect("^event ringing ")
        alice.expect("^event call-answered ")
        alice.expect(f"^media {loopback.ADDRESS}:")
        alice.say("hangup")
        alice.expect("^event call-ended [0-9]+ local")
        assert callee.wait() == 0, callee.output


def test_is_called_by_sipp(tmp_path: Path) -> None:
    port = loopback.port(5070, socket.SOCK_DGRAM)
    with ue("udp", f"{loopback.ADDRESS}:{port}") as alice:
        alice.say("register")
        contact = alice.expect("^> Contact: <sip:alice@([0-9.:]+)>")[1]
        with sipp(tmp_path, "call", "alice", contact, port) as caller:
            alice.expect("^event incoming-call ")
            alice.say("answer")
            alice.expect("^event call-established ")
            alice.expect("^event call-ended [0-9]+ remote")
            assert caller.wait() == 0, caller.output
