# SPDX-License-Identifier: GPL-2.0-only
"""Our cores on real sockets: the programs of drivers/, which say there what they print."""

from __future__ import annotations

import os
from pathlib import Path

from program import Program

BIN = Path(os.environ["IMSFW_BIN"])


def core(role: str, /, **values: object) -> Program:
    """Start `interop-ROLE key=value ...`; an underscore in a key stands for a hyphen."""
    arguments = [f"{key.replace('_', '-')}={value}" for key, value in values.items()]
    return Program([BIN / f"interop-{role}", *arguments])
