# SPDX-License-Identifier: GPL-2.0-only
"""How does the time to register grow with the distance to the operator, by transport?"""

import sys

from imsfw import Frames, Range, Sweep, grid, zipped
from imsfw.figures import scaling_curves
from imsfw.study import study
from matplotlib.figure import Figure

NO_CALL = {"media": {"path": "none"}, "call": {"enabled": False}}
SWEEP = Sweep(
    name="distance",
    base=NO_CALL,
    space=zipped({"control.transport": ["udp", "tcp", "tls"], "control.port": [5060, 5060, 443]})
    * grid({"links.internet.delay": Range("10ms", "150ms", steps=8)}),
)


def draw(frames: Frames) -> Figure:
    """Draw the answer."""
    return scaling_curves(frames.runs(), "links.internet.delay")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
