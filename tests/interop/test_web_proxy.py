# SPDX-License-Identifier: GPL-2.0-only
"""curl tunnels through our web proxy, and our CONNECT client through a real Squid."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import loopback
import pytest
from certificates import Authority
from cores import core
from program import Program
from squid import HOST, Squid
from web_server import PAGE, WebServer

USERS = {"alice": "correct horse"}
RIGHT = "alice:correct horse"
WRONG = "alice:battery staple"
STRANGER = "mallory:correct horse"


PORT = loopback.port(443)

Squids = Callable[..., Squid]


@pytest.fixture(scope="module")
def squids() -> Iterator[Squids]:
    """One Squid for each way of authentication, started when it is first asked for."""
    with ExitStack() as stack:
        running: dict[str | None, Squid] = {}

        def start(authentication: str | None = None) -> Squid:
            if authentication not in running:
                squid = Squid([PORT], authentication, USERS)
                running[authentication] = stack.enter_context(squid)
            return running[authentication]

        yield start


@contextmanager
def our_proxy(
    connect_port: int, authentication: str | None, **more: object
) -> Iterator[tuple[Program, str]]:
    address = f"{loopback.ADDRESS}:{loopback.port(8080)}"
    values: dict[str, object] = {"address": address, "connect_ports": connect_port, **more}
    if authentication:
        users = ",".join(f"{name}:{password}" for name, password in USERS.items())
        values |= {"authentication": authentication, "users": users}
    with core("web-proxy", **values) as program:
        program.expect("^ready$")
        yield program, f"http://{address}"


def curl(proxy: str, url: str, page: Path, *options: str) -> tuple[int, str]:
    """Return curl's exit status and what the proxy answered to the last CONNECT."""
    command = ["/usr/bin/curl", "--silent", "--show-error", "--output", page, "--noproxy", "-"]
    command += ["--proxy", proxy, "--proxytunnel", "--write-out", "%{http_connect}"]
    result = subprocess.run([*command, *options, url], capture_output=True, text=True, check=False)
    return result.returncode, result.stdout


def credentials(scheme: str, user: str) -> list[str]:
    return [f"--proxy-{scheme}", "--proxy-user", user]


@pytest.mark.parametrize(
    ("authentication", "options"),
    [
        (None, []),
        (None, credentials("basic", RIGHT)),
        ("basic", credentials("basic", RIGHT)),
        ("basic", credentials("anyauth", RIGHT)),
        ("digest", credentials("digest", RIGHT)),
        ("digest", credentials("anyauth", RIGHT)),
    ],
)
def test_curl_tunnels_through_our_proxy(
    tmp_path: Path, authentication: str | None, options: list[str]
) -> None:
    page = tmp_path / "page"
    with WebServer(PORT) as server, our_proxy(server.port, authentication) as (program, proxy):
        assert curl(proxy, f"http://{server.address}/", page, *options) == (0, "200")
        program.expect(f"^opened {server.address}$")
        closed = program.expect(f"^closed {server.address} ([0-9]+) ([0-9]+)$")
    assert page.read_bytes() == PAGE
    sent, received = int(closed[1]), int(closed[2])
    assert 0 < sent < 1000
    assert len(PAGE) < received < len(PAGE) + 5000


@pytest.mark.parametrize(
    ("authentication", "options", "rounds"),
    [
        ("basic", [], 1),
        ("basic", credentials("basic", WRONG), 1),
        ("basic", credentials("basic", STRANGER), 1),
        ("basic", credentials("digest", RIGHT), 1),
        ("digest", [], 1),
        ("digest", credentials("digest", WRONG), 2),
        ("digest", credentials("digest", STRANGER), 2),
        ("digest", credentials("basic", RIGHT), 1),
    ],
)
def test_our_proxy_wants_credentials_of_curl(
    tmp_path: Path, authentication: str, options: list[str], rounds: int
) -> None:
    with WebServer(PORT) as server, our_proxy(server.port, authentication) as (program, proxy):
        answer = curl(proxy, f"http://{server.address}/", tmp_path / "page", *options)
        assert answer == (56, "407")
        for _ in range(rounds):
            program.expect("^refused authentication-required .* 407 ")
        assert "opened" not in program.output


