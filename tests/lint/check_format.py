#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Fails when clang-format would change a C++ file; `./imsfw format` makes the changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sources import CXX, Problem, files, run

MESSAGE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):\d+: error: ", re.MULTILINE)


def format_problems(root: Path, paths: list[Path]) -> list[Problem]:
    """One problem for each file: the first line that would change."""
    if not paths:
        return []
    command = ["clang-format", "--dry-run", "-Werror", "--style=file", *map(str, paths)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    found: dict[str, Problem] = {}
    for match in MESSAGE.finditer(result.stderr):
        text = "clang-format would change this line"
        found.setdefault(match["file"], Problem(Path(match["file"]), int(match["line"]), text))
    if result.returncode != 0 and not found:
        return [Problem(paths[0], 1, f"clang-format failed: {result.stderr.strip()}")]
    return list(found.values())


def check(root: Path) -> list[Problem]:
    paths = list(files(root, *CXX))
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(lambda n: format_problems(root, paths[n::workers]), range(workers))
        return sorted((p for part in parts for p in part), key=lambda problem: problem.path)


if __name__ == "__main__":
    sys.exit(run("format", check))
