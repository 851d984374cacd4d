# SPDX-License-Identifier: GPL-2.0-only
"""How many bytes does the TLS handshake of each suite take, each way?"""

import sys

from cipher_cost import SUITES
from imsfw import Sweep, grid
from imsfw.figures import overhead_bars
from imsfw.study import study

SWEEP = Sweep(
    name="handshake-bytes",
    base={"transport": "solution", "media": {"path": "none"}, "call": {"enabled": False}},
    space=grid({"tls.suites": [[suite] for suite in SUITES]}),
)
PARTS = ["handshake_bytes_sent", "handshake_bytes_received"]

if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, lambda frames: overhead_bars(frames.tls(), PARTS, "suite")))
