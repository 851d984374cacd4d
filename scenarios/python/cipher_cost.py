# SPDX-License-Identifier: GPL-2.0-only
"""What does each cipher suite cost in time to register and to set up a call, through a proxy?"""

import sys

from imsfw import Sweep, grid
from imsfw.figures import cost_against_cipher
from imsfw.study import study

SUITES = [
    "TLS_RSA_WITH_NULL_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_AES_128_GCM_SHA256",
]

SWEEP = Sweep(
    name="cipher-cost",
    base={
        "transport": "solution",
        "firewall": {"policy": "proxy-only"},
        "call": {"duration": "1s"},
    },
    space=grid({"tls.suites": [[suite] for suite in SUITES]}),
    replications=5,
)

if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, lambda frames: cost_against_cipher(frames.runs())))
