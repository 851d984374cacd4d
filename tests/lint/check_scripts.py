#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Fails on unused or undefined names and bad layout in Python, and on bash that does not parse.

pyflakes and pycodestyle come with Debian 12; ruff (ruff.toml) is asked too where it is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from sources import Problem, files, run

LINE_LENGTH = 100
PYTHON = "/usr/bin/python3"
MESSAGE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?:\d+:)? (?P<text>.*)$", re.MULTILINE)
SCRIPTS = ("imsfw", "run")  # how the names of programs without a suffix end


def shebang(root: Path, path: Path) -> str:
    with (root / path).open("rb") as file:
        return file.readline(100).decode("utf-8", errors="replace")


def scripts(root: Path, interpreter: str, suffix: str) -> list[Path]:
    found = list(files(root, suffix))
    for path in files(root, *SCRIPTS):
        if not path.suffix and interpreter in shebang(root, path):
            found.append(path)
    return sorted(set(found))


def problems_of(root: Path, *command: str) -> list[Problem]:
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    matches = list(MESSAGE.finditer(result.stdout))
    if not matches:
        text = (result.stdout + result.stderr).strip()
        return [Problem(Path(command[-1]), 1, f"{' '.join(command[:3])} failed: {text}")]
    return [Problem(Path(m["file"]), int(m["line"]), m["text"]) for m in matches]


def check(root: Path) -> list[Problem]:
    problems = []
    python = [str(path) for path in scripts(root, "python3", ".py")]
    if python:
        problems += problems_of(root, PYTHON, "-m", "pyflakes", *python)
        layout = ["-m", "pycodestyle", f"--max-line-length={LINE_LENGTH}", "--ignore=E203,W503"]
        problems += problems_of(root, PYTHON, *layout, *python)
        if shutil.which("ruff"):
            problems += problems_of(root, "ruff", "check", "--output-format=concise", *python)
    for path in scripts(root, "bash", ".sh"):
        problems += problems_of(root, "bash", "-n", str(path))
    return problems


if __name__ == "__main__":
    sys.exit(run("scripts", check))
