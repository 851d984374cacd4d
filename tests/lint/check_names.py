#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Fails on what a reader or another ns-3 tree would stumble over in the files themselves.

Names (ns-3 puts the headers of all modules into one folder, where the second of a name is dropped
silently), the licence line, the @file comment of headers, ASCII, length, trailing blanks, and paths
of somebody's machine.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sources import CXX, Problem, files, lines, run

LONGEST = 500
SPDX = "SPDX-License-Identifier: GPL-2.0-only"
TEXT = (*CXX, ".py", ".sh", ".cmake", ".yaml", ".json", ".toml", ".txt")
PUBLISHED = ("tests", "vectors")  # byte for byte what the RFCs say
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(cc|h)")
# Folders of a particular machine; the brackets keep this line from finding itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(?:(?:[w]ork|[h]ome|[m]nt)/\w|[t]mp/\w/)")


def check_module_names(root: Path) -> list[Problem]:
    problems = []
    seen: dict[str, Path] = {}
    for path in files(root, *CXX):
        if not KEBAB.fullmatch(path.name):
            problems.append(Problem(path, 1, "file names are kebab-case: my-class.h"))
        if path.parts[0] != "ns3-modules":
            continue
        module = path.parts[1]
        if not re.match(rf"{re.escape(module)}[-.]", path.name):
            problems.append(Problem(path, 1, f"the file's name must begin with '{module}-'"))
        if path.suffix == ".h":
            if path.name in seen:
                text = f"the header's name is taken by {seen[path.name]}"
                problems.append(Problem(path, 1, text))
            seen.setdefault(path.name, path)
    return problems


def check_head(path: Path, text: list[str]) -> list[Problem]:
    problems = []
    first = 1 if text and text[0].startswith("#!") else 0
    if not any(SPDX in line for line in text[first:first + 1]):
        problems.append(Problem(path, first + 1, f"the file must begin with '{SPDX}'"))
    if path.suffix == ".h" and not any("@file" in line for line in text[:6]):
        problems.append(Problem(path, 2, "no '/// @file' that says what the file is"))
    return problems


def check_text(path: Path, text: list[str]) -> list[Problem]:
    problems = []
    for number, line in enumerate(text, 1):
        if not line.isascii():
            problems.append(Problem(path, number, "not ASCII"))
        if line != line.rstrip():
            problems.append(Problem(path, number, "blanks at the end of the line"))
        if MACHINE_PATH.search(line):
            problems.append(Problem(path, number, "names a folder of a particular machine"))
    return problems


def check(root: Path) -> list[Problem]:
    problems = check_module_names(root)
    for path in files(root, *TEXT):
        if path.parts[:2] == PUBLISHED:
            continue
        text = lines(root, path)
        problems += check_text(path, text)
        if path.suffix in (*CXX, ".py", ".sh"):
            problems += check_head(path, text)
        if path.suffix in (*CXX, ".py") and len(text) > LONGEST:
            problems.append(Problem(path, LONGEST, f"{len(text)} lines, more than {LONGEST}"))
    return problems


if __name__ == "__main__":
    sys.exit(run("names", check))
