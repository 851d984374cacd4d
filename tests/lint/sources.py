# SPDX-License-Identifier: GPL-2.0-only
"""What the checks share: the project's files, a problem in one of them, how problems are reported.

A check is a program `check_*.py [ROOT]` that prints one line for each problem, `file:line: what is
wrong`, and exits with 1 when there was one. It needs nothing but Python and what packages.txt lists
as `lint`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SKIPPED = {".git", "build", "runs", "__pycache__", ".pytest_cache", ".ruff_cache", ".venv"}
CXX = (".cc", ".h")


@dataclass(frozen=True)
class Problem:
    path: Path  # relative to the project's folder
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def files(root: Path, *suffixes: str) -> Iterator[Path]:
    """All files of the project that end so, relative to its folder, in a fixed order."""
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if name not in SKIPPED)
        for name in sorted(names):
            if name.endswith(suffixes):
                yield Path(folder, name).relative_to(root)


def lines(root: Path, path: Path) -> list[str]:
    return (root / path).read_text(encoding="utf-8", errors="replace").splitlines()


def run(name: str, check: Callable[[Path], list[Problem]]) -> int:
    """The main program of a check."""
    default = Path(__file__).resolve().parents[2]
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else default
    problems = check(root)
    for problem in problems:
        print(problem)
    print(f"{name}: {len(problems)} problems" if problems else f"{name}: ok")
    return 1 if problems else 0
