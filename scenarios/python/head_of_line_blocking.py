# SPDX-License-Identifier: GPL-2.0-only
"""What does loss on the access link do to the delay of voice, over UDP and in a TLS stream?"""

import sys

import pandas as pd
from imsfw import Frames, Sweep, grid, zipped
from imsfw.figures import scaling_curves
from imsfw.study import study
from matplotlib.figure import Figure

SWEEP = Sweep(
    name="head-of-line-blocking",
    base={"call": {"duration": "10s"}},
    space=zipped({"media.transport": ["udp", "tls"], "media.port": [3478, 443]})
    * grid({"links.access.loss": [0.0, 0.01, 0.02, 0.05]}),
    replications=5,
)


def delays(frames: Frames) -> pd.DataFrame:
    """Return the 95th percentile of the one-way delay of each run, towards the callee."""
    runs = frames.runs(["links.access.loss", "media.transport"])
    up = frames.media("x.direction = 'up' AND x.received > 0")
    return up[["run_id", "delay_p95_ms"]].merge(runs, on="run_id")


def draw(frames: Frames) -> Figure:
    """Draw delay against loss, one curve for each media transport."""
    return scaling_curves(
        delays(frames), "links.access.loss", metric="delay_p95_ms", by="media.transport"
    )


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
