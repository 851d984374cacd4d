# SPDX-License-Identifier: GPL-2.0-only
"""What does a web proxy cost, phase by phase, and what does its authentication cost on top?"""

import sys

from imsfw import Sweep, grid
from imsfw.figures import stacked_phases
from imsfw.study import study

SWEEP = Sweep(
    name="proxy-cost",
    base={
        "transport": "solution",
        "tls": {"suites": ["TLS_AES_128_GCM_SHA256"]},
        "call": {"duration": "1s"},
    },
    space=grid({"firewall.policy": ["web-protocols-only", "proxy-only", "authenticating-proxy"]}),
)

if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, lambda frames: stacked_phases(frames.phases())))
