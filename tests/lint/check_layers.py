#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Fails when a file includes upward across the layers (CONTRIBUTING.md, "Layers").

    bindings > scenarios > ns-3 helpers > ns-3 adapters > protocol cores and firewall engine > base

Also: a core never includes ns-3; endpoint cores and classifiers share only base; a module of
ns3-modules uses only modules before it in ORDER; no namespace ns3::imsfw (inside namespace ns3 it
would hide ::imsfw); and no code compares a firewall type's number or names a type: what a firewall
does is data.

The part of the scenarios that says what is to be run and what came out of it (DESCRIPTION: folders
of scenarios/lib) is a layer of its own beside the adapters: it stands on cores and base alone, so
that experiments are read, checked and reported on without ns-3, and adapters know nothing of it. Of
its folders each may use those before it. Unit tests include cores and base; those in a folder of
tests/unit that is named like one of DESCRIPTION may include that layer too, and no others may.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from sources import CXX, Problem, files, lines, run

# The order of ns3-modules/CMakeLists.txt.
ORDER = [
    *("ims-cpu", "ims-access", "ims-tls", "ims-dns", "ims-web-proxy"),
    *("ims-turn", "ims-sip", "ims-media", "ims-firewall"),
]

# The folders of scenarios/lib that need no ns-3, in the order of their dependencies.
DESCRIPTION = ["experiment", "attempts", "result", "matrix", "evidence", "explain", "calibrate"]

