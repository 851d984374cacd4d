# SPDX-License-Identifier: GPL-2.0-only
"""Who can call whom when both ends are behind a firewall, and what carries the media? By ICE."""

import sys

from imsfw import Frames, Sweep, grid
from imsfw.figures import traversal_matrix
from imsfw.study import study
from matplotlib.figure import Figure
from traversal_matrix import POLICIES

SWEEP = Sweep(
    name="callers-and-callees",
    base={
        "transport": "solution-ice",
        "tls": {"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]},
        "call": {"duration": "1s"},
    },
    space=grid({"firewall.policy": POLICIES, "callee.policy": POLICIES}),
)


def draw(frames: Frames) -> Figure:
    """Draw callers' networks (rows) by callees' (columns); in each cell, the pair of candidates."""
    runs = frames.runs(["callee.policy"])
    pairs = frames.pairs().set_index("run_id")["pair"]
    passed = runs.assign(
        transport="to " + runs["callee.policy"],
        suites="",
        media_udp=(runs["media_udp"] == "pass").astype(float),
        text=runs["run_id"].map(pairs.str.replace("/", " / ")),
    )
    return traversal_matrix(passed, plane="media_udp")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
