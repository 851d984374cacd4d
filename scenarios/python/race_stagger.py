# SPDX-License-Identifier: GPL-2.0-only
"""How soon must the next transport start when they race, and what does waiting cost?"""

import sys

from imsfw import Frames, Sweep, grid
from imsfw.figures import scaling_curves
from imsfw.study import study
from matplotlib.figure import Figure

SWEEP = Sweep(
    name="race-stagger",
    base={
        "attempts": {
            "order": "race",
            "transports": ["sip-udp", "solution-direct", "solution-proxy"],
        },
        "tls": {"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]},
        "call": {"enabled": False},
        "media": {"path": "none"},
    },
    space=grid(
        {
            "firewall.policy": ["stateful-nat", "web-ports-only", "proxy-only"],
            "attempts.stagger": ["50ms", "100ms", "250ms", "500ms"],
        }
    ),
)


def draw(frames: Frames) -> Figure:
    """Draw the answer."""
    return scaling_curves(frames.runs(), "attempts.stagger", by="policy")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
