# SPDX-License-Identifier: GPL-2.0-only
"""SIPp with the scenarios of sipp/: one call of a scenario, in the foreground."""

from __future__ import annotations

from pathlib import Path

import loopback
from program import Program

SCENARIOS = Path(__file__).with_name("sipp")


def sipp(
    folder: Path, scenario: str, user: str, server: str, port: int, *options: str
) -> Program:
    """Start @p scenario for @p user at a port of its own; wait() gives 0 where all went as told."""
    command: list[str | Path] = ["/usr/bin/sipp", server, "-sf", SCENARIOS / f"{scenario}.xml"]
    command += ["-m", "1", "-s", user, "-i", loopback.ADDRESS, "-p", str(port), "-nostdin"]
    # Whatever does not match the scenario ends it, with a description in a file.
    command += ["-trace_err", "-error_file", folder / f"{scenario}.log", "-timeout", "20s"]
    return Program([*command, "-timeout_error", *options])
