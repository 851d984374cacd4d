# SPDX-License-Identifier: GPL-2.0-only
"""Reads a sweep from a YAML file, such as::

    title: What a detour costs
    experiment: ../configs/solution.yaml      # a file (relative to this one), or keys in place
    grid:                                     # every combination
      firewall.policy: [web-protocols-only, proxy-only]
      links.internet.delay: {from: 5ms, to: 50ms, steps: 10}
    zip:                                      # side by side; a mapping or a list of mappings
      media.transport: [udp, tls]
      media.port: [3478, 443]
    random: {count: 100, seed: 1, parameters: {links.access.loss: {from: 0, to: 0.1}}}
    latin_hypercube: {count: 100, parameters: {...}}
    filter: media.transport == "tls" or links.internet.delay < "20ms"
    replications: 10
    seed: 1
    precision: {metric: registration_ms, half_width: 0.05}
    time_limit: 60s

What is given of grid, zip, random and latin_hypercube is multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..conditions import Condition
from ..document import Document
from ..errors import BadInput
from ..names import did_you_mean
from ..parameters import Parameter, Parameters, experiment_parameters
from ..ranges import read_range
from ..sampling import latin_hypercube, random_sample
from ..space import Space, Values, grid, zipped
from ..units import seconds
from .precision import Precision
from .sweep import Sweep

KEYS = (
    *("title", "experiment", "grid", "zip", "random", "latin_hypercube", "filter"),
    *("replications", "seed", "precision", "time_limit"),
)
Load = Callable[[Path], Document]


def read_sweep(path: Path, load: Load | None = None) -> Sweep:
    """Return the sweep that the file describes. Raises BadInput with file and key.

    load -- reads the experiment's file; by default the simulator's own reader, with its messages
    """
    document = _mapping(_read(path), str(path))
    for key in document:
        _known(key, KEYS, str(path))
    try:
        return _sweep(path, document, load or _load)
    except BadInput as error:
        text = str(error)
        raise BadInput(text if text.startswith(str(path)) else f"{path}: {text}") from error


def _sweep(path: Path, document: Mapping[str, Any], load: Load) -> Sweep:
    parameters = experiment_parameters()
    space = _space(document, parameters)
    if "filter" in document:
        condition = Condition(str(document["filter"]), parameters)
        space = space.where(condition)
    return Sweep(
        base=_base(path, document.get("experiment", {}), load),
        space=space,
        replications=_whole(document, "replications", 1),
        seed=_whole(document, "seed", 1),
        time_limit_s=seconds(document.get("time_limit", 600)),
        precision=_precision(document.get("precision")),
        name=path.stem,
    )


def _space(document: Mapping[str, Any], parameters: Parameters) -> Space:
    space = grid(_axes(document.get("grid", {}), "grid", parameters))
    columns = document.get("zip", [])
    for part in columns if isinstance(columns, list) else [columns]:
        space = space * zipped(_axes(part, "zip", parameters))
    for key, sample in (("random", random_sample), ("latin_hypercube", latin_hypercube)):
        if key in document:
            section = _mapping(document[key], key)
            for name in section:
                _known(name, ("count", "seed", "parameters"), key)
            axes = _axes(section.get("parameters", {}), key, parameters)
            space = space * sample(axes, section.get("count", 0), section.get("seed", 1))
    return space


def _axes(section: Any, where: str, parameters: Parameters) -> dict[str, Values]:
    axes: dict[str, Values] = {}
    for key, values in _mapping(section, where).items():
        parameter = parameters.check(str(key), where)
        if isinstance(values, Mapping):
            axes[str(key)] = read_range(f"{where}: {key}", values)
        elif isinstance(values, list):
            axes[str(key)] = [_value(parameter, value, where) for value in values]
        else:
            raise BadInput(f"{where}: {key}: needs a list of values or a range, not {values!r}")
    return axes


def _value(parameter: Parameter, value: Any, where: str) -> Any:
    if parameter.kind == "array":
        return value if isinstance(value, list) else [str(value)]
    if isinstance(value, (list, Mapping)):
        raise BadInput(f"{where}: {parameter.key}: {value!r} is not one value")
    if parameter.choices and str(value) not in parameter.choices:
        known = ", ".join(parameter.choices)
        hint = did_you_mean(str(value), parameter.choices)
        raise BadInput(f'{where}: {parameter.key}: "{value}" is none of {known}{hint}')
    return value


def _precision(section: Any) -> Precision | None:
    if section is None:
        return None
    known = ("metric", "half_width", "confidence", "at_most")
    for key in _mapping(section, "precision"):
        _known(key, known, "precision")
    if "metric" not in section:
        raise BadInput('precision: needs "metric", for example registration_ms')
    return Precision(**section)


def _base(path: Path, experiment: Any, load: Load) -> Document:
    if isinstance(experiment, str):
        return load(path.parent / experiment)
    return dict(_mapping(experiment, "experiment"))


def _load(path: Path) -> Document:
    from ..simulation import read_document

    return read_document(path)


def _whole(document: Mapping[str, Any], key: str, default: int) -> int:
    value = document.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadInput(f"{key}: must be a whole number of 1 or more, not {value!r}")
    return value


def _known(key: object, known: tuple[str, ...], where: str) -> None:
    if key not in known:
        hint = did_you_mean(str(key), known)
        raise BadInput(f'{where}: unknown key "{key}"{hint} (known: {", ".join(known)})')


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadInput(f"{where}: expected keys with values, not {value!r}")
    return value


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadInput(f"{path}:{line}: {error.problem or 'not YAML'}") from error
