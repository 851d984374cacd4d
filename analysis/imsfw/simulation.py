# SPDX-License-Identifier: GPL-2.0-only
"""The Runner that simulates: what sweeps use unless they are given another."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .document import Document, merged
from .experiment import Experiment, _core, versions
from .store.outcome import Described, Provenance

# Captures and key logs only cost time where nobody keeps them.
NO_EVIDENCE = {"evidence.captures": False, "evidence.key_log": False}
REMEMBERED = 256


@dataclass
class SimulationRunner:
    """Carries out runs in ns-3.

    folder -- keep a run folder for each run below this one; None: keep the results only
    """

    folder: str | None = None
    _experiments: OrderedDict[str, Experiment] = field(default_factory=OrderedDict, repr=False)

    def describe(self, document: Document) -> Described:
        experiment = Experiment(document)
        policy = experiment.policy_hash
        return Described(experiment.hash, experiment.name, experiment.settings, policy)

    def provenance(self, policy_hash: str) -> Provenance:
        known = versions()
        return Provenance(known["commit"], policy_hash, known["ns3"], known["openssl"])

    def run(self, document: Document, seed: int, run: int) -> tuple[dict[str, Any], str | None]:
        experiment = self._experiment(document)
        folder = self._folder(experiment, seed, run)
        core = experiment._core.with_run(seed, run)
        result: dict[str, Any] = json.loads(_core.run(core, folder or "", interruptible=False))
        return result, folder

    def __getstate__(self) -> dict[str, Any]:
        return {"folder": self.folder, "_experiments": OrderedDict()}

    def _experiment(self, document: Document) -> Experiment:
        """Return the experiment, checked once for all its replications."""
        key = json.dumps(document, sort_keys=True)
        known = self._experiments.get(key)
        if known is None:
            chosen = document if self.folder else merged(document, NO_EVIDENCE)
            known = self._experiments[key] = Experiment(chosen)
            if len(self._experiments) > REMEMBERED:
                self._experiments.popitem(last=False)
        return known

    def _folder(self, experiment: Experiment, seed: int, run: int) -> str | None:
        if self.folder is None:
            return None
        place = Path(self.folder)
        place.mkdir(parents=True, exist_ok=True)
        return str(place / f"{experiment.hash}-{seed}-{run}")


def read_document(path: Path) -> Document:
    """Return an experiment's file as it stands, checked. Raises BadInput with file and line."""
    document: Document = json.loads(_core.read_document(str(path)))
    return document
