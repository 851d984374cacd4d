# SPDX-License-Identifier: GPL-2.0-only
"""Kamailio as the home network: registrar and proxy over UDP, TCP and TLS.

Who calls from REALM has to be registered; everybody who registers has PASSWORD.
"""

from __future__ import annotations

import os
import shutil
import socket
import sysconfig
import tempfile
from pathlib import Path

import loopback
from certificates import Certificate
from program import Program, accepts

REALM = "ims.test"
PASSWORD = "correct horse"

MODULES = ["kex", "tm", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "usrloc"]
MODULES += ["registrar", "auth", "nathelper", "tls"]

ROUTES = """
modparam("rr", "enable_full_lr", 1)
modparam("nathelper|registrar", "received_avp", "$avp(RECEIVED)")

request_route {
    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
    if (is_method("REGISTER")) {
        if (!pv_www_authenticate("REALM", "PASSWORD", "0")) { www_challenge("REALM", "QOP"); exit; }
        fix_nated_register();
        save("location", "0x04");
        exit;
    }
    if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
    # The alias says on which flow a UE behind a proxy or NAT is, whatever its Contact says.
    if (is_method("INVITE")) add_contact_alias();
    if (has_totag()) {
        if (loose_route()) { handle_ruri_alias(); t_relay(); exit; }
        if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
        sl_send_reply("404", "Not Here");
        exit;
    }
    loose_route();
    if ($fd == "REALM" && !registered("location", "$fu")) {
        sl_send_reply("403", "Register First");
        exit;
    }
    if (is_method("INVITE")) record_route();
    if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
    if ($rd == "REALM") {
        if (!lookup("location")) { sl_send_reply("404", "Nobody Here"); exit; }
    }
    t_on_reply("ANSWER");
    t_relay();
}

onreply_route[ANSWER] {
    if (is_method("INVITE")) add_contact_alias();
}
"""


class Kamailio:
    """A running Kamailio, for a `with` block.

    @param qop what it offers for Digest: "" (none) or "auth". Its "auth-int" is left out: it hashes
    memory that it has not set in place of the body (5.6, auth/api.c, auth_check_response), so that
    nobody can register.
    @param suites OpenSSL's cipher list
    """

    def __init__(
        self,
        certificate: Certificate,
        qop: str = "auth",
        algorithm: str = "MD5",
        suites: str = "ALL:eNULL:@SECLEVEL=0",
    ) -> None:
        self.udp = f"{loopback.ADDRESS}:{loopback.port(5060, socket.SOCK_DGRAM)}"
        self.tcp = f"{loopback.ADDRESS}:{loopback.port(5060)}"
        self.tls = f"{loopback.ADDRESS}:{loopback.port(443)}"
        self._folder = Path(tempfile.mkdtemp(prefix=f"imsfw-kamailio-{os.getpid()}-"))
        self._tls_settings(certificate, suites)
        self._config = self._folder / "kamailio.cfg"
        self._config.write_text(self._settings(qop, algorithm))

    def __enter__(self) -> Kamailio:
        kamailio = shutil.which("kamailio", path="/usr/sbin:/usr/bin")
        assert kamailio is not None, "kamailio is not installed"
        # -DD: in the foreground. -E: what it has to say on standard error. -Y: for its own files.
        options = ["-DD", "-E", "-m", "32", "-M", "4", "-Y", self._folder, "-w", self._folder]
        self.program = Program([kamailio, *options, "-f", self._config])
        self.program.wait_until(lambda: accepts(int(self.tls.split(":")[1])))
        return self

    def __exit__(self, *_: object) -> None:
        self.program.stop()
        shutil.rmtree(self._folder)

    def address(self, transport: str) -> str:
        return {"udp": self.udp, "tcp": self.tcp, "tls": self.tls}[transport]

    def _settings(self, qop: str, algorithm: str) -> str:
        modules = f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}/kamailio/modules/"
        routes = ROUTES.replace("REALM", REALM).replace("PASSWORD", PASSWORD)
        lines = [
            "#!KAMAILIO",
            "debug=1",
            "log_stderror=yes",
            "children=1",
            "tcp_children=1",  # else sessions are not resumed
            "enable_tls=yes",
            "auto_aliases=no",
            "dns=no",
            "rev_dns=no",
            f'alias="{REALM}"',
            f"listen=udp:{self.udp}",
            f"listen=tcp:{self.tcp}",
            f"listen=tls:{self.tls}",
            f'mpath="{modules}"',
            *(f'loadmodule "{module}.so"' for module in MODULES),
            f'modparam("tls", "config", "{self._folder}/tls.cfg")',
            f'modparam("auth", "algorithm", "{algorithm}")',
            'modparam("auth", "add_authinfo_hdr", 1)',  # it knows the password as well
            routes.replace("QOP", {"": "0", "auth": "1"}[qop]),
        ]
        return "\n".join(lines)

    def _tls_settings(self, certificate: Certificate, suites: str) -> None:
        lines = [
            "[server:default]",
            "method = TLSv1+",  # with the plus: 1.2 and 1.3
            "verify_certificate = no",
            f"certificate = {certificate.chain}",
            f"private_key = {certificate.key}",
            f"cipher_list = {suites}",
            "[client:default]",
            "verify_certificate = no",
        ]
        (self._folder / "tls.cfg").write_text("\n".join(lines) + "\n")
