# SPDX-License-Identifier: GPL-2.0-only
"""A runner that answers at once: what a sweep does must not depend on what is simulated.

Settings that real experiments do not have ("fake.*") make it slow, crash or fail on purpose.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imsfw.document import Document, canonical, digest, flatten
from imsfw.errors import BadInput, SimulationError
from imsfw.store.outcome import Described, Provenance

CLOSED = {"udp-blocked": "udp", "proxy-only": "no-direct"}


def phase(name: str, start_ms: float, end_ms: float) -> dict[str, Any]:
    return {
        "plane": "control",
        "transport": "sip-udp",
        "name": name,
        "start_ms": start_ms,
        "end_ms": end_ms,
    }


def fake_result(document: Document, seed: int, run: int) -> dict[str, Any]:
    """A result with the members of result.json; its figures follow from its arguments."""
    settings = flatten(document)
    policy = settings.get("firewall.policy", "stateful-nat")
    noise = ((seed * 7919 + run * 104729) % 1000) / 1000
    blocked = policy in CLOSED and settings.get("transport") != "solution"
    event = {
        "element": "nimsfw",
        "rule": f"no-{CLOSED.get(policy, 'thing')}",
        "reason": "rule",
        "detail": "drop",
        "flow": "UDP 10.0.0.2:5060 > 203.0.113.5:5060",
        "first_bytes": "524547",
        "at_ms": 12.5,
    }
    control: dict[str, Any] = {"verdict": "fail" if blocked else "pass"}
    media: dict[str, Any] = {"verdict": "not-attempted" if blocked else "pass"}
    if blocked:
        control["decided_by"] = event
    voice = {
        "sent": 100,
        "received": 99,
        "lost": 1,
        "late": 0,
        "jitter_ms": 0.1,
        "delay_mean_ms": 21.0 + noise,
        "delay_p95_ms": 22.0,
        "delay_max_ms": 23.0,
        "mouth_to_ear_ms": 61.0,
        "rating": 90.0,
        "mos": 4.3,
    }
    video = {
        "frames": 250,
        "whole": 248,
        "decodable": 240,
        "key_frames": 5,
        "key_frame_requests": 1,
        "sent": 500,
        "sent_bytes": 480000,
        "received": 497,
        "lost": 3,
        "jitter_ms": 0.2,
        "delay_mean_ms": 22.0,
        "delay_p95_ms": 23.0,
        "delay_max_ms": 24.0,
        "srtp": None,
    }
    return {
        "name": str(settings.get("name", "experiment")),
        "policy": policy,
        "seed": seed,
        "run": run,
        "provenance": {"commit": "c"},
        "planes": {"control": control, "media_udp": media},
        "via_web_proxy": policy == "proxy-only",
        "registration_ms": None if blocked else 100 + noise,
        "call_setup_ms": None if blocked else 200 + noise,
        "phases": [
            phase("connect", 0.0, 40.0),
            phase("register", 40.0, 100.0),
        ],
        "voice": {"up": None if blocked else voice, "down": None},
        "video": {"up": None if blocked else video, "down": None},
        "tls": [
            {
                "plane": "control",
                "transport": "sip-udp",
                "version": "1.2",
                "suite": "TLS_RSA_WITH_AES_128_CBC_SHA",
                "null": False,
                "handshake_bytes_sent": 700,
                "handshake_bytes_received": 1900,
                "resumed": False,
                "group": "x25519",
                "alpn": "",
                "computed_ms": 0.0,
            }
        ],
        "attempts": [
            {
                "plane": "control",
                "transport": "sip-udp",
                "via_web_proxy": False,
                "outcome": "failed" if blocked else "won",
                "started_ms": 0.0,
                "ended_ms": 100.0,
                **({"decided_by": event} if blocked else {}),
            }
        ],
        "ues": [
            {
                "name": f"ue{n}",
                "site": n,
                "started_ms": 10.0 * n,
                "planes": {"control": control, "media_udp": media},
                "registration_ms": None if blocked else 100.0,
                "call_setup_ms": None,
            }
            for n in range(int(settings.get("ues.count", 1)))
        ],
        "refusals": [event] if blocked else [],
        "firewall_packets": {"allowed": 10, "refused": 3 if blocked else 0},
        "simulated_ms": 5000.0,
        "events": 1234,
        "notes": ["computing takes no simulated time"],
    }


@dataclass
class FakeRunner:
    """A runner without a simulator."""

    seconds: float = 0.0  # how long each run takes
    commit: str = "abc123"
    log: str = ""  # a file that each run adds a line to
    crash_on: tuple[int, ...] = ()  # run numbers
    hang_on: tuple[int, ...] = ()
    fail_on: tuple[int, ...] = ()
    recover: str = ""  # a file: once it is there, nothing goes wrong any more

    def describe(self, document: Document) -> Described:
        settings = flatten(document)
        if settings.get("firewall.policy") == "nonsense":
            raise BadInput('firewall.policy: no policy "nonsense"')
        name = str(settings.get("name", "experiment"))
        policy = str(settings.get("firewall.policy", "stateful-nat"))
        complete = {"firewall.policy": policy, "call.enabled": False, **settings}
        return Described(digest(canonical(complete)), name, complete, f"hash-of-{policy}")

    def provenance(self, policy_hash: str) -> Provenance:
        return Provenance(self.commit, policy_hash, "3.37", "3.0")

    def run(self, document: Document, seed: int, run: int) -> tuple[dict[str, Any], str | None]:
        if self.log:
            with open(self.log, "a", encoding="utf-8") as log:
                log.write(f"{flatten(document).get('firewall.policy')} {run}\n")
        if not (self.recover and Path(self.recover).exists()):
            self._go_wrong(run)
        # Busy, not asleep: what is measured is a share of the processor.
        end = time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            pass
        return fake_result(document, seed, run), None

    def _go_wrong(self, run: int) -> None:
        if run in self.crash_on:
            os.write(2, b"assert failed. cond=\"no\"\n")
            os.kill(os.getpid(), signal.SIGABRT)
        if run in self.hang_on:
            time.sleep(1000)
        if run in self.fail_on:
            raise SimulationError("the certificate vanished")
