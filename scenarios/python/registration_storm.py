# SPDX-License-Identifier: GPL-2.0-only
"""How many phones a second can a small P-CSCF register, by certificate and by resumption?

After an outage all phones come back. The P-CSCF has one core of the class of a small gateway, so
that its crypto is what they wait for: RSA against ECDSA, full against resumed handshakes.
"""

import sys

from imsfw import Frames, Sweep, grid, zipped
from imsfw.figures import latency_against_rate
from imsfw.study import study
from matplotlib.figure import Figure

UES = 60
RATES = {"12s": 5, "6s": 10, "3s": 20, "1500ms": 40, "750ms": 80}  # a second, by what they come in

SWEEP = Sweep(
    name="registration-storm",
    base={
        "transport": "solution",
        "media": {"path": "none"},
        "call": {"enabled": False},
        "ues": {"count": UES, "arrival": "poisson"},
        "cpu": {"p_cscf": {"table": "gateway", "cores": 1}, "ue": {"table": "phone"}},
        "tls": {"suites": ["TLS_AES_128_GCM_SHA256"]},
    },
    space=grid({"ues.over": list(RATES), "tls.certificate": ["rsa-2048", "ecdsa-p256"]})
    * zipped({"tls.resumption": ["none", "tickets"], "tls.known_servers": [False, True]}),
    replications=5,
)


def draw(frames: Frames) -> Figure:
    """Draw the median registration time of the phones against the rate of their arrival."""
    runs = frames.runs(["ues.over", "tls.certificate", "tls.resumption"]).set_index("run_id")
    medians = frames.ues().groupby("run_id")["registration_ms"].median()
    resumed = runs["tls.resumption"].map({"none": "full", "tickets": "resumed"})
    table = runs.assign(
        rate=runs["ues.over"].map(RATES),
        kind=runs["tls.certificate"] + ", " + resumed,
        registration_ms=medians,
    )
    return latency_against_rate(table, "rate", "registration_ms", by="kind")


if __name__ == "__main__":
    sys.exit(study(__doc__, SWEEP, draw))
