# SPDX-License-Identifier: GPL-2.0-only
"""What is stored of a run, as plain values."""

from __future__ import annotations

import platform
import socket
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..document import policy_name
from .rows import ResultRows


class Provenance(NamedTuple):
    """What beside the experiment decides a result."""

    commit_id: str
    policy_hash: str
    ns3: str
    openssl: str


class Machine(NamedTuple):
    """Where a run was simulated."""

    host: str
    processor: str
    system: str
    python: str


class RunKey(NamedTuple):
    """What makes two runs the same run."""

    experiment: str  # the experiment's hash
    provenance: Provenance
    seed: int
    run: int


class Described(NamedTuple):
    """An experiment that was checked and completed with its defaults."""

    hash: str
    name: str
    settings: dict[str, Any]  # flat, defaults included
    policy_hash: str

    @property
    def cell(self) -> tuple[str, str, str]:
        """Return the policy, the transport and the suites: its place in the traversal matrix."""
        return (
            policy_name(str(self.settings.get("firewall.policy", ""))),
            str(self.settings.get("transport") or _in_words(self.settings)),
            ",".join(self.settings.get("tls.suites") or ()),
        )


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt to carry out a run."""

    key: RunKey
    status: str  # done, error, timeout, crashed
    wall_s: float
    reason: str | None = None
    rows: ResultRows | None = None  # of a run that is done
    folder: str | None = None
    machine: Machine | None = None  # None: this one


@lru_cache(maxsize=1)
def this_machine() -> Machine:
    """Return what identifies the machine that asks."""
    return Machine(
        socket.gethostname(),
        _processor(),
        f"{platform.system()} {platform.release()}",
        platform.python_version(),
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux: the architecture has to do
    return platform.machine()


def _in_words(settings: dict[str, Any]) -> str:
    tried = settings.get("attempts.transports")
    if tried:
        return f"{settings.get('attempts.order', '')} of {', '.join(tried)}".removeprefix(" of ")
    control = f"{settings.get('control.transport', '?')}:{settings.get('control.port', '?')}"
    path = settings.get("media.path", "none")
    if path != "relay":
        return f"{control} media {path}"
    relay = f"{settings.get('media.transport', '?')}:{settings.get('media.port', '?')}"
    return f"{control} relay {relay}"
