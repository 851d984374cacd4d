# SPDX-License-Identifier: GPL-2.0-only
"""Which speech quality (ITU-T G.107) is left at which loss, on relayed UDP media?"""

import sys

from imsfw import Frames, Range, Sweep, latin_hypercube
from imsfw.figures import mos_against_loss
from imsfw.study import study
from matplotlib.figure import Figure

SWEEP = Sweep(
    name="voice-quality",
    base={"transport": "sip-tcp", "call": {"duration": "10s"}},
    space=latin_hypercube({"links.access.loss": Range(0.0, 0.15)}, count=30, seed=1),
)


def draw(frames: Frames) -> Figure:
    """Draw the answer."""
    return mos_against_loss(frames.media("x.received > 0"), by="direction")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
