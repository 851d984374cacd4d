# SPDX-License-Identifier: GPL-2.0-only
"""The parameters of an experiment, as its JSON schema lists them, under their dotted names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import BadInput
from .names import did_you_mean

INSTALLED_DATA = Path(__file__).resolve().parent / "data"  # there where pip installed the package

# Not for a sweep to vary: replications set them, or they name an experiment and change nothing.
RESERVED = {"seed", "run", "name", "title"}


@dataclass(frozen=True)
class Parameter:
    """One key of an experiment."""

    key: str  # "links.access.delay"
    kind: str  # duration, rate, integer, number, boolean, string or array
    choices: tuple[str, ...]  # empty: any
    description: str


class Parameters(Mapping[str, Parameter]):
    """All parameters by their dotted names."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._by_key = dict(parameters)

    def __getitem__(self, key: str) -> Parameter:
        return self._by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def check(self, key: str, where: str = "") -> Parameter:
        """Return the parameter of that name. Raises BadInput with the nearest names."""
        if key in self._by_key:
            return self._by_key[key]
        place = f"{where}: " if where else ""
        raise BadInput(f'{place}unknown parameter "{key}"{did_you_mean(key, self._by_key)}')


def data_root() -> Path:
    """Return the folder with schemas, policies and configs: IMSFW_DATA, or that of the sources."""
    given = os.environ.get("IMSFW_DATA")
    if given:
        return Path(given)
    return INSTALLED_DATA if INSTALLED_DATA.is_dir() else Path(__file__).resolve().parents[2]


@lru_cache(maxsize=4)
def experiment_parameters(root: Path | None = None) -> Parameters:
    """Return the parameters of scenarios/experiment.schema.json."""
    path = (root or data_root()) / "scenarios" / "experiment.schema.json"
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}); set IMSFW_DATA") from error
    return from_schema(schema)


def from_schema(schema: Mapping[str, Any]) -> Parameters:
    """Return the leaves of a schema whose objects are sections."""
    found: dict[str, Parameter] = {}
    _walk(schema, schema, "", found)
    return Parameters(found)


def _walk(
    schema: Mapping[str, Any], node: Mapping[str, Any], prefix: str, found: dict[str, Parameter]
) -> None:
    for name, child in node.get("properties", {}).items():
        reference = child.get("$ref", "")
        resolved = _resolve(schema, reference) if reference else child
        key = prefix + name
        if resolved.get("type") == "object":
            _walk(schema, resolved, key + ".", found)
            continue
        kind = reference.rpartition("/")[2] if reference else ""
        found[key] = Parameter(
            key,
            kind if kind in ("duration", "rate") else _kind(resolved),
            tuple(str(choice) for choice in resolved.get("enum", ())),
            child.get("description", resolved.get("description", "")),
        )


def _resolve(schema: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    node: Any = schema
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    resolved: Mapping[str, Any] = node
    return resolved


def _kind(node: Mapping[str, Any]) -> str:
    return str(node.get("type", "string"))
