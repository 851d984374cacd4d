# SPDX-License-Identifier: GPL-2.0-only
"""What was tried after what, behind a proxy that asks for a password: the tree of attempts."""

import sys

from imsfw import Frames, Sweep
from imsfw.figures import attempts_as_tree, fallback_tree
from imsfw.study import study
from matplotlib.figure import Figure

SWEEP = Sweep(
    name="alternatives",
    base={
        "firewall": {"policy": "authenticating-proxy"},
        "attempts": {
            "order": "ordered",
            "transports": ["sip-udp", "solution-direct", "solution-proxy"],
            "cap": "3s",
        },
        "tls": {"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]},
        "call": {"duration": "1s"},
    },
)


def draw(frames: Frames) -> Figure:
    """Draw the answer."""
    return fallback_tree(attempts_as_tree(frames.attempts("r.run = 1")))


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
