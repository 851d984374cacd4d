# SPDX-License-Identifier: GPL-2.0-only
"""What does falling back cost when a firewall says no by silence, by reset, or by ICMP?

The UE tries SIP over TCP, then the solution; only web ports are open.
"""

import sys
from pathlib import Path

import pandas as pd
from imsfw import Frames, Sweep, grid
from imsfw.figures import overhead_bars
from imsfw.study import study
from matplotlib.figure import Figure

POLICIES = Path(__file__).resolve().parent / "policies"

SWEEP = Sweep(
    name="fallback-cost",
    base={
        "attempts": {"order": "ordered", "transports": ["sip-tcp", "solution"], "cap": "3s"},
        "tls": {"suites": ["TLS_AES_128_GCM_SHA256"]},
        "call": {"duration": "1s"},
    },
    space=grid({"firewall.policy": [str(path) for path in sorted(POLICIES.glob("*.yaml"))]}),
)


def lost_and_needed(frames: Frames) -> pd.DataFrame:
    """Return the milliseconds lost on what failed, and those that what succeeded took."""
    tried = frames.attempts("x.plane = 'control' AND x.started_ms IS NOT NULL")
    tried["ms"] = tried["ended_ms"] - tried["started_ms"]
    table = tried.pivot_table(index="policy", columns="outcome", values="ms", aggfunc="sum")
    return table.reindex(columns=["failed", "won"]).fillna(0).reset_index()


def draw(frames: Frames) -> Figure:
    """Draw the answer."""
    return overhead_bars(lost_and_needed(frames), ["failed", "won"], "policy", "ms")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
