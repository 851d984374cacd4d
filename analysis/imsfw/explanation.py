# SPDX-License-Identifier: GPL-2.0-only
"""Why a run failed: the rule that decided, those before it, and changes that let it pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _core
from .errors import BadInput
from .result import DecidingEvent, Result


@dataclass(frozen=True)
class RuleAccount:
    """What became of one rule of the policy."""

    id: str
    fate: str  # passed over, matched, tagged, or not reached
    why: str  # of a rule that was passed over: the condition that did not hold


@dataclass(frozen=True)
class Decision:
    """A verdict that the run's captures showed again."""

    packet: int  # number in the capture, from 1
    policy_of: str  # the experiment's section that names the policy: firewall or callee
    source: str  # zone that the flow came from
    target: str  # zone that it went to
    decided_by: str  # id of the rule, or default
    rules: tuple[RuleAccount, ...]  # all of the policy, in its order


@dataclass(frozen=True)
class PlaneExplanation:
    """A plane's verdict and, where it failed, why."""

    verdict: str
    decided_by: DecidingEvent | None
    decision: Decision | None  # where a firewall's rule decided


@dataclass(frozen=True)
class Change:
    """A change of the experiment or of its policy that was tried."""

    kind: str  # cipher-suite, transport, proxy or policy
    title: str
    size: int  # the smaller, the less is changed
    settings: tuple[str, ...]  # for Experiment; empty for an edited policy
    outcome: str  # what came of it where it was run, or why it was not


@dataclass(frozen=True)
class Explanation:
    """All that was found about one run."""

    failed: bool
    planes: Mapping[str, PlaneExplanation]
    changes: tuple[Change, ...]  # that let the run pass, the smallest first; each was run
    tried_in_vain: tuple[Change, ...]
    ruled_out: tuple[Change, ...]  # without a run: the recorded packets say that they do not help


def explain(run: Result | str | Path, find_changes: bool = True) -> Explanation:
    """Return why a run failed and which smallest changes let it pass.

    run -- a run folder, or a result that was kept in one
    find_changes -- also look for changes, and run each that may help (some seconds)
    Raises BadInput where the folder is none or has no captures.
    """
    folder = run.folder if isinstance(run, Result) else Path(run)
    if folder is None:
        raise BadInput("this result was not kept in a folder: give run(experiment, folder) one")
    document = json.loads(_core.explain(str(folder), find_changes))
    return Explanation(
        failed=document["failed"],
        planes={name: _plane(plane) for name, plane in document["planes"].items()},
        changes=_changes(document["changes"], "outcome"),
        tried_in_vain=_changes(document["tried_in_vain"], "outcome"),
        ruled_out=_changes(document["ruled_out"], "why"),
    )


def _plane(document: Mapping[str, Any]) -> PlaneExplanation:
    event = document.get("decided_by")
    decision = document.get("explanation")
    return PlaneExplanation(
        verdict=document["verdict"],
        decided_by=DecidingEvent(**event) if event else None,
        decision=_decision(decision) if decision else None,
    )


def _decision(document: Mapping[str, Any]) -> Decision:
    return Decision(
        packet=document["packet"],
        policy_of=document["policy_of"],
        source=document["from"],
        target=document["to"],
        decided_by=document["decided_by"],
        rules=tuple(RuleAccount(**rule) for rule in document["rules"]),
    )


def _changes(documents: list[dict[str, Any]], outcome: str) -> tuple[Change, ...]:
    return tuple(
        Change(
            kind=one["kind"],
            title=one["title"],
            size=one["size"],
            settings=tuple(one["settings"]),
            outcome=one[outcome],
        )
        for one in documents
    )
