# SPDX-License-Identifier: GPL-2.0-only
"""imsfw.explain: the rule, those before it, and changes that were run again."""

from __future__ import annotations

from pathlib import Path

import pytest

import imsfw
from imsfw.errors import BadInput


def test_a_refused_run_is_explained_and_a_change_is_found(tmp_path: Path) -> None:
    experiment = imsfw.Experiment(
        transport="solution",
        firewall={"policy": "content-inspecting"},
        tls={"suites": ["TLS_RSA_WITH_NULL_SHA"]},
        call={"duration": "1s"},
    )
    result = imsfw.run(experiment, tmp_path / "run")
    told = imsfw.explain(result)
    assert told.failed
    control = told.planes["control"]
    assert control.verdict == "fail"
    assert control.decided_by is not None and control.decision is not None
    assert control.decided_by.rule == control.decision.decided_by == "null-suite-from-proxy"
    fates = {rule.id: rule.fate for rule in control.decision.rules}
    assert fates["null-suite-from-proxy"] == "matched"
    assert all(rule.why for rule in control.decision.rules if rule.fate == "passed over")
    assert told.changes, "an encrypting suite passes"
    assert told.changes[0].kind == "cipher-suite"
    sizes = [change.size for change in told.changes]
    assert sizes == sorted(sizes)
    again = imsfw.explain(tmp_path / "run", find_changes=False)
    assert again.planes == told.planes
    assert not again.changes


def test_what_cannot_be_explained_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing-here"):
        imsfw.explain(tmp_path / "nothing-here")
    with pytest.raises(BadInput, match="not kept in a folder"):
        imsfw.explain(imsfw.Result({}))
