# SPDX-License-Identifier: GPL-2.0-only
"""Our TURN client and coturn: UDP and TCP allocations over UDP, TCP and TLS, and through Squid."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

import loopback
import pytest
from cores import core
from coturn import PASSWORD, USER, Coturn
from echo import Echo
from program import Program
from squid import Squid

DENIED = "127.0.0.9"
WEB_USERS = {"employee": "correct horse"}
NULL = "TLS_RSA_WITH_NULL_SHA"
AES = "TLS_RSA_WITH_AES_128_CBC_SHA"
# A line of every length that matters: padded and unpadded ChannelData, more than one record.
TEXTS = ["a", "ab", "abc", "abcd", "x" * 1000]


@pytest.fixture(scope="module")
def coturn() -> Iterator[Coturn]:
    with Coturn(f"denied-peer-ip={DENIED}", "max-allocate-lifetime=1800") as running:
        yield running


def client(coturn: Coturn, transport: str, **more: object) -> Program:
    """Start our client against it; keys of `more` are the driver's."""
    values: dict[str, object] = {
        "server": coturn.tls_address if transport in ("tls", "dtls") else coturn.address,
        "transport": transport,
        "user": USER,
        "password": PASSWORD,
        "ca": coturn.authority.certificate.chain,
        "name": "turn.test",
    }
    return core("turn-client", **{**values, **more})


def allocated(program: Program) -> tuple[str, int, int]:
    """Return address and port that the server relays from, and the lifetime."""
    found = program.expect(r"^allocated (\S+):(\d+) \S+ (\d+)$")
    return found[1], int(found[2]), int(found[3])


def converse(program: Program, peer: str) -> None:
    program.say(f"peer {peer}")
    program.expect(rf"^ready {_literal(peer)}$")
    for text in TEXTS:
        program.say(f"send {peer} {text}")
        program.expect(rf"^data {_literal(peer)} echo {text}$")


def _literal(endpoint: str) -> str:
    return endpoint.replace("[", r"\[").replace("]", r"\]")


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls", "dtls"])
def test_a_udp_allocation_relays_both_ways(coturn: Coturn, transport: str) -> None:
    with Echo() as echo, client(coturn, transport) as program:
        address, port, lifetime = allocated(program)
        assert (address, lifetime) == (loopback.ADDRESS, 600)
        assert 50000 <= port <= 50999
        converse(program, echo.peer)
        program.say("release")
        program.expect("^released$")


@pytest.mark.parametrize("suite", [NULL, AES, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])
def test_tls_443_with_each_kind_of_suite(coturn: Coturn, suite: str) -> None:
    with Echo() as echo, client(coturn, "tls", suites=suite) as program:
        program.expect(f"^tls TLSv1.2 {suite}$")
        allocated(program)
        converse(program, echo.peer)


@pytest.mark.parametrize("suite", [AES, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])
def test_dtls_443_with_each_kind_of_suite(coturn: Coturn, suite: str) -> None:
    with Echo() as echo, client(coturn, "dtls", suites=suite) as program:
        program.expect(f"^tls DTLSv1.2 {suite}$")
        allocated(program)
        converse(program, echo.peer)


def test_dtls_with_a_server_of_another_name(coturn: Coturn) -> None:
    with client(coturn, "dtls", name="other.test") as program:
        program.expect("^failed certificate-verify-failed hostname mismatch$")


@pytest.mark.parametrize("transport", ["udp", "tls", "dtls"])
def test_an_ipv6_allocation(coturn: Coturn, transport: str) -> None:
    with Echo("::1") as echo, client(coturn, transport, family=6) as program:
        program.expect(r"^allocated \[::1\]:\d+ ")
        converse(program, echo.peer)


def test_an_even_port_and_a_lifetime_of_ones_own(coturn: Coturn) -> None:
    with client(coturn, "udp", even_port="yes", lifetime=1200) as program:
        _, port, lifetime = allocated(program)
        assert port % 2 == 0
        assert lifetime == 1200
    with client(coturn, "udp", lifetime=7200) as program:
        assert allocated(program)[2] == 1800, "coturn's limit, which the client takes"


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_tcp_allocation_connects_to_a_peer(coturn: Coturn, transport: str) -> None:
    with Echo() as echo, client(coturn, transport, relay="tcp") as program:
        allocated(program)
        connect_and_converse(program, echo.peer)
        program.say("release")
        program.expect("^released$")


def connect_and_converse(program: Program, peer: str) -> None:
    program.say(f"connect {peer}")
    number = program.expect(rf"^connected (\d+) {peer}$")[1]
    program.expect(rf"^bound {number}$")
    for text in TEXTS:
        program.say(f"write {number} {text}")
        program.expect(rf"^received {number} echo {text}$")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_peer_connects_to_a_tcp_allocation(coturn: Coturn, transport: str) -> None:
    with client(coturn, transport, relay="tcp") as program, socket.socket() as peer:
        address, port, _ = allocated(program)
        peer.bind((loopback.ADDRESS, 0))
        here = f"{loopback.ADDRESS}:{peer.getsockname()[1]}"
        program.say(f"peer {here}")
        program.expect(f"^ready {here}$")
        peer.connect((address, port))
        number = program.expect(rf"^attempt (\d+) {here}$")[1]
        program.expect(f"^bound {number}$")
        peer.sendall(b"from the peer\n")
        program.expect(f"^received {number} from the peer$")
        program.say(f"write {number} to the peer")
        assert peer.makefile().readline() == "to the peer\n"
        peer.close()
        program.expect(f"^ended {number}$")


