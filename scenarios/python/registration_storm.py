# SPDX-License-Identifier: GPL-2.0-only
"""After a power cut all phones register at once: how long does it take until they are back?"""

import sys

from imsfw import Frames, Sweep, grid
from imsfw.figures import cdf
from imsfw.study import study
from matplotlib.figure import Figure

SWEEP = Sweep(
    name="registration-storm",
    base={
        "transport": "solution",
        "media": {"path": "none"},
        "call": {"enabled": False},
        "ues": {"firewalls": 2},
        "links": {"core": {"rate": "5Mbps"}},
    },
    space=grid({"ues.count": [20, 50, 100]}),
)


def draw(frames: Frames) -> Figure:
    """Draw the distribution of the registration time over the UEs of each storm."""
    counts = frames.runs(["ues.count"]).set_index("run_id")["ues.count"]
    return cdf(frames.ues().join(counts, on="run_id"), by="ues.count")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
