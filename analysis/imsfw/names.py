# SPDX-License-Identifier: GPL-2.0-only
"""The names nearest to a misspelt one, for messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

CLOSE_ENOUGH = 0.6
MOST = 3


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names that may have been meant, the likeliest first.

    A dotted name is also compared by its last part, because that is what people remember:
    "delay" finds "links.access.delay".
    """
    scored = [(_likeness(name.lower(), candidate.lower()), candidate) for candidate in known]
    close = sorted((-score, candidate) for score, candidate in scored if score >= CLOSE_ENOUGH)
    return [candidate for _, candidate in close[:MOST]]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean "x" or "y"?", or nothing where no known name is close."""
    close = nearest(name, known)
    if not close:
        return ""
    return "; did you mean " + " or ".join(f'"{candidate}"' for candidate in close) + "?"


def _likeness(name: str, candidate: str) -> float:
    whole = SequenceMatcher(None, name, candidate).ratio()
    last = candidate.rpartition(".")[2]
    part = SequenceMatcher(None, name.rpartition(".")[2], last).ratio()
    return max(whole, 0.95 * part)
