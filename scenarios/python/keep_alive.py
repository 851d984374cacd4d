# SPDX-License-Identifier: GPL-2.0-only
"""How long may a registered UE be silent between keep-alives and still get its calls?

Found by bisection over silent UEs that are called in the end; then tried with keep-alives at that
interval, ten times over. No bar: no interval is safe, or there is no registration at all.
"""

import sys

import pandas as pd
from imsfw import Frames, Sweep, zipped
from imsfw.bisection import between, bounds
from imsfw.figures import longest_intervals
from imsfw.study import study
from imsfw.units import seconds
from matplotlib.figure import Figure

POLICIES = [
    *("stateful-nat", "symmetric-nat", "voip-vpn-ports-closed", "udp-blocked", "web-ports-only"),
    *("web-protocols-only", "proxy-only", "authenticating-proxy", "content-inspecting"),
]
CASES = [(policy, transport) for transport in ("sip-udp", "solution") for policy in POLICIES]
SHORTEST_S, LONGEST_S, PRECISION = 10, 10_000, 1.03
LASTING = {"sip": {"expires": "1000h", "max_expires": "1000h"}, "limits": {"simulated": "100h"}}
BASE = {**LASTING, "media": {"path": "none"}, "call": {"duration": "1s"}}
BY, VARIED = ["policy", "transport"], ["sip.keep_alive", "call.idle"]


def sweep_of(*points: tuple[str, ...]) -> Sweep:
    """Return the sweep of policies, transports, keep-alives and waits."""
    names = ("firewall.policy", "transport", *VARIED)
    space = zipped(dict(zip(names, zip(*points, strict=True), strict=True)))
    return Sweep(name="keep-alive", base=BASE, space=space)


def following(frames: Frames) -> Sweep | None:
    """Return what lies between the bounds; then what was found, with keep-alives; then None."""
    runs = frames.runs(VARIED)
    found = bounds(runs[runs["sip.keep_alive"] == "0s"], "call.idle", BY)
    if points := between(found, PRECISION):
        return sweep_of(*((*case, "0s", f"{middle}s") for case, middle in points))
    if (runs["sip.keep_alive"] != "0s").any():
        return None
    safe = found["passes_s"].items()
    return sweep_of(*((*case, f"{n:g}s", f"{10 * n:g}s") for case, n in safe))


def draw(frames: Frames) -> Figure:
    """Draw what was found, where keep-alives at that interval kept the flow alive."""
    runs = frames.runs(VARIED)
    kept = runs[(runs["sip.keep_alive"] != "0s") & (runs["control"] == "pass")]
    table = kept.set_index(BY)["sip.keep_alive"].map(seconds).rename("safe_s")
    every = pd.MultiIndex.from_tuples(CASES, names=BY)
    return longest_intervals(table.reindex(every).reset_index(), "transport", LONGEST_S)


if __name__ == "__main__":
    ends = [(*case, "0s", f"{s}s") for case in CASES for s in (SHORTEST_S, LONGEST_S)]
    sys.exit(study(__doc__, sweep_of(*ends), draw, following=following))
