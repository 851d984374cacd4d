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


class Authority:
    """A CA in a folder of the test's."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self.certificate = self._make(name, "-x509", "-days", "365")

    def issue(self, name: str, days: int = 365) -> Certificate:
        """Certify the host @p name; with a negative number of days, for a time that is over."""
        extensions = self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{name}\n")
        request = self._make(name)
        chain = self._folder / f"{name}.pem"
        openssl(
            *("x509", "-req", "-in", request.chain, "-out", chain, "-days", str(days)),
            *("-CA", self.certificate.chain, "-CAkey", self.certificate.key, "-CAcreateserial"),
            *("-extfile", extensions),
        )
        return Certificate(chain, request.key)

    def _make(self, name: str, *options: str) -> Certificate:
        made = Certificate(self._folder / f"{name}.req", self._folder / f"{name}.key")
        openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", made.key, "-out", made.chain, *options),
        )
        return made
