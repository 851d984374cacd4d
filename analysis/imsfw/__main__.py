# SPDX-License-Identifier: GPL-2.0-only
"""python3 -m imsfw COMMAND: the commands sweep, db and report of the launcher."""

from __future__ import annotations

import sys

from .commands.main import main


def run() -> None:
    """Run the command line and end with its status."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
