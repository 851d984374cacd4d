# SPDX-License-Identifier: GPL-2.0-only
"""Write one HTML file about a result database or run folders, which opens anywhere, offline.

The traversal matrix is there to click on; each cell opens its waterfall, its message sequence, the
event that decided and what became of the rules before it, and links to its run folder.

Examples:
  imsfw report results.db
  imsfw report runs/ --output report.html
  imsfw report runs/ --changes     ... and which smallest changes let failed cells pass
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("source", type=Path, metavar="RUNS_OR_DB", help="a database or a folder")
    parser.add_argument("--output", type=Path, default=Path("report.html"), metavar="FILE")
    parser.add_argument("--commit", default="latest", help="a commit of the database, or all")
    parser.add_argument(
        "--changes", action="store_true", help="look for changes that help (seconds a failed cell)"
    )
    parser.add_argument("--title", default="IMS firewall traversal")


def run(arguments: argparse.Namespace) -> int:
    """Write the report."""
    from ..report.evidence import add_evidence
    from ..report.page import write_report
    from ..report.source import link_from, read_source

    cells = read_source(arguments.source, arguments.commit)
    add_evidence(cells, arguments.changes)
    link_from(arguments.output, cells)
    write_report(cells, arguments.output, arguments.title)
    print(f"imsfw report: {len(cells)} cells in {arguments.output}", file=sys.stderr)
    return 0
