#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Fails when a module of ns3-modules has no page or no example.

The page is doc/<module>.md. It says what the module leaves out and how it was checked, in sections
of these names, each with text of its own; a module that was not checked says so there. An example
is a program in examples/ that the module's CMakeLists.txt names.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sources import Problem, lines, run

SECTIONS = ("Scope and limitations", "Validation")


def modules(root: Path) -> list[Path]:
    folders = (root / "ns3-modules").glob("*/CMakeLists.txt")
    return sorted(path.parent.relative_to(root) for path in folders)


def filled_sections(text: list[str]) -> set[str]:
    """The titles of the page's sections under which something stands."""
    filled, title = set(), None
    for line in text:
        if line.startswith("## "):
            title = line[3:].strip()
        elif line.strip() and title is not None:
            filled.add(title)
    return filled


def check_page(root: Path, module: Path) -> list[Problem]:
    page = module / "doc" / f"{module.name}.md"
    if not (root / page).is_file():
        return [Problem(page, 1, "the module has no page")]
    filled = filled_sections(lines(root, page))
    return [
        Problem(page, 1, f"no section '## {section}' with text in it")
        for section in SECTIONS
        if section not in filled
    ]


def check_examples(root: Path, module: Path) -> list[Problem]:
    build = module / "CMakeLists.txt"
    examples = sorted((root / module / "examples").glob("*.cc"))
    if not examples:
        return [Problem(module / "examples", 1, "the module has no example")]
    text = "\n".join(lines(root, build))
    return [
        Problem(build, 1, f"does not build examples/{example.name}")
        for example in examples
        if not re.search(rf"(?<![\w-]){re.escape(example.stem)}(?![\w-])", text)
    ]


def check(root: Path) -> list[Problem]:
    problems = []
    for module in modules(root):
        problems += check_page(root, module)
        problems += check_examples(root, module)
    return problems


if __name__ == "__main__":
    sys.exit(run("docs", check))
