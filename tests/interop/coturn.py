# SPDX-License-Identifier: GPL-2.0-only
"""coturn as the TURN server: UDP and TCP on one port, TLS and DTLS on another, one user."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import loopback
from certificates import Authority
from program import Program, accepts

REALM = "coturn.test"
USER, PASSWORD = "alice", "secret"


class Coturn:
    """A running turnserver, for a `with` block.

    @param settings more lines of its file
    @param relays the addresses that it relays from
    """

    def __init__(self, *settings: str, relays: Sequence[str] = (loopback.ADDRESS, "::1")) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"imsfw-coturn-{os.getpid()}-"))
        self.port = loopback.port(3478)
        self.tls_port = loopback.port(443)
        self.address = f"{loopback.ADDRESS}:{self.port}"
        self.tls_address = f"{loopback.ADDRESS}:{self.tls_port}"
        self.authority = Authority(self.folder)
        certificate = self.authority.issue("turn.test")
        self._config = self.folder / "turnserver.conf"
        lines = [
            f"listening-ip={loopback.ADDRESS}",
            *(f"relay-ip={relay}" for relay in relays),
            f"listening-port={self.port}",
            f"tls-listening-port={self.tls_port}",
            "min-port=50000",
            "max-port=50999",
            f"realm={REALM}",
            "lt-cred-mech",
            f"user={USER}:{PASSWORD}",
            f"cert={certificate.chain}",
            f"pkey={certificate.key}",
            # By itself it takes no NULL suite, and none below OpenSSL's security level 1.
            'cipher-list="ALL:eNULL:@SECLEVEL=0"',
            "allow-loopback-peers",
            "fingerprint",
            "no-cli",
            "log-file=stdout",
            "simple-log",
            f"userdb={self.folder}/turndb",
            f"pidfile={self.folder}/turnserver.pid",
            *settings,
        ]
        self._config.write_text("\n".join(lines) + "\n")

    def __enter__(self) -> Coturn:
        program = shutil.which("turnserver", path="/usr/bin:/usr/sbin")
        assert program is not None, "coturn is not installed"
        self.program = Program([program, "-c", self._config])
        self.program.wait_until(lambda: accepts(self.port) and accepts(self.tls_port))
        return self

    def __exit__(self, *_: object) -> None:
        self.program.stop()
        shutil.rmtree(self.folder)
