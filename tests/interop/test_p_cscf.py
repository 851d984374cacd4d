# SPDX-License-Identifier: GPL-2.0-only
"""SIPp and openssl s_client register and call at our P-CSCF core."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import loopback
import pytest
from certificates import Authority
from cores import core
from program import Program
from sipp import sipp

REALM = "ims.test"
HOST = "pcscf.ims.test"
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Server:
    """Our P-CSCF at work."""

    program: Program
    address: str
    tls: str
    ca: Path

    def ue(self, user: str = "bob") -> Program:
        """Start a UE of ours there, for the others to call, and register it."""
        values = {"transport": "udp", "proxy": self.address, "realm": REALM}
        ue = core("ue", user=user, password=PASSWORD, **values)
        ue.say("register")
        ue.expect("^event registered 200 ")
        self.program.expect(f"^event registered .* user=sip:{user}@")
        return ue


@contextmanager
def p_cscf(folder: Path, **values: object) -> Iterator[Server]:
    address = f"{loopback.ADDRESS}:{loopback.port(5060, socket.SOCK_DGRAM)}"
    tls = f"{loopback.ADDRESS}:{loopback.port(443)}"
    users = ",".join(f"{name}:{PASSWORD}" for name in ("alice", "bob"))
    settings: dict[str, object] = {"address": address, "tls": tls, "realm": REALM, "users": users}
    settings |= {"name": HOST, "ca_out": folder / "ca.pem"}
    with core("p-cscf", **(settings | values)) as program:
        program.expect("^ready$")
        yield Server(program, address, tls, folder / "ca.pem")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with p_cscf(tmp_path_factory.mktemp("p-cscf")) as running:
        yield running


def credentials(password: str) -> list[str]:
    # SIPp would name the server's address in its answer, for which RFC 7616 3.4.6 wants a 400.
    return ["-au", f"alice@{REALM}", "-ap", password, "-auth_uri", REALM]


TRANSPORTS = pytest.mark.parametrize(("option", "transport"), [("u1", "UDP"), ("t1", "TCP")])


@TRANSPORTS
def test_sipp_registers_and_calls(
    server: Server, tmp_path: Path, option: str, transport: str
) -> None:
    port = loopback.port(5080)
    options = [*credentials(PASSWORD), "-t", option]
    with server.ue() as bob:
        with sipp(tmp_path, "register-and-call", "alice", server.address, port, *options) as alice:
            server.program.expect(f"^< Via: SIP/2.0/{transport} {loopback.ADDRESS}:{port}")
            server.program.expect("^> SIP/2.0 401 Unauthorized$")
            server.program.expect("^event registered .* user=sip:alice@ims.test")
            bob.expect("^< P-Asserted-Identity: <sip:alice@ims.test>$")
            bob.expect("^event incoming-call ")
            bob.say("answer")
            bob.expect("^event call-established ")
            bob.expect("^event call-ended [0-9]+ remote")
            assert alice.wait() == 0, alice.output


@TRANSPORTS
def test_sipp_has_a_wrong_password(
    server: Server, tmp_path: Path, option: str, transport: str
) -> None:
    wrong = [*credentials("battery staple"), "-t", option]
    port = loopback.port(5080)
    with sipp(tmp_path, "register-refused", "alice", server.address, port, *wrong) as alice:
        assert alice.wait() == 0, alice.output
    server.program.expect(
        "^event registration-refused .* user=.*alice.* reason=wrong-password$"
    )


@TRANSPORTS
def test_sipp_calls_unregistered(
    server: Server, tmp_path: Path, option: str, transport: str
) -> None:
    port = loopback.port(5090)  # no flow that has registered before
    with server.ue() as bob:
        with sipp(
            tmp_path, "call-unregistered", "alice", server.address, port, "-t", option
        ) as alice:
            assert alice.wait() == 0, alice.output
        server.program.expect("^event request-refused 403 .* method=INVITE ")
        assert "INVITE sip:" not in bob.output


def test_sipp_is_called(server: Server, tmp_path: Path) -> None:
    port = loopback.port(5080, socket.SOCK_DGRAM)
    right = credentials(PASSWORD)
    with sipp(tmp_path, "register", "alice", server.address, port, *right) as alice:
        assert alice.wait() == 0, alice.output
    with server.ue() as bob:
        with sipp(tmp_path, "answer", "alice", server.address, port) as alice:
            bob.say("call sip:alice@ims.test")
            bob.expect("^event ringing ")
            bob.expect("^event call-answered ")
            bob.expect("^media ")
            bob.say("hangup")
            bob.expect("^event call-ended [0-9]+ local")
            assert alice.wait() == 0, alice.output


def test_sipp_names_another_uri(server: Server, tmp_path: Path) -> None:
    port = loopback.port(5080)
    options = credentials(PASSWORD)[:-2]
    with sipp(tmp_path, "register", "alice", server.address, port, *options) as alice:
        server.program.expect("^event registration-refused 400 .* reason=bad-request$")
        assert alice.wait() != 0


CONTACT = "Contact: <sip:alice@client.invalid;transport=tls>"
DESCRIPTION = """v=0
o=- 1 1 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 40002 RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""


