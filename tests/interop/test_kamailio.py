# SPDX-License-Identifier: GPL-2.0-only
"""Our UE core registers and calls against a real Kamailio, over UDP, TCP and TLS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import loopback
import pytest
from certificates import Authority
from cores import core
from kamailio import PASSWORD, REALM, Kamailio
from program import Program
from squid import Squid

HOST = "kamailio.test"


@dataclass(frozen=True)
class Network:
    """A Kamailio, and who vouches for it."""

    kamailio: Kamailio
    authority: Authority

    def ue(self, transport: str, user: str = "alice", **values: object) -> Program:
        """Start a UE; over TLS it trusts the network's CA unless @p values say otherwise."""
        settings: dict[str, object] = {
            "transport": transport,
            "proxy": self.kamailio.address(transport),
            "user": user,
            "password": PASSWORD,
            "realm": REALM,
        }
        if transport == "tls":
            settings |= {"ca": self.authority.certificate.chain, "name": HOST}
        return core("ue", **(settings | values))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def network(authority: Authority) -> Iterator[Network]:
    with Kamailio(authority.issue(HOST)) as kamailio:
        yield Network(kamailio, authority)


def register(ue: Program) -> None:
    ue.say("register")
    ue.expect("^event registered 200 - 200 OK$")


# Transport, offered suites, what is negotiated.
FLOWS = [
    ("udp", "", ""),
    ("tcp", "", ""),
    ("tls", "NULL-SHA", "TLSv1.2 TLS_RSA_WITH_NULL_SHA"),
    ("tls", "NULL-SHA256", "TLSv1.2 TLS_RSA_WITH_NULL_SHA256"),
    ("tls", "ECDHE-RSA-NULL-SHA", "TLSv1.2 TLS_ECDHE_RSA_WITH_NULL_SHA"),
    ("tls", "AES128-SHA", "TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA"),
    ("tls", "AES256-SHA", "TLSv1.2 TLS_RSA_WITH_AES_256_CBC_SHA"),
    ("tls", "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    ("tls", "TLS_AES_128_GCM_SHA256", "TLSv1.3 TLS_AES_128_GCM_SHA256"),
    ("tls", "TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256"),
]


@pytest.mark.parametrize(("transport", "suites", "agreed"), FLOWS)
def test_registers_and_goes(network: Network, transport: str, suites: str, agreed: str) -> None:
    offer = {"suites": suites} if suites else {}
    with network.ue(transport, **offer) as ue:
        ue.expect("^open$")
        if agreed:
            ue.expect(f"^tls {agreed}$")
        ue.say("register")
        ue.expect(f"^> REGISTER sip:{REALM} SIP/2.0$")
        ue.expect(f"^> Via: SIP/2.0/{transport.upper()} ")
        ue.expect("^< SIP/2.0 401 Unauthorized$")
        ue.expect('^< WWW-Authenticate: Digest realm="ims.test", .*qop="auth", algorithm=MD5$')
        ue.expect(f'^> Authorization: Digest username="alice@{REALM}", .*qop=auth, nc=00000001')
        ue.expect("^< SIP/2.0 200 OK$")
        ue.expect("^< Contact: <sip:alice@.*expires=3600")
        ue.expect("^event registered 200 - 200 OK$")
        ue.say(f"options sip:{REALM}")
        ue.expect("^event options-answered 200 - 200 OK$")
        # The nonce is used again, so that no second 401 is needed.
        ue.say("deregister")
        ue.expect("^> Authorization: .*nc=00000002")
        ue.expect("^event deregistered 200 - 200 OK$")
        assert ue.output.count("SIP/2.0 401") == 1


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_wrong_password(network: Network, transport: str) -> None:
    with network.ue(transport, password="battery staple") as ue:
        ue.say("register")
        ue.expect("^event registration-failed 401 wrong-credentials 401 Unauthorized$")
        # One answer to one challenge: a second challenge with a new nonce is no reason to go on.
        assert ue.output.count("> REGISTER") == 2


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("qop", ["", "auth"])
def test_digest(authority: Authority, algorithm: str, qop: str) -> None:
    with Kamailio(authority.issue(HOST), qop, algorithm) as kamailio:
        network = Network(kamailio, authority)
        with network.ue("udp") as ue:
            register(ue)
            answer = ue.output.split("> Authorization: ")[2].split("\n")[0]
            assert f"algorithm={algorithm}," in answer
            assert ("qop=" in answer) == bool(qop)
            # Kamailio shows that it knows the password as well, which our UE checks.
            digits = 32 if algorithm == "MD5" else 64
            shown = f'^< Authentication-Info: .*qop={qop}, rspauth="[0-9a-f]{{{digits}}}"'
            assert re.search(shown, ue.output, re.MULTILINE)
        with network.ue("udp", password="battery staple") as ue:
            ue.say("register")
            ue.expect("^event registration-failed 401 wrong-credentials ")


# Of caller and callee: every transport, at either end.
COUPLES = [
    ("udp", "udp"),
    ("udp", "tls"),
    ("tcp", "udp"),
    ("tcp", "tcp"),
    ("tls", "tcp"),
    ("tls", "tls"),
]


def ring(caller: Program, callee: Program) -> None:
    caller.say(f"call sip:bob@{REALM}")
    callee.expect(f"^< INVITE sip:bob@{loopback.ADDRESS}:")
    callee.expect("^> SIP/2.0 180 Ringing$")
    callee.expect("^event incoming-call ")
    callee.expect(f"^media {loopback.ADDRESS}:40000$")
    # RFC 3262: the ringing is acknowledged from end to end.
    caller.expect("^event ringing ")
    callee.expect("^< PRACK sip:bob@")


@pytest.mark.parametrize("is_caller_last", [True, False])
@pytest.mark.parametrize(("from_transport", "to_transport"), COUPLES)
def test_call(
    network: Network, from_transport: str, to_transport: str, is_caller_last: bool
) -> None:
    suites = {"suites": "NULL-SHA"}
    from_suites = suites if from_transport == "tls" else {}
    to_suites = suites if to_transport == "tls" else {}
    with network.ue(from_transport, "alice", **from_suites) as alice:
        with network.ue(to_transport, "bob", **to_suites) as bob:
            register(alice)
            register(bob)
            ring(alice, bob)
            bob.say("answer")
            alice.expect("^< SIP/2.0 200 OK$")
            alice.expect("^event call-answered ")
            alice.expect(f"^media {loopback.ADDRESS}:40000$")
            bob.expect("^< ACK sip:bob@")
            bob.expect("^event call-established ")
            first, last = (alice, bob) if is_caller_last else (bob, alice)
            first.say("hangup")
            last.expect("^< BYE sip:")
            last.expect("^event call-ended [0-9]+ remote")
            first.expect("^event call-ended [0-9]+ local")


def test_callee_declines(network: Network) -> None:
    with network.ue("udp", "alice") as alice, network.ue("tcp", "bob") as bob:
        register(alice)
        register(bob)
        ring(alice, bob)
        bob.say("hangup")
        alice.expect("^event call-failed 603 refused 603 Decline$")
        bob.expect("^< ACK sip:")


def test_caller_cancels(network: Network) -> None:
    with network.ue("tcp", "alice") as alice, network.ue("udp", "bob") as bob:
        register(alice)
        register(bob)
        ring(alice, bob)
        alice.say("hangup")
        bob.expect("^< CANCEL sip:bob@")
        bob.expect("^> SIP/2.0 487 Request Terminated$")
        alice.expect("^event call-(ended|failed) ")


def test_who_is_not_registered_is_not_served(network: Network) -> None:
    with network.ue("udp", "carol") as carol:
        carol.say(f"call sip:bob@{REALM}")
        carol.expect("^event call-failed 403 refused 403 Register First$")
        register(carol)
        carol.say(f"call sip:nobody@{REALM}")
        carol.expect("^event call-failed 404 refused 404 Nobody Here$")


def test_keep_alives_are_answered(network: Network) -> None:
    with network.ue("tcp", keep_alive=200) as ue:
        register(ue)
        for _ in range(3):
            ue.expect("^> ping$")
            ue.expect("^< pong$")
        assert "event flow-failed" not in ue.output


def test_through_squid(network: Network) -> None:
    """The whole of the solution: SIP in TLS with the NULL suite, in CONNECT with Digest."""
    port = int(network.kamailio.tls.split(":")[1])
    with Squid([port], "digest", {"proxied": "word"}) as squid:
        tunnel = {"web_proxy": squid.address, "web_user": "proxied", "web_password": "word"}
        with network.ue("tls", "alice", suites="NULL-SHA", **tunnel) as alice:
            with network.ue("tls", "bob", suites="AES128-SHA", **tunnel) as bob:
                alice.expect("^tls TLSv1.2 TLS_RSA_WITH_NULL_SHA$")
                bob.expect("^tls TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA$")
                register(alice)
                register(bob)
                ring(alice, bob)
                bob.say("answer")
                alice.expect("^event call-answered ")
                bob.expect("^event call-established ")
                bob.say("hangup")
                alice.expect("^event call-ended [0-9]+ remote")
        wrong = tunnel | {"web_password": "other"}
        with network.ue("tls", "alice", **wrong) as alice:
            alice.expect("^end http-connect proxy-authentication-failed 407 ")


def test_certificate_of_another_host(network: Network) -> None:
    with network.ue("tls", suites="NULL-SHA", name="other.test") as ue:
        ue.expect("^end tls certificate-verify-failed .*mismatch")
        assert "open" not in ue.output


def test_untrusted_ca(network: Network, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    with network.ue("tls", ca=stranger.certificate.chain) as ue:
        ue.expect("^end tls certificate-verify-failed ")
        assert "open" not in ue.output


def test_expired_certificate(authority: Authority) -> None:
    with Kamailio(authority.issue(HOST, days=-1)) as kamailio:
        with Network(kamailio, authority).ue("tls") as ue:
            ue.expect("^end tls certificate-verify-failed .*expired")


def test_no_common_suite(authority: Authority) -> None:
    with Kamailio(authority.issue(HOST), suites="NULL-SHA:AES128-SHA") as kamailio:
        network = Network(kamailio, authority)
        # OpenSSL's default security level takes NULL out of any list that does not lower it.
        with network.ue("tls", suites="NULL-SHA") as ue:
            ue.expect("^end tls alert-received handshake_failure$")
        with network.ue("tls", suites="NULL-SHA,AES128-SHA") as ue:
            ue.expect("^tls TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA$")
            ue.say("register")
            ue.expect("^event registered 200 ")


def test_nobody_listens() -> None:
    nobody = f"{loopback.ADDRESS}:{loopback.port(4433)}"
    values = {"transport": "tls", "proxy": nobody, "user": "alice", "realm": REALM}
    with core("ue", **values) as ue:
        ue.expect("^end tcp refused ")
