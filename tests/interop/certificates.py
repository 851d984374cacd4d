# SPDX-License-Identifier: GPL-2.0-only
"""Certificates that are not ours: a CA and what it issues, all made by the openssl program."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """PEM files."""

    chain: Path
    key: Path


def openssl(*arguments: str | Path) -> None:
    command = ["/usr/bin/openssl", *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


# What `openssl req -newkey` wants for each kind of key.
KEYS = {
    "RSA-2048": ["rsa:2048"],
    "RSA-3072": ["rsa:3072"],
    "P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "Ed25519": ["ed25519"],
}


class Authority:
    """A CA in a folder of the test's."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self.certificate = self._make(name, "P-256", "-x509", "-days", "365")

    def issue(
        self, name: str, days: int = 365, key: str = "RSA-2048", intermediates: int = 0
    ) -> Certificate:
        """Certify the host @p name; with a negative number of days, for a time that is over."""
        issuer, above = self.certificate, ""
        for number in range(intermediates):
            ca = f"{name}-{number}"
            made = self._make(ca, "P-256")
            issuer = self._sign(ca, issuer, made, 365, "basicConstraints=CA:TRUE")
            above = issuer.chain.read_text() + above
        made = self._make(name, key)
        issued = self._sign(name, issuer, made, days, f"subjectAltName=DNS:{name}")
        issued.chain.write_text(issued.chain.read_text() + above)
        return issued

    def _sign(
        self, name: str, issuer: Certificate, request: Certificate, days: int, extension: str
    ) -> Certificate:
        extensions = self._folder / f"{name}.ext"
        extensions.write_text(f"{extension}\n")
        chain = self._folder / f"{name}.pem"
        openssl(
            *("x509", "-req", "-in", request.chain, "-out", chain, "-days", str(days)),
            *("-CA", issuer.chain, "-CAkey", issuer.key, "-CAcreateserial"),
            *("-extfile", extensions),
        )
        return Certificate(chain, request.key)

    def _make(self, name: str, key: str, *options: str) -> Certificate:
        made = Certificate(self._folder / f"{name}.req", self._folder / f"{name}.key")
        openssl(
            *("req", "-newkey", *KEYS[key], "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", made.key, "-out", made.chain, *options),
        )
        return made