RANKS = {
    "base": 0,
    "core": 1,
    "adapter": 2,
    "helper": 3,
    "module test": 4,
    "description": 5,
    "scenario": 6,
    "binding": 7,
    "test": 8,
}
MODULE_PARTS = {
    "core": "core",
    "model": "adapter",
    "helper": "helper",
    "test": "module test",
    "examples": "module test",
}
WITHOUT_NS3 = {"base", "core", "description", "unit test"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NAMESPACE = re.compile(r"\bnamespace\s+([\w:]+)\s*\{|([{}])")
TYPE_WORD = r"(?:\w*nimsfw_?type\w*|\w*firewall_?type\w*|\w*type_?number)(?:\(\))?"
TYPE_NUMBER = re.compile(
    rf"\b{TYPE_WORD}\s*(?:[=!]=|[<>]=?)\s*\d|\b\d+\s*(?:[=!]=|[<>]=?)\s*(?:\w+\.)?{TYPE_WORD}"
    rf"|switch\s*\(\s*(?:[\w.>-]*[.>])?{TYPE_WORD}\s*\)",
    re.IGNORECASE,
)
TYPE_NAME = re.compile(r'"[^"]*\bnimsfw[-_ ]?(?:type[-_ ]?)?\d[^"]*"', re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a file stands in the architecture."""

    layer: str
    part: str  # which core, which module, which folder of the description or of tests/unit

    @property
    def rank(self) -> int:
        return RANKS.get(self.layer, RANKS["test"])


def place_of(path: Path) -> Place | None:
    parts = path.parts
    if parts[0] == "firewall-models" and len(parts) > 2:
        return Place("base" if parts[1] == "base" else "core", parts[1])
    if parts[0] == "ns3-modules" and len(parts) > 3:
        return Place(MODULE_PARTS.get(parts[2], "adapter"), parts[1])
    if parts[0] == "scenarios":
        is_description = parts[1] == "lib" and len(parts) > 3 and parts[2] in DESCRIPTION
        return Place("description", parts[2]) if is_description else Place("scenario", "scenarios")
    if parts[:2] == ("analysis", "bindings"):
        return Place("binding", "bindings")
    if parts[:2] == ("tests", "unit"):
        return Place("unit test", parts[2])
    if parts[0] == "tests":
        return Place("test", "tests")
    return None


class Headers:
    """Finds the project's file that an include means; None when it belongs to a library."""

    def __init__(self, root: Path) -> None:
        self.by_name: dict[str, list[Path]] = {}
        for path in files(root, ".h"):
            self.by_name.setdefault(path.name, []).append(path)

    def find(self, included_from: Path, include: str) -> Path | None:
        wanted = Path(include)
        found = self.by_name.get(wanted.name, [])
        beside = included_from.parent / wanted
        if beside in found:
            return beside
        count = len(wanted.parts)
        return next((path for path in found if path.parts[-count:] == wanted.parts), None)


def objection(source: Place, target: Place) -> str | None:
    """Why a file at one place may not include one at the other."""
    if source.layer == "unit test":
        return unit_test_objection(source, target)
    if source.layer == "description":
        return description_objection(source, target)
    if target.rank > source.rank:
        return f"{source.layer} includes upward: {target.layer} is a higher layer"
    if source.layer == target.layer == "core" and source.part != target.part:
        return core_objection(source.part, target.part)
    if source.part in ORDER and target.part in ORDER and source.layer != "module test":
        if ORDER.index(target.part) > ORDER.index(source.part):
            return f"{source.part} may not use {target.part}, which comes after it"
    return None


def unit_test_objection(source: Place, target: Place) -> str | None:
    allowed = {"base", "core", "unit test"}
    if source.part in DESCRIPTION:
        allowed.add("description")
    return None if target.layer in allowed else f"a unit test of cores includes {target.layer}"


def description_objection(source: Place, target: Place) -> str | None:
    if target.layer == "description":
        if DESCRIPTION.index(target.part) > DESCRIPTION.index(source.part):
            return f"{source.part} may not use {target.part}, which comes after it"
        return None
    if target.layer in ("base", "core"):
        return None
    return f"description includes {target.layer}: it stands on cores and base alone"


def core_objection(source: str, target: str) -> str | None:
    if source in ORDER and target in ORDER:
        if ORDER.index(target) > ORDER.index(source):
            return f"{source} may not use {target}, which comes after it"
        return None
    if source in ("engine", "ndpi") and target == "classify":
        return None
    if source == "workbench" and target in ("classify", "engine"):  # tools around the engine
        return None
    if source == "ims-firewall":  # its core is the engine's side, not an endpoint's
        return None
    return f"core {source} may not use {target}: they share only base"


def check_includes(path: Path, text: list[str], headers: Headers) -> list[Problem]:
    problems = []
    source = place_of(path)
    if source is None:
        return []
    for number, line in enumerate(text, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        include = match[2]
        if include.startswith("ns3/"):
            if source.layer in WITHOUT_NS3:
                problems.append(Problem(path, number, f"{source.layer} includes ns-3 ({include})"))
            continue
        found = headers.find(path, include)
        target = place_of(found) if found else None
        reason = objection(source, target) if target else None
        if reason:
            problems.append(Problem(path, number, f"{include}: {reason}"))
    return problems


def without_comments(text: list[str]) -> list[str]:
    """The lines with comments taken out (string literals stay)."""
    joined = "\n".join(text)
    pattern = r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/'

    def keep(match: re.Match[str]) -> str:
        if match[0].startswith('"'):
            return match[0]
        return "\n" * match[0].count("\n")

    return re.sub(pattern, keep, joined, flags=re.DOTALL).split("\n")


def check_namespaces(path: Path, code: list[str]) -> list[Problem]:
    joined = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', '""', "\n".join(code))
    stack: list[str] = []
    for match in NAMESPACE.finditer(joined):
        if match[2] == "}":
            if stack:
                stack.pop()
            continue
        stack.append(match[1] or "")
        if match[1] and "::".join(filter(None, stack)).startswith("ns3::imsfw"):
            rest = "::".join(filter(None, stack))[len("ns3::imsfw"):]
            if rest == "" or rest.startswith("::"):
                number = joined.count("\n", 0, match.start()) + 1
                return [Problem(path, number, "namespace ns3::imsfw would hide ::imsfw")]
    return []


def check_type_numbers(path: Path, code: list[str]) -> list[Problem]:
    if path.parts[0] == "tests" or "test" in path.parts[:-1]:
        return []
    reason = "decides by a firewall type's number or name; that belongs in a policy"
    return [
        Problem(path, number, reason)
        for number, line in enumerate(code, 1)
        if TYPE_NUMBER.search(line) or TYPE_NAME.search(line)
    ]


def check(root: Path) -> list[Problem]:
    headers = Headers(root)
    problems = []
    for path in files(root, *CXX):
        text = lines(root, path)
        code = without_comments(text)
        problems += check_includes(path, text, headers)
        problems += check_namespaces(path, code)
        problems += check_type_numbers(path, code)
    return problems


if __name__ == "__main__":
    sys.exit(run("layers", check))