class SClient(Program):
    """openssl s_client, typing SIP by hand."""

    def __init__(self, server: Server, *options: str | Path) -> None:
        command = ["/usr/bin/openssl", "s_client", "-connect", server.tls, "-CAfile", server.ca]
        command += ["-verify_return_error", "-verify_hostname", HOST, "-brief", "-nocommands"]
        super().__init__([*command, *options])
        self._cseq = 0

    def request(self, method: str, uri: str, *headers: str, to: str = "", body: str = "") -> None:
        self._cseq += method != "ACK"
        self._send(
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/TLS client.invalid;branch=z9hG4bK{method}{self._cseq};rport",
            "Max-Forwards: 70",
            f"From: <sip:alice@{REALM}>;tag=s-client",
            f"To: {to or f'<sip:alice@{REALM}>'}",
            f"Call-ID: {'r' if method == 'REGISTER' else 'c'}@client.invalid",
            f"CSeq: {self._cseq} {method}",
            CONTACT,
            *headers,
            body=body,
        )

    def respond(self, request: str, status: str, body: str = "") -> None:
        """Answer @p request, the text of its headers."""
        echoed = re.findall("^((?:Via|From|Call-ID|CSeq|Record-Route): .*)\r$", request, re.M)
        tag = "" if ";tag=" in header(request, "To") else ";tag=s-client"
        to = f"To: {header(request, 'To')}{tag}"
        self._send(f"SIP/2.0 {status}", *echoed, to, CONTACT, body=body)

    def message(self, first_line: str) -> str:
        """Wait for the message that begins so, and return its headers."""
        return self.expect(f"^{first_line}\\r\n(?:[^\\r]+\\r\n)*\\r$")[0]

    def _send(self, *lines: str, body: str = "") -> None:
        length = len(body) + body.count("\n")  # each line gets a carriage return
        if body:
            lines += ("Content-Type: application/sdp",)
        for line in [*lines, f"Content-Length: {length}", "", *body.splitlines()]:
            self.say(f"{line}\r")

    def answer_to(self, challenge: str, password: str) -> str:
        """Compute the credentials for REGISTER after RFC 7616."""
        nonce = re.search('nonce="([^"]+)"', challenge)[1]
        secret = digest(f"alice@{REALM}:{REALM}:{password}")
        action = digest(f"REGISTER:sip:{REALM}")
        response = digest(f"{secret}:{nonce}:00000001:c:auth:{action}")
        return (
            f'Authorization: Digest username="alice@{REALM}", realm="{REALM}", nonce="{nonce}", '
            f'uri="sip:{REALM}", response="{response}", qop=auth, nc=00000001, cnonce="c"'
        )

    def register(self, password: str) -> None:
        self.request("REGISTER", f"sip:{REALM}")
        challenge = header(self.message("SIP/2.0 401 Unauthorized"), "WWW-Authenticate")
        self.request("REGISTER", f"sip:{REALM}", self.answer_to(challenge, password))


def header(message: str, name: str) -> str:
    found = re.search(f"^{name}: (.*)\r$", message, re.MULTILINE)
    assert found is not None, f"no {name} in {message}"
    return found[1]


