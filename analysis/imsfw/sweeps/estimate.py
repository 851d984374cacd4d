# SPDX-License-Identifier: GPL-2.0-only
"""How long runs will take, from those in the database, or else from the length of their calls."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from ..units import seconds

# A guess for an empty database; what matters for the order is only which run is longer.
START_S = 0.01
PER_CALL_SECOND_S = 0.002


class Estimator:
    """Estimates the wall time of runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read the means of what was run before."""
        self._by_hash: dict[str, float] = {}
        self._scale = 1.0
        rows = connection.execute(
            "SELECT e.hash, avg(r.wall_s) FROM runs r JOIN experiments e ON e.id = r.experiment_id"
            " WHERE r.status = 'done' AND r.id > (SELECT ifnull(max(id), 0) - 20000 FROM runs)"
            " GROUP BY r.experiment_id"
        )
        self._by_hash = {hash_: mean for hash_, mean in rows if mean is not None}
        self.has_history = bool(self._by_hash)

    def calibrate(self, settings_by_hash: Mapping[str, Mapping[str, Any]]) -> None:
        """Scale the guess to those of these experiments that were run before."""
        known = [hash_ for hash_ in settings_by_hash if hash_ in self._by_hash]
        guessed = sum(guess(settings_by_hash[hash_]) for hash_ in known)
        if guessed:
            self._scale = sum(self._by_hash[hash_] for hash_ in known) / guessed

    def wall_s(self, hash_: str, settings: Mapping[str, Any]) -> float:
        """Return the seconds that a run of the experiment is expected to take."""
        known = self._by_hash.get(hash_)
        return known if known is not None else self._scale * guess(settings)


def guess(settings: Mapping[str, Any]) -> float:
    """Return the wall seconds of a run of which nothing is known but its settings."""
    if not settings.get("call.enabled", True):
        return START_S
    duration = settings.get("call.duration", 0)
    return START_S + PER_CALL_SECOND_S * seconds(duration)
