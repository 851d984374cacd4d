# SPDX-License-Identifier: GPL-2.0-only
"""A sweep with the fake runner as a program of its own, for tests that kill it.

    sweep_program.py DATABASE LOG SECONDS REPLICATIONS
"""

from __future__ import annotations

import sys

from fake_runner import FakeRunner
from imsfw import ImsfwError, Sweep, grid

POLICIES = ["stateful-nat", "udp-blocked", "proxy-only", "symmetric-nat"]


def main() -> int:
    database, log, seconds, replications = sys.argv[1:5]
    sweep = Sweep(space=grid({"firewall.policy": POLICIES}), replications=int(replications))
    try:
        report = sweep.run(database, FakeRunner(seconds=float(seconds), log=log), workers=2)
    except ImsfwError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(report.done, report.failed, report.present, report.interrupted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
