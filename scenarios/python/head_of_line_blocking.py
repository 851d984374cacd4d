# SPDX-License-Identifier: GPL-2.0-only
"""How does a listener like a relayed call on a link that loses packets: by UDP, TCP and TLS?

Over UDP a lost packet is a gap. Over TCP and TLS it is sent again, and all that follow wait for
it: they are late for a playout that does not wait, or the playout grows and the talk slows down.
"""

import sys

import pandas as pd
from imsfw import Frames, Sweep, grid, zipped
from imsfw.figures import scaling_curves
from imsfw.study import study
from matplotlib.figure import Figure

SWEEP = Sweep(
    name="head-of-line-blocking",
    base={
        "firewall": {"policy": "stateful-nat"},
        "media": {"playout": "adaptive"},
        "call": {"duration": "30s"},
    },
    space=zipped({"media.transport": ["udp", "tcp", "tls"], "media.port": [3478, 3478, 443]})
    * grid({"links.access.loss": [0.0, 0.01, 0.02, 0.03, 0.04, 0.05]}),
    replications=10,
)


def opinions(frames: Frames) -> pd.DataFrame:
    """Return one row for each run: loss, transport, and the MOS of both directions' mean."""
    runs = frames.runs(["links.access.loss", "media.transport"])
    heard = frames.media("x.received > 0").groupby("run_id")
    means = heard[["mos", "loss", "delay_p95_ms", "mouth_to_ear_ms"]].mean()
    return means.reset_index().merge(runs, on="run_id")


def draw(frames: Frames) -> Figure:
    """Draw MOS against loss, one curve for each media transport, with 95 % intervals."""
    return scaling_curves(
        opinions(frames), "links.access.loss", metric="mos", by="media.transport"
    )


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
