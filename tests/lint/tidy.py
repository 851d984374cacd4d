#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs clang-tidy over the project's C++ files, as `./imsfw lint --tidy [FOLDER]...` asks.

The compiler's arguments come from build/release/compile_commands.json. It takes seconds for a file
and minutes for all, which is why it is not one of the check_*.py.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def sources(root: Path, database: Path, folders: list[str]) -> list[Path]:
    """The compiled files of the project below the folders, each once."""
    chosen = [(root / folder).resolve() for folder in folders or ["."]]
    found = set()
    for entry in json.loads(database.read_text()):
        path = Path(entry["directory"], entry["file"]).resolve()
        if path.is_file() and any(path.is_relative_to(folder) for folder in chosen):
            found.add(path)
    return sorted(found)


def tidy(database: Path, path: Path) -> tuple[Path, str]:
    """The complaints about one file; empty when it is clean."""
    # GCC has warnings that clang does not know.
    flags = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "-p", str(database.parent)]
    command = ["clang-tidy", *flags, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return path, "" if result.returncode == 0 else result.stdout + result.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description="clang-tidy over the project's C++ files")
    parser.add_argument("root", type=Path)
    parser.add_argument("folders", nargs="*", help="only files below these folders")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--build", default="build/release", help="where compile_commands.json is")
    arguments = parser.parse_args()

    root = arguments.root.resolve()
    database = root / arguments.build / "compile_commands.json"
    if not database.is_file():
        print(f"tidy: no {database}: configure the build first", file=sys.stderr)
        return 2
    paths = sources(root, database, arguments.folders)
    if not paths:
        print("tidy: no such file is compiled", file=sys.stderr)
        return 2
    start, bad = time.monotonic(), 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = pool.map(lambda path: tidy(database, path), paths)
        for number, (path, complaints) in enumerate(results, 1):
            print(f"[{number}/{len(paths)}] {path.relative_to(root)}", file=sys.stderr)
            if complaints:
                bad += 1
                print(complaints)
    print(f"tidy: {bad} of {len(paths)} files have problems ({time.monotonic() - start:.0f} s)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
