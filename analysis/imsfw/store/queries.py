# SPDX-License-Identifier: GPL-2.0-only
"""The queries behind the frames."""

from __future__ import annotations

import pandas as pd

RUN_COLUMNS = (
    "r.id AS run_id, r.experiment_id, e.hash AS experiment, e.name, c.policy, c.transport,"
    " c.suites, r.seed, r.run, r.status, r.reason AS status_reason, r.control, r.media_udp,"
    " r.media_tcp, d.element, d.rule, d.reason, r.registration_ms, r.call_setup_ms,"
    " r.via_web_proxy, r.simulated_ms, r.events, r.packets_allowed, r.packets_refused, r.wall_s,"
    " r.folder, p.commit_id, p.policy_hash"
)
RUN_TABLES = (
    "runs r JOIN experiments e ON e.id = r.experiment_id JOIN cells c ON c.id = e.cell_id"
    " JOIN provenance p ON p.id = r.provenance_id LEFT JOIN deciders d ON d.id = r.decider_id"
)

# One pass over the index runs_of_matrix, experiment by experiment, and only then to the cells.
MATRIX = """
    WITH grouped AS (
        SELECT provenance_id, experiment_id, decider_id, count(*) AS runs,
               sum(status <> 'done') AS broken, sum(control = 'pass') AS control_passed,
               sum(control = 'fail') AS control_failed,
               sum(media_udp = 'pass') AS media_udp_passed,
               sum(media_udp = 'fail') AS media_udp_failed,
               sum(media_tcp = 'pass') AS media_tcp_passed,
               sum(media_tcp = 'fail') AS media_tcp_failed,
               sum(registration_ms) AS registration_sum, count(registration_ms) AS registered,
               sum(call_setup_ms) AS call_sum, count(call_setup_ms) AS called
        FROM runs WHERE provenance_id IN (SELECT value FROM json_each(?))
        GROUP BY provenance_id, experiment_id, status, decider_id
    )
    SELECT c.policy, c.transport, c.suites, d.plane, d.element, d.rule, d.reason,
           sum(runs) AS runs, sum(broken) AS broken,
           total(control_passed) AS control_passed, total(control_failed) AS control_failed,
           total(media_udp_passed) AS media_udp_passed, total(media_udp_failed) AS media_udp_failed,
           total(media_tcp_passed) AS media_tcp_passed, total(media_tcp_failed) AS media_tcp_failed,
           total(registration_sum) AS registration_sum, sum(registered) AS registered,
           total(call_sum) AS call_sum, sum(called) AS called, min(e.id) AS first_experiment
    FROM grouped g JOIN experiments e ON e.id = g.experiment_id JOIN cells c ON c.id = e.cell_id
    LEFT JOIN deciders d ON d.id = g.decider_id
    GROUP BY e.cell_id, g.decider_id ORDER BY first_experiment, runs DESC
"""

_CELL = ["policy", "transport", "suites"]
_PLANES = ("control", "media_udp", "media_tcp")
_TOTALS = [
    *("runs", "broken", "registration_sum", "registered", "call_sum", "called"),
    *(f"{plane}_{end}" for plane in _PLANES for end in ("passed", "failed")),
]


def varying(settings: pd.DataFrame) -> list[str]:
    """Return the settings that have more than one value."""
    return [name for name in settings.columns if settings[name].nunique(dropna=False) > 1]


def cells_of(groups: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each cell from the groups of its runs that were decided alike."""
    cells = groups.groupby(_CELL, sort=False, as_index=False)[_TOTALS].sum()
    for plane in _PLANES:
        passed, failed = cells.pop(f"{plane}_passed"), cells.pop(f"{plane}_failed")
        cells[plane] = (passed / (passed + failed)).where(passed + failed > 0)
    cells["registration_ms"] = cells.pop("registration_sum") / cells.pop("registered")
    cells["call_setup_ms"] = cells.pop("call_sum") / cells.pop("called")
    # The commonest reason stands for the cell; the groups come with the commonest first.
    decided = groups.dropna(subset=["reason"]).sort_values("runs", ascending=False, kind="stable")
    reasons = decided.drop_duplicates(_CELL)[[*_CELL, "plane", "element", "rule", "reason"]]
    return cells.merge(reasons, on=_CELL, how="left")
