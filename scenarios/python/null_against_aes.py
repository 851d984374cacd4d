# SPDX-License-Identifier: GPL-2.0-only
"""Where does a NULL suite get through as an encrypting one does, and is it any faster?"""

import sys

from imsfw import Sweep, grid
from imsfw.figures import traversal_matrix
from imsfw.study import study

SWEEP = Sweep(
    name="null-against-aes",
    base={"transport": "solution", "call": {"duration": "1s"}},
    space=grid(
        {
            "firewall.policy": ["web-protocols-only", "authenticating-proxy", "content-inspecting"],
            "tls.suites": [["TLS_RSA_WITH_AES_128_CBC_SHA"], ["TLS_RSA_WITH_NULL_SHA"]],
        }
    ),
)

if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, lambda frames: traversal_matrix(frames.matrix())))