def digest(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


# Options of s_client, what s_client and our core say of the suite.
SUITES = [
    (["-tls1_2", "-cipher", "NULL-SHA:@SECLEVEL=0"], "NULL-SHA", "RSA_WITH_NULL_SHA"),
    (["-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"], "NULL-SHA256", "RSA_WITH_NULL_SHA256"),
    (["-tls1_2", "-cipher", "AES128-SHA"], "AES128-SHA", "RSA_WITH_AES_128_CBC_SHA"),
    (["-tls1_2", "-cipher", "AES256-SHA256"], "AES256-SHA256", "RSA_WITH_AES_256_CBC_SHA256"),
    (
        ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"],
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    ),
    (["-tls1_3"], "TLS_AES_256_GCM_SHA384", "AES_256_GCM_SHA384"),
]


@pytest.mark.parametrize(("options", "theirs", "ours"), SUITES)
def test_s_client_registers(server: Server, options: list[str], theirs: str, ours: str) -> None:
    version = "TLSv1.3" if "-tls1_3" in options else "TLSv1.2"
    with SClient(server, *options) as alice:
        alice.expect(f"^Ciphersuite: {theirs}$")
        alice.expect("^Verification: OK$")
        server.program.expect(f"^tls {version} TLS_{ours}$")
        alice.register(PASSWORD)
        alice.expect("^SIP/2.0 200 OK\r$")
        server.program.expect("^event registered .* user=sip:alice@ims.test")
    server.program.expect("^event deregistered .* reason=flow-lost$")


SUITE = pytest.mark.parametrize("suite", ["NULL-SHA", "AES128-SHA"])


@SUITE
def test_s_client_calls(server: Server, suite: str) -> None:
    with SClient(server, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0") as alice:
        alice.register(PASSWORD)
        alice.message("SIP/2.0 200 OK")
        with server.ue() as bob:
            to = f"<sip:bob@{REALM}>"
            alice.request("INVITE", f"sip:bob@{REALM}", to=to, body=DESCRIPTION)
            bob.expect("^media 192.0.2.1:40002$")
            alice.message("SIP/2.0 180 Ringing")
            bob.say("answer")
            ok = alice.message("SIP/2.0 200 OK")
            inside = {"to": header(ok, "To")}
            bobs = re.search("<(.*?)>", header(ok, "Contact"))[1]
            routes = re.findall("^Record-Route: (.*)\r$", ok, re.MULTILINE)
            route = f"Route: {', '.join(reversed(routes))}"
            alice.request("ACK", bobs, route, **inside)
            bob.expect("^event call-established ")
            alice.request("BYE", bobs, route, **inside)
            bob.expect("^event call-ended [0-9]+ remote")
            alice.message("SIP/2.0 200 OK")


@SUITE
def test_s_client_is_called(server: Server, suite: str) -> None:
    with SClient(server, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0") as alice:
        alice.register(PASSWORD)
        alice.message("SIP/2.0 200 OK")
        with server.ue() as bob:
            bob.say(f"call sip:alice@{REALM}")
            invite = alice.message("INVITE sip:alice@client.invalid;transport=tls SIP/2.0")
            assert header(invite, "P-Called-Party-ID") == f"<sip:alice@{REALM}>"
            alice.respond(invite, "180 Ringing")
            bob.expect("^event ringing ")
            alice.respond(invite, "200 OK", DESCRIPTION)
            bob.expect("^media 192.0.2.1:40002$")
            alice.message("ACK sip:alice@client.invalid;transport=tls SIP/2.0")
            bob.say("hangup")
            alice.respond(alice.message("BYE sip:alice@client.invalid.* SIP/2.0"), "200 OK")
            bob.expect("^event call-ended [0-9]+ local")


def test_s_client_has_a_wrong_password(server: Server) -> None:
    with SClient(server, "-tls1_2") as alice:
        alice.register("battery staple")
        alice.expect("^SIP/2.0 403 Forbidden\r$")
        server.program.expect("^event registration-refused 403 .* reason=wrong-password$")


@pytest.mark.parametrize(
    ("options", "end"),
    [
        # The client wants another host, or is too old.
        (["-verify_hostname", "other.test"], "alert-received bad_certificate"),
        (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "alert-sent protocol_version"),
    ],
)
def test_s_client_fails(server: Server, options: list[str], end: str) -> None:
    with SClient(server, *options) as alice:
        server.program.expect(f"^end tls {end}\\b")
        assert alice.wait() == 1


def test_s_client_does_not_know_the_ca(server: Server, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger").certificate.chain
    with SClient(server, "-CAfile", stranger) as alice:
        server.program.expect("^end tls alert-received unknown_ca\\b")
        assert alice.wait() == 1


def test_no_common_suite(tmp_path: Path) -> None:
    with p_cscf(tmp_path, suites="AES128-SHA,AES256-SHA", max_version="1.2") as server:
        with SClient(server, "-tls1_2", "-cipher", "NULL-SHA:@SECLEVEL=0") as alice:
            server.program.expect("^end tls alert-sent handshake_failure\\b")
            assert alice.wait() == 1
        with SClient(server, "-tls1_2", "-cipher", "NULL-SHA:AES128-SHA:@SECLEVEL=0") as alice:
            alice.expect("^Ciphersuite: AES128-SHA$")


def test_garbage_in_tls(server: Server) -> None:
    with SClient(server, "-tls1_2") as alice:
        alice.expect("^Verification: OK$")
        alice.say("GET / HTTP/1.1\r\n\r")
        server.program.expect("^event stream-broken .* reason=bad-header$")
        assert alice.wait() == 0
