# SPDX-License-Identifier: GPL-2.0-only
"""Who can call whom when both ends are behind a firewall? Nine by nine networks."""

import sys

from imsfw import Frames, Sweep, grid
from imsfw.figures import traversal_matrix
from imsfw.study import study
from matplotlib.figure import Figure
from traversal_matrix import POLICIES

SWEEP = Sweep(
    name="callers-and-callees",
    base={
        "transport": "solution",
        "tls": {"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]},
        "call": {"duration": "1s"},
    },
    space=grid({"firewall.policy": POLICIES, "callee.policy": POLICIES}),
)


def draw(frames: Frames) -> Figure:
    """Draw the matrix of callers' (rows) and callees' networks (columns)."""
    runs = frames.runs(["callee.policy"])
    passed = runs.assign(
        transport=runs["callee.policy"],
        suites="",
        media_udp=(runs["media_udp"] == "pass").astype(float),
    )
    return traversal_matrix(passed, plane="media_udp")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
