# SPDX-License-Identifier: GPL-2.0-only
"""Experiments as nested documents and as flat settings with dotted names, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

Document = dict[str, Any]
Settings = dict[str, Any]

# What does not change a run's outcome, or is counted apart from the experiment.
NOT_IDENTITY = {"name", "title", "seed", "run", "evidence.captures", "evidence.key_log"}


def flatten(document: Mapping[str, Any], prefix: str = "") -> Settings:
    """Return {"links.access.delay": "5ms"} for {"links": {"access": {"delay": "5ms"}}}."""
    flat: Settings = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            flat.update(flatten(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def nest(settings: Mapping[str, Any]) -> Document:
    """Undo flatten."""
    return merged({}, settings)


def merged(base: Mapping[str, Any], settings: Mapping[str, Any]) -> Document:
    """Return a copy of the document with the flat settings laid over it."""
    result = _copied(base)
    for key, value in settings.items():
        *sections, last = key.split(".")
        node = result
        for section in sections:
            child = node.get(section)
            if not isinstance(child, dict):
                child = node[section] = {}
            node = child
        node[last] = value
    return result


def canonical(settings: Mapping[str, Any]) -> str:
    """Return the one JSON text that equal settings have, without what is not their identity."""
    kept = {
        key: policy_name(value) if key.endswith(".policy") else value
        for key, value in settings.items()
        if key not in NOT_IDENTITY
    }
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))


def policy_name(policy: str) -> str:
    """Return a policy's id, or the name of its file: where that lies differs between machines.

    What is in the file is told apart by the policy's hash, which is part of the provenance.
    """
    return PurePath(policy).stem if policy.endswith(".yaml") else policy


def digest(text: str) -> str:
    """Return 16 hexadecimal digits of SHA-256: enough for a database's worth of experiments."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _copied(document: Mapping[str, Any]) -> Document:
    return {
        name: _copied(value) if isinstance(value, Mapping) else value
        for name, value in document.items()
    }
