# SPDX-License-Identifier: GPL-2.0-only
"""What our cores make of peers that do not keep to the protocol, on real sockets.

Every row must end in a named error; the server side goes on serving others.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import loopback
import pytest
from cores import core
from program import PATIENCE_S, Program

GARBAGE = b"\x00\xff SSH-2.0-what? \r\n\r\n"
OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"
LONG_FIELD = b"X-Long: " + b"a" * 100_000 + b"\r\n"
NEGOTIATE = b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n"


def shorten(value: object) -> str | None:
    """Name a row by what it says, so that test names stay readable."""
    return repr(value[:60]) if isinstance(value, bytes) else None


@contextmanager
def speaker(text: bytes) -> Iterator[str]:
    """A server that reads one request, says @p text and closes."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(PATIENCE_S)
            connection.recv(65536)
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            try:
                while connection.recv(65536):
                    pass
            except ConnectionResetError:
                pass

    with socket.create_server((loopback.ADDRESS, 0)) as listener:
        listener.settimeout(PATIENCE_S)
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"{loopback.ADDRESS}:{listener.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (b"", "http-connect proxy-closed"),
        (OPENED[:-1], "http-connect proxy-closed"),
        (GARBAGE, "http-connect malformed-response"),
        (OPENED[:-2] + LONG_FIELD + b"\r\n", "http-connect malformed-response"),
        (NEGOTIATE, "http-connect proxy-authentication-required"),
        # From here on the tunnel is open, and TLS has to cope.
        (OPENED, "tls closed-in-handshake"),
        (OPENED + GARBAGE, "tls protocol-error"),
        (OPENED + b"HTTP/1.1 400 Bad Request\r\n\r\n", "tls protocol-error"),
        (OPENED + bytes.fromhex("15030300020228"), "tls alert-received handshake_failure"),
        (OPENED + bytes.fromhex("160303ffff") + b"\x02" * 70_000, "tls alert-sent record_overflow"),
    ],
    ids=shorten,
)
def test_web_proxy_that_misbehaves(answer: bytes, end: str) -> None:
    with speaker(answer) as proxy:
        target = f"{loopback.ADDRESS}:443"
        with core("tunnel", target=target, web_proxy=proxy, tls="yes") as tunnel:
            tunnel.expect(f"^end {end}\\b")
            assert "open" not in tunnel.output.split("end ")[0]


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (b"", "tls closed-in-handshake"),
        (GARBAGE, "tls protocol-error"),
        (b"SIP/2.0 400 Bad Request\r\n\r\n", "tls protocol-error"),
    ],
    ids=shorten,
)
def test_tls_server_that_speaks_something_else(answer: bytes, end: str) -> None:
    with speaker(answer) as server, core("tunnel", target=server, tls="yes") as tunnel:
        tunnel.expect(f"^end {end}\\b")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (GARBAGE, "framing bad-header"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "framing bad-header"),
        (b"SIP/2.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", "framing too-large"),
        (b"SIP/2.0 200 OK\r\nSubject: " + b"a" * 9000, "framing too-large"),
        (b"", "flow-failed tcp: closed"),
        (b"SIP/2.0 401 Unauthorized\r\n", "flow-failed tcp: closed"),
    ],
    ids=shorten,
)
def test_p_cscf_that_misbehaves(answer: bytes, failure: str) -> None:
    with speaker(answer) as proxy:
        values = {"transport": "tcp", "proxy": proxy, "realm": "ims.test"}
        with core("ue", user="alice", password="secret", **values) as ue:
            ue.say("register")
            ue.expect(f"^event flow-failed 0 {failure}")
            ue.expect("^event registration-failed 0 flow-failed ")


def exchange(port: int, text: bytes) -> bytes:
    """Say @p text to a server of ours and return all that it answers until it closes."""
    with socket.create_connection((loopback.ADDRESS, port), PATIENCE_S) as connection:
        answer = b""
        try:
            connection.sendall(text)
            while more := connection.recv(65536):
                answer += more
        except (ConnectionResetError, BrokenPipeError):
            pass  # it did not want to read all of it
        return answer


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (GARBAGE, b"400"),
        (b"CONNECT 127.0.0.1:443 HTTP/1.1\r\n" + LONG_FIELD + b"\r\n", b"431"),
        (b"CONNECT nonsense HTTP/1.1\r\nHost: nonsense\r\n\r\n", b"400"),
        (bytes.fromhex("16030100050100000100"), b"400"),  # TLS, straight to the proxy
    ],
    ids=shorten,
)
def test_client_of_the_web_proxy_that_misbehaves(request_text: bytes, status: bytes) -> None:
    port = loopback.port(8080)
    with core("web-proxy", address=f"{loopback.ADDRESS}:{port}", connect_ports=443) as proxy:
        proxy.expect("^ready$")
        for _ in range(2):
            assert exchange(port, request_text).startswith(b"HTTP/1.1 " + status)
            proxy.expect(f"^refused [a-z-]+ .*{status.decode()} ")


@pytest.fixture(scope="module")
def p_cscf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, int, int]]:
    plain, secure = loopback.port(5060), loopback.port(443)
    values = {"address": f"{loopback.ADDRESS}:{plain}", "tls": f"{loopback.ADDRESS}:{secure}"}
    values |= {"realm": "ims.test", "users": "alice:secret"}
    ca: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    with core("p-cscf", ca_out=ca, **values) as program:
        program.expect("^ready$")
        yield program, plain, secure


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GARBAGE, "bad-header"),
        (b"REGISTER sip:ims.test SIP/2.0\r\n\r\n", "bad-header"),  # no Content-Length
        (b"REGISTER sip:ims.test SIP/2.0\r\nContent-Length: 99999999\r\n\r\n", "too-large"),
        (b"REGISTER sip:ims.test SIP/2.0\r\nSubject: " + b"a" * 9000, "too-large"),
    ],
    ids=shorten,
)
def test_ue_on_tcp_that_misbehaves(
    p_cscf: tuple[Program, int, int], text: bytes, reason: str
) -> None:
    program, plain, _ = p_cscf
    exchange(plain, text)
    program.expect(f"^event stream-broken .* reason={reason}$")


@pytest.mark.parametrize(
    "text", [GARBAGE, b"GET / HTTP/1.1\r\n\r\n", b"REGISTER sip:ims.test SIP/2.0\r\n"], ids=shorten
)
def test_ue_on_tls_that_misbehaves(p_cscf: tuple[Program, int, int], text: bytes) -> None:
    program, _, secure = p_cscf
    exchange(secure, text)
    program.expect("^end tls (protocol-error|alert-sent)\\b")


def test_the_p_cscf_goes_on(p_cscf: tuple[Program, int, int]) -> None:
    program, plain, _ = p_cscf
    address = (loopback.ADDRESS, plain)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for text in (GARBAGE, b"REGISTER sip:ims.test SIP/2.0\r\n\r\n", b"\0" * 65_000):
            sender.sendto(text, address)
            program.expect("^event malformed-message ")
    values = {"transport": "udp", "proxy": f"{loopback.ADDRESS}:{plain}", "realm": "ims.test"}
    with core("ue", user="alice", password="secret", **values) as ue:
        ue.say("register")
        ue.expect("^event registered 200 ")
