# SPDX-License-Identifier: GPL-2.0-only
"""Experiments, policies, and running one experiment.

The meaning, units and limits of every field stand in scenarios/experiment.schema.json: durations
and rates are text with their unit ("5ms", "100Mbps"), loss is a share from 0 to 1.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .document import Document, canonical, digest, flatten, merged
from .errors import ImsfwError
from .parameters import INSTALLED_DATA
from .result import Result

if INSTALLED_DATA.is_dir():  # the extension looks for policies where it was built, or there
    os.environ.setdefault("IMSFW_DATA", str(INSTALLED_DATA))
try:
    from . import _core as _core
except ImportError as error:
    raise ImsfwError(
        f"the simulator is not built ({error}); "
        "run Python as `./imsfw python`, or build the target imsfw-python and put its folder "
        "<build>/python on PYTHONPATH"
    ) from error

Policy = _core.Policy


class Experiment:
    """One UE behind one firewall, or many: checked when it is made, and complete.

    Experiment(transport="solution", firewall={"policy": "proxy-only"})
    Experiment({"links.access.delay": "20ms"})           dotted names do as well
    Experiment.load("scenarios/configs/solution.yaml", "call.duration=5s")
    """

    def __init__(self, document: Mapping[str, Any] | None = None, /, **sections: Any) -> None:
        """Raises BadInput, with the messages of the command line, for what is wrong."""
        given: Document = {}
        for part in (document or {}, sections):
            given = merged(given, flatten(part))
        self._core = _core.Experiment.from_text("experiment", json.dumps(given))
        self._complete()

    @classmethod
    def load(cls, path: str | Path, *settings: str) -> Experiment:
        """Return the experiment of a YAML file, changed by settings "section.key=value"."""
        return cls._of(_core.Experiment.from_file(str(path), settings))

    @classmethod
    def from_yaml(cls, text: str, *settings: str) -> Experiment:
        """Return the experiment that YAML text describes."""
        return cls._of(_core.Experiment.from_text("experiment", text, settings))

    @classmethod
    def _of(cls, core: _core.Experiment) -> Experiment:
        experiment = cls.__new__(cls)
        experiment._core = core
        experiment._complete()
        return experiment

    def _complete(self) -> None:
        self.document: Document = json.loads(self._core.to_json())
        self.settings = flatten(self.document)

    def __repr__(self) -> str:
        return f"Experiment({self.name!r}, {self.settings['firewall.policy']})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Experiment) and other.document == self.document

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def name(self) -> str:
        """Return what it is called in results."""
        return self._core.name

    @property
    def hash(self) -> str:
        """Return 16 digits that equal experiments share, whatever their names, seeds and runs."""
        return digest(canonical(self.settings))

    @property
    def yaml(self) -> str:
        """Return it as YAML, all defaults filled in."""
        return self._core.to_yaml()

    @property
    def policy_hash(self) -> str:
        """Return the SHA-256 of the firewall policies that it runs with."""
        return self._core.policy_hash()

    def with_run(self, seed: int, run: int) -> Experiment:
        """Return the same experiment with another seed (RngSeed) and run (RngRun)."""
        return self._of(self._core.with_run(seed, run))

    def changed(self, settings: Mapping[str, Any]) -> Experiment:
        """Return the experiment with some settings changed: {"links.access.delay": "20ms"}.

        Changing the transport changes nothing here, as control and media are set by now; make
        another experiment for that.
        """
        return Experiment(merged(self.document, settings))


def run(
    experiment: Experiment | Mapping[str, Any],
    folder: str | Path | None = None,
) -> Result:
    """Simulate one experiment and return what came of it.

    folder -- keep the evidence there: result.json, captures, TLS key log, the experiment
    Other Python threads go on meanwhile; Ctrl-C ends it. Raises BadInput or SimulationError.
    """
    chosen = experiment if isinstance(experiment, Experiment) else Experiment(experiment)
    text = _core.run(chosen._core, str(folder) if folder is not None else "")
    return Result(json.loads(text), Path(folder) if folder is not None else None)


def load_policy(id_or_path: str | Path) -> Policy:
    """Return a firewall policy with all that it extends. Raises BadInput with file and line."""
    return _core.load_policy(str(id_or_path))


def policy_names() -> Sequence[str]:
    """Return the ids of the policies that come with imsfw."""
    return _core.policy_names()


def versions() -> dict[str, str]:
    """Return the versions that a result depends on: imsfw, commit, ns3, openssl."""
    return _core.versions()
