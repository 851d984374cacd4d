# SPDX-License-Identifier: GPL-2.0-only
"""Squid as the web proxy: CONNECT to chosen ports, with Basic, Digest or no authentication."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import loopback
from program import Program, accepts

HELPERS = Path("/usr/lib/squid")
REALM = "squid of the tests"
HOST = "web.test"  # the one name that it knows


class Squid:
    """A running Squid, for a `with` block.

    >>> with Squid(connect_ports=[443], authentication="basic", users={"alice": "secret"}) as squid:
    ...     subprocess.run(["curl", "--proxy", squid.url, ...])
    ...     squid.access_log()
    """

    def __init__(
        self,
        connect_ports: list[int],
        authentication: str | None = None,
        users: dict[str, str] | None = None,
    ) -> None:
        self.port = loopback.port(3128)
        self.address = f"{loopback.ADDRESS}:{self.port}"
        self.url = f"http://{self.address}"
        self._folder = Path(tempfile.mkdtemp(prefix=f"imsfw-squid-{os.getpid()}-"))
        self._users = users or {}
        (self._folder / "hosts").write_text(f"{loopback.ADDRESS} {HOST}\n")
        self._config = self._folder / "squid.conf"
        self._config.write_text(self._settings(connect_ports, authentication))
        if os.geteuid() == 0:
            # Squid does not serve as root: it becomes this user, whose the folder has to be.
            user = pwd.getpwnam("proxy")
            os.chown(self._folder, user.pw_uid, user.pw_gid)

    def __enter__(self) -> Squid:
        # -N: one process, in the foreground. -n: names of its shared memory, else those of the
        # machine's own Squid.
        squid = shutil.which("squid", path="/usr/sbin:/usr/bin")
        assert squid is not None, "squid is not installed"
        name = f"imsfw{os.getpid()}x{self.port}"
        self.program = Program([squid, "-N", "-f", self._config, "-n", name])
        self.program.wait_until(lambda: accepts(self.port))
        return self

    def __exit__(self, *_: object) -> None:
        self.program.stop()
        shutil.rmtree(self._folder)

    def access_log(self) -> str:
        """What Squid has noted: a line for each request that has ended."""
        log = self._folder / "access.log"
        return log.read_text() if log.exists() else ""

    def _settings(self, connect_ports: list[int], authentication: str | None) -> str:
        ports = " ".join(str(port) for port in connect_ports)
        lines = [
            f"http_port {self.address}",
            "visible_hostname proxy.test",
            "cache deny all",
            "cache_mem 8 MB",
            "max_filedescriptors 1024",
            "pinger_enable off",
            "netdb_filename none",
            "icon_directory /usr/share/squid/icons",
            "shutdown_lifetime 0 seconds",
            f"pid_filename {self._folder}/squid.pid",
            f"coredump_dir {self._folder}",
            f"hosts_file {self._folder}/hosts",
            f"cache_log {self._folder}/cache.log",
            f"access_log stdio:{self._folder}/access.log",
            f"acl connect_ports port {ports}",
            "acl connect method CONNECT",
            "http_access deny !connect",
            "http_access deny !connect_ports",
            *self._authentication(authentication),
            "http_access deny all",
        ]
        return "\n".join(lines) + "\n"

    def _authentication(self, scheme: str | None) -> list[str]:
        if scheme is None:
            return ["http_access allow all"]
        helper = {"basic": "basic_ncsa_auth", "digest": "digest_file_auth"}[scheme]
        passwords = self._folder / "passwords"
        passwords.write_text(
            "".join(
                f"{name}:{hashed(password) if scheme == 'basic' else password}\n"
                for name, password in self._users.items()
            )
        )
        return [
            f"auth_param {scheme} program {HELPERS / helper} {passwords}",
            f"auth_param {scheme} children 1",
            f"auth_param {scheme} realm {REALM}",
            "acl known proxy_auth REQUIRED",
            "http_access allow known",
        ]


def hashed(password: str) -> str:
    """Return what a password file holds in its place: SHA-512 with salt, as crypt(3) does it."""
    command = ["/usr/bin/openssl", "passwd", "-6", password]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
