#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes policy-reference.md from the policies' JSON schema; --check says if it fits."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "policies" / "policy.schema.json"
PAGE = HERE / "policy-reference.md"

HEAD = """# Policy files: reference

Made by `firewall-models/doc/make_policy_reference.py` from
`firewall-models/policies/policy.schema.json`; change the schema, then run the script. What the
parts mean together is told in `firewall-models.md`.

| key | value | meaning |
| --- | --- | --- |
"""


def value_of(schema: dict[str, Any]) -> str:
    """What may stand there, in words."""
    if "oneOf" in schema:
        return " or ".join(value_of(part) for part in schema["oneOf"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    kind = schema["type"]
    if kind == "array":
        return f"list of {value_of(schema['items'])}"
    if kind == "object":
        keys = ", ".join(f"`{key}`" for key in schema["properties"])
        return f"map of {keys}"
    if kind == "integer" and "minimum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}" if "maximum" in schema else "number"
    return str(schema.get("description", {"boolean": "`true`, `false`"}.get(kind, kind)))


def rows(path: str, schema: dict[str, Any]) -> list[str]:
    """One row for each key below a schema, depth first."""
    found: list[str] = []
    if schema.get("type") == "array":
        return rows(f"{path}[]", schema["items"])
    needed = schema.get("required", [])
    for key, part in schema.get("properties", {}).items():
        name = f"{path}.{key}" if path else key
        meaning = part.get("$comment", "") + (" (needed)" if key in needed else "")
        found.append(f"| `{name}` | {value_of(part)} | {meaning.strip()} |")
        found += rows(name, part)
    return found


def page() -> str:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return HEAD + "\n".join(rows("", schema)) + "\n"


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
            return 0
        print(f"{PAGE.name} does not fit the schema: run {Path(__file__).name}", file=sys.stderr)
        return 1
    if arguments:
        print(f"usage: {Path(__file__).name} [--check]", file=sys.stderr)
        return 2
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