def test_our_proxy_refuses_other_ports(tmp_path: Path) -> None:
    with WebServer(PORT) as server, our_proxy(server.port, None) as (program, proxy):
        other = f"{loopback.ADDRESS}:{PORT + 1}"
        assert curl(proxy, f"http://{other}/", tmp_path / "page") == (56, "403")
        program.expect(f"^refused connect-port-not-allowed {other} 403 ")
        # ... and serves the next client all the same.
        assert curl(proxy, f"http://{server.address}/", tmp_path / "page") == (0, "200")


def test_our_proxy_says_when_nobody_is_there(tmp_path: Path) -> None:
    with our_proxy(PORT, None) as (program, proxy):
        answer = curl(proxy, f"http://{loopback.ADDRESS}:{PORT}/", tmp_path / "page")
        assert answer == (56, "502")
        program.expect("^refused server-unreachable .* 502 ")


def test_our_proxy_forwards_no_plain_requests(tmp_path: Path) -> None:
    page = tmp_path / "page"
    with our_proxy(PORT, None) as (program, proxy):
        command = ["/usr/bin/curl", "--silent", "--proxy", proxy, "--write-out", "%{http_code}"]
        command += ["--noproxy", "-", "--output", str(page), f"http://{loopback.ADDRESS}/"]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert result.stdout == "405"
        program.expect("^refused method-not-allowed .* 405 ")


