# SPDX-License-Identifier: GPL-2.0-only
"""Our TLS client core and openssl s_server, with certificates made by the openssl program."""

from __future__ import annotations

import re
from pathlib import Path

import loopback
import pytest
from certificates import KEYS, Authority, Certificate
from cores import core
from program import Program

HOST = "server.test"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def rsa(authority: Authority) -> Certificate:
    return authority.issue(HOST)


def s_server(certificate: Certificate, *options: str | Path) -> tuple[Program, str]:
    """Start a server that suites are no question for; return it with its address."""
    port = loopback.port(443)
    command: list[str | Path] = ["/usr/bin/openssl", "s_server", "-accept", str(port)]
    command += ["-naccept", "1", "-cert", certificate.chain, "-cert_chain", certificate.chain]
    command += ["-key", certificate.key, "-cipher", "ALL:eNULL:@SECLEVEL=0", *options]
    server = Program(command)
    server.expect("^ACCEPT$")
    return server, f"{loopback.ADDRESS}:{port}"


def client(authority: Authority, target: str, **values: object) -> Program:
    trust = {"ca": authority.certificate.chain, "name": HOST}
    return core("tunnel", target=target, tls="yes", **(trust | values))


def talk(client_side: Program, server_side: Program) -> None:
    """Send a line each way."""
    client_side.say("how are you")
    server_side.expect("^how are you$")
    server_side.say("fine, thanks")
    client_side.expect("^< fine, thanks$")


@pytest.mark.parametrize("intermediates", [0, 3])
@pytest.mark.parametrize("key", list(KEYS))
def test_certificates(tmp_path: Path, key: str, intermediates: int) -> None:
    authority = Authority(tmp_path)
    certificate = authority.issue(HOST, key=key, intermediates=intermediates)
    for version in ("1.2", "1.3"):
        server, address = s_server(certificate)
        only = {"min_version": version, "max_version": version}
        with server, client(authority, address, **only) as tunnel:
            tunnel.expect(f"^tls TLSv{version} ")
            talk(tunnel, server)


@pytest.mark.parametrize(
    ("suites", "name"),
    [
        ("ECDHE-ECDSA-NULL-SHA", "TLS_ECDHE_ECDSA_WITH_NULL_SHA"),
        ("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ],
)
def test_ecdsa_suites(tmp_path: Path, suites: str, name: str) -> None:
    authority = Authority(tmp_path)
    server, address = s_server(authority.issue(HOST, key="P-256"))
    with server, client(authority, address, suites=suites) as tunnel:
        tunnel.expect(f"^tls TLSv1.2 {name}$")
        talk(tunnel, server)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"groups": "secp384r1", "max_version": "1.3"}, "Supported groups: secp384r1$"),
        ({"groups": "x25519,secp256r1"}, "Supported groups: x25519:secp256r1$"),
        ({"alpn": "sip/2,http/1.1"}, "ALPN protocols advertised by the client: sip/2, http/1.1$"),
        ({"alpn": "http/1.1"}, "ALPN protocols selected: http/1.1$"),
        ({"sni": "other.test"}, 'Hostname in TLS extension: "other.test"$'),
        ({}, f'Hostname in TLS extension: "{HOST}"$'),
        ({"hello_size": "1800"}, "CIPHER is "),
    ],
)
def test_extensions(
    authority: Authority, rsa: Certificate, values: dict[str, str], shown: str
) -> None:
    options: list[str | Path] = ["-alpn", "http/1.1,sip/2"]
    if "Hostname" in shown:  # it then has a second context, which knows no ALPN
        options = ["-servername", HOST, "-cert2", rsa.chain, "-key2", rsa.key]
    server, address = s_server(rsa, *options)
    with server, client(authority, address, **values) as tunnel:
        tunnel.expect("^open$")
        talk(tunnel, server)
        assert re.search(shown, server.output, re.MULTILINE), server.output


def test_client_certificate(authority: Authority, rsa: Certificate) -> None:
    options = ["-Verify", "2", "-verify_return_error", "-CAfile", authority.certificate.chain]
    ours = authority.issue("alice.test")
    server, address = s_server(rsa, *options)
    shown = {"certificate": ours.chain, "key": ours.key}
    with server, client(authority, address, **shown) as tunnel:
        tunnel.expect("^open$")
        server.expect("subject=CN = alice.test$")
        talk(tunnel, server)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_client_certificate_that_is_not_there(
    authority: Authority, rsa: Certificate, version: str
) -> None:
    options = ["-Verify", "2", "-verify_return_error", "-CAfile", authority.certificate.chain]
    server, address = s_server(rsa, *options)
    with server, client(authority, address, min_version=version, max_version=version) as tunnel:
        # TLS 1.3: the client has finished before the server says so (RFC 8446 4.4.2.4).
        alert = {"1.2": "handshake_failure", "1.3": "certificate_required"}[version]
        tunnel.expect(f"^end tls alert-received {alert}$")
