# SPDX-License-Identifier: GPL-2.0-only
"""imsfw: through which firewalls does IMS get, how fast, and why not where it does not?

    import imsfw
    result = imsfw.run(imsfw.Experiment(transport="solution", firewall={"policy": "proxy-only"}))
    result.control.verdict, result.registration_ms

Sweeps, result databases and spaces need no simulator; what runs experiments comes from the
extension module, which is built with the project and loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import extend_path
from typing import TYPE_CHECKING, Any

from .errors import BadInput, ImsfwError, MissingPackage, SimulationError, StoreError

if TYPE_CHECKING:
    from .experiment import Experiment, Policy, load_policy, policy_names, run, versions
    from .explanation import Explanation, explain
    from .ranges import Range
    from .result import Result
    from .sampling import latin_hypercube, random_sample
    from .sequence import Ladder, ladder
    from .space import Space, grid, zipped
    from .store.frames import ALL, LATEST, Frames
    from .sweeps.file import read_sweep
    from .sweeps.precision import Precision
    from .sweeps.sweep import Sweep, SweepReport

# The extension is built outside the sources: <build>/python/imsfw may hold it (see PYTHONPATH).
__path__ = extend_path(__path__, __name__)

# Loaded when they are first used: a worker process starts without pandas.
_HOMES = {
    "Experiment": "experiment",
    "Policy": "experiment",
    "load_policy": "experiment",
    "policy_names": "experiment",
    "run": "experiment",
    "versions": "experiment",
    "Explanation": "explanation",
    "explain": "explanation",
    "Range": "ranges",
    "Result": "result",
    "latin_hypercube": "sampling",
    "random_sample": "sampling",
    "Ladder": "sequence",
    "ladder": "sequence",
    "Space": "space",
    "grid": "space",
    "zipped": "space",
    "ALL": "store.frames",
    "LATEST": "store.frames",
    "Frames": "store.frames",
    "read_sweep": "sweeps.file",
    "Precision": "sweeps.precision",
    "Sweep": "sweeps.sweep",
    "SweepReport": "sweeps.sweep",
}

__all__ = [
    "ALL",
    "LATEST",
    "BadInput",
    "Experiment",
    "Explanation",
    "Frames",
    "ImsfwError",
    "Ladder",
    "MissingPackage",
    "Policy",
    "Precision",
    "Range",
    "Result",
    "SimulationError",
    "Space",
    "StoreError",
    "Sweep",
    "SweepReport",
    "explain",
    "grid",
    "ladder",
    "latin_hypercube",
    "load_policy",
    "policy_names",
    "random_sample",
    "read_sweep",
    "run",
    "versions",
    "zipped",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