def test_curl_makes_tls_through_our_proxy(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate = authority.issue("web.test")
    page = tmp_path / "page"
    trust = ["--cacert", str(authority.certificate.chain)]
    with WebServer(PORT, certificate) as server, our_proxy(server.port, None) as (_, proxy):
        connect = ["--connect-to", f"web.test:443:{server.address}"]
        assert curl(proxy, "https://web.test/", page, *trust, *connect) == (0, "200")
        assert page.read_bytes() == PAGE
        # The tunnel is made before curl finds out that it does not know this CA.
        stranger = ["--cacert", str(Authority(tmp_path, "stranger").certificate.chain)]
        assert curl(proxy, "https://web.test/", page, *stranger, *connect) == (60, "200")


@pytest.mark.parametrize("authentication", ["basic", "digest"])
def test_curl_comes_again_after_a_407_that_ends_the_connection(
    tmp_path: Path, authentication: str
) -> None:
    page = tmp_path / "page"
    closing = {"closes_after_challenge": "yes", "full_pages": "yes"}
    with WebServer(PORT) as server, our_proxy(PORT, authentication, **closing) as (program, proxy):
        options = credentials("anyauth", RIGHT)
        assert curl(proxy, f"http://{server.address}/", page, *options) == (0, "200")
        program.expect("^refused authentication-required ")
        program.expect("^opened ")
        assert page.read_bytes() == PAGE


def test_our_proxy_resolves_names_for_curl(tmp_path: Path) -> None:
    page = tmp_path / "page"
    names = {"names": f"web.test:{loopback.ADDRESS}"}
    with WebServer(PORT), our_proxy(PORT, None, **names) as (program, proxy):
        assert curl(proxy, f"http://web.test:{PORT}/", page) == (0, "200")
        assert page.read_bytes() == PAGE
        program.expect(f"^opened web.test:{PORT}$")
        status, answer = curl(proxy, f"http://nowhere.test:{PORT}/", page)
        refused = program.expect(f"^refused name-not-resolved nowhere.test:{PORT} ([0-9]+) ")
        assert (status, answer) == (56, refused[1])


def test_our_proxy_goes_through_squid(squids: Squids, tmp_path: Path) -> None:
    page = tmp_path / "page"
    squid = squids()
    before = len(squid.access_log())
    behind = {"upstream": squid.address, "via": "ours.test"}
    with WebServer(PORT) as server, our_proxy(PORT, None, **behind) as (program, proxy):
        assert curl(proxy, f"http://{server.address}/", page) == (0, "200")
        assert page.read_bytes() == PAGE
        program.expect(f"^opened {server.address}$")
        assert curl(proxy, f"http://{HOST}:{PORT}/", page) == (0, "200")  # a name that Squid knows
        program.expect(f"^opened {HOST}:{PORT}$")
    squid.program.wait_until(lambda: squid.access_log()[before:].count("TCP_TUNNEL/200") == 2)
    with our_proxy(PORT, None, **behind) as (program, proxy):
        status, answer = curl(proxy, f"http://{loopback.ADDRESS}:{PORT}/", page)
        refused = program.expect("^refused upstream-refused .* ([0-9]+) ")  # nobody is there now
        assert (status, answer) == (56, refused[1])


@pytest.mark.parametrize("authentication", [None, "basic", "digest"])
def test_our_client_tunnels_through_squid(squids: Squids, authentication: str | None) -> None:
    squid = squids(authentication)
    before = len(squid.access_log())
    with WebServer(PORT) as server:
        values = {"target": server.address, "web_proxy": squid.address}
        if authentication:
            values |= {"web_user": "alice", "web_password": USERS["alice"]}
        with core("tunnel", **values) as tunnel:
            tunnel.expect("^open$")
            tunnel.say(f"GET / HTTP/1.0\r\nHost: {server.address}\r\n\r")
            tunnel.expect("^< HTTP/1.0 200 OK$")
            tunnel.expect(f"^< Content-Length: {len(PAGE)}$")
            tunnel.expect("^end closed$")
    # A line that says how many bytes went through is written when the tunnel has ended.
    squid.program.wait_until(lambda: "TCP_TUNNEL" in squid.access_log()[before:])
    log = squid.access_log()[before:]
    statuses = [line.split()[3] for line in log.splitlines() if server.address in line]
    # A client that has not been asked for credentials yet is asked once.
    asked = ["TCP_DENIED/407"] if authentication else []
    assert statuses == [*asked, "TCP_TUNNEL/200"]
    assert (" alice " in log) == (authentication is not None)


@pytest.mark.parametrize(
    ("authentication", "user", "reason"),
    [
        ("basic", None, "proxy-authentication-required"),
        ("basic", WRONG, "proxy-authentication-failed"),
        ("digest", None, "proxy-authentication-required"),
        ("digest", WRONG, "proxy-authentication-failed"),
        ("digest", STRANGER, "proxy-authentication-failed"),
    ],
)
def test_squid_refuses_our_client(
    squids: Squids, authentication: str, user: str | None, reason: str
) -> None:
    squid = squids(authentication)
    with WebServer(PORT) as server:
        values = {"target": server.address, "web_proxy": squid.address}
        if user:
            name, password = user.split(":")
            values |= {"web_user": name, "web_password": password}
        with core("tunnel", **values) as tunnel:
            tunnel.expect(f"^end http-connect {reason} 407 Proxy Authentication Required$")
            assert "open" not in tunnel.output


@pytest.mark.parametrize(
    ("port", "status"),
    [
        (PORT + 1, "403 Forbidden"),
        (PORT, "503 Service Unavailable"),  # allowed, but nobody is there
    ],
)
def test_squid_refuses_a_target(squids: Squids, port: int, status: str) -> None:
    target = f"{loopback.ADDRESS}:{port}"
    with core("tunnel", target=target, web_proxy=squids().address) as tunnel:
        tunnel.expect(f"^end http-connect proxy-refused {status}$")


def test_no_proxy_is_there() -> None:
    nobody = f"{loopback.ADDRESS}:{loopback.port(3128)}"
    with core("tunnel", target=f"{loopback.ADDRESS}:443", web_proxy=nobody) as tunnel:
        tunnel.expect("^end tcp refused ")