@pytest.mark.parametrize("authentication", [None, "basic", "digest"])
@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_through_squid_by_connect(
    coturn: Coturn, transport: str, authentication: str | None
) -> None:
    port = coturn.tls_port if transport == "tls" else coturn.port
    with Squid([port], authentication, WEB_USERS) as squid, Echo() as echo:
        (name, password) = next(iter(WEB_USERS.items()))
        proxy = {"web_proxy": squid.address, "web_user": name, "web_password": password}
        with client(coturn, transport, **proxy) as program:
            allocated(program)
            converse(program, echo.peer)
        with client(coturn, transport, relay="tcp", **proxy) as program:
            allocated(program)
            connect_and_converse(program, echo.peer)


def test_squid_saw_the_data_connection_too(coturn: Coturn) -> None:
    with Squid([coturn.tls_port]) as squid, Echo() as echo:
        with client(coturn, "tls", relay="tcp", web_proxy=squid.address) as program:
            allocated(program)
            connect_and_converse(program, echo.peer)
            program.say("release")
            program.expect("^released$")
        squid.program.wait_until(lambda: squid.access_log().count("CONNECT") == 2)


@pytest.mark.parametrize("credentials", [{"password": "wrong"}, {"user": "mallory"}])
@pytest.mark.parametrize("transport", ["udp", "tls", "dtls"])
def test_wrong_credentials_get_no_allocation(
    coturn: Coturn, transport: str, credentials: dict[str, str]
) -> None:
    with client(coturn, transport, **credentials) as program:
        program.expect("^failed unauthorized allocate: 401 ")
        assert "allocated" not in program.output


def test_a_forbidden_peer_is_refused(coturn: Coturn) -> None:
    with client(coturn, "udp") as program:
        allocated(program)
        program.say(f"peer {DENIED}:9")
        program.expect(rf"^refused {DENIED}:9 forbidden .*: 403 ")
    with client(coturn, "tcp", relay="tcp") as program:
        allocated(program)
        program.say(f"connect {DENIED}:9")
        program.expect(rf"^refused {DENIED}:9 forbidden ")


def test_nobody_at_the_peers_port(coturn: Coturn) -> None:
    with client(coturn, "tcp", relay="tcp") as program:
        allocated(program)
        program.say(f"connect {loopback.ADDRESS}:9")
        refused = f"refused {loopback.ADDRESS}:9 connection-timeout-or-failure"
        program.expect(f"^{refused} connect: 447 ")


def test_a_quota_is_reached() -> None:
    with Coturn("user-quota=1") as strict, client(strict, "udp") as first:
        allocated(first)
        with client(strict, "udp") as second:
            second.expect("^failed allocation-quota-reached allocate: 486 ")


def test_data_without_a_permission_is_not_relayed(coturn: Coturn) -> None:
    with Echo() as allowed, client(coturn, "udp") as program, socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM
    ) as stranger:
        address, port, _ = allocated(program)
        program.say(f"peer {allowed.peer}")
        program.expect("^ready ")
        stranger.bind(("127.0.0.2", 0))  # permissions are by address
        stranger.sendto(b"unasked", (address, port))
        converse(program, allowed.peer)
        assert "unasked" not in program.output


def test_a_quarter_of_a_megabyte_each_way_arrives_as_it_was(coturn: Coturn) -> None:
    text = ",".join(map(str, range(45_000)))
    with Squid([coturn.tls_port]) as squid, socket.create_server((loopback.ADDRESS, 0)) as listener:
        threading.Thread(target=_send_back, args=(listener,), daemon=True).start()
        peer = f"{loopback.ADDRESS}:{listener.getsockname()[1]}"
        with client(coturn, "tls", relay="tcp", web_proxy=squid.address) as program:
            allocated(program)
            program.say(f"connect {peer}")
            number = program.expect(rf"^connected (\d+) {peer}$")[1]
            program.expect(f"^bound {number}$")
            program.say(f"write {number} {text}!")
            program.expect("!$")
            pieces = re.findall(rf"^received {number} (.*)$", program.output, re.MULTILINE)
            assert len(pieces) > 1, "it takes more than one TLS record"
            assert "".join(pieces) == f"{text}!"


def _send_back(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, contextlib.suppress(ConnectionError):  # a reset ends it as well
        while data := connection.recv(65536):
            connection.sendall(data)


def test_a_stale_nonce_is_renewed_by_the_client() -> None:
    with Coturn("verbose", "stale-nonce=1") as strict, Echo() as echo:
        with client(strict, "udp") as program:
            allocated(program)
            # Each asks for a permission, for longer than the second of a nonce as coturn counts.
            for number in range(1, 71):
                program.say(f"peer 127.1.0.{number}:9")
                program.expect(f"^ready 127.1.0.{number}:9$")
                threading.Event().wait(0.05)
            strict.program.expect("error 438")
            converse(program, echo.peer)


def test_another_server_is_named() -> None:
    with Coturn("alternate-server=192.0.2.7:3478") as full, client(full, "udp") as program:
        program.expect("^redirected 192.0.2.7:3478$")
        assert "allocated" not in program.output


def test_a_peer_of_the_other_address_family_is_refused(coturn: Coturn) -> None:
    with client(coturn, "udp", family=6) as program:
        program.expect("^allocated ")
        program.say(f"peer {loopback.ADDRESS}:9")
        program.expect(f"^refused {loopback.ADDRESS}:9 peer-address-family-mismatch .*: 443 ")


def test_an_address_family_that_is_not_to_be_had() -> None:
    with Coturn(relays=[loopback.ADDRESS]) as old, client(old, "udp", family=6) as program:
        program.expect("^failed address-family-not-supported allocate: 440 ")
