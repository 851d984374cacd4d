# SPDX-License-Identifier: GPL-2.0-only
"""Through which firewalls does IMS get, with which transport and suite, and what stops it else?"""

import sys

from imsfw import Sweep, grid, zipped
from imsfw.figures import traversal_matrix
from imsfw.study import study

POLICIES = [
    *("stateful-nat", "symmetric-nat", "voip-vpn-ports-closed", "udp-blocked", "web-ports-only"),
    *("web-protocols-only", "proxy-only", "authenticating-proxy", "content-inspecting"),
]
AES, NULL = ["TLS_RSA_WITH_AES_128_CBC_SHA"], ["TLS_RSA_WITH_NULL_SHA"]

SWEEP = Sweep(
    name="traversal-matrix",
    base={"call": {"duration": "1s"}},
    space=grid({"firewall.policy": POLICIES})
    * zipped(
        {
            "transport": ["sip-tls-5061", "turn-tcp-80", "solution", "solution"],
            "tls.suites": [AES, AES, AES, NULL],
        }
    ),
)

if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, lambda frames: traversal_matrix(frames.matrix())))
