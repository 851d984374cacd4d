# SPDX-License-Identifier: GPL-2.0-only
"""From a run's result (the JSON of result.json) to the rows that keep it.

This is done in the worker, so that the one process that writes the database only has to store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = tuple[Any, ...]
Result = Mapping[str, Any]

RUN_COLUMNS = (
    "control",
    "media_udp",
    "media_tcp",
    "registration_ms",
    "call_setup_ms",
    "via_web_proxy",
    "simulated_ms",
    "events",
    "packets_allowed",
    "packets_refused",
    "digest",
)


@dataclass
class ResultRows:
    """The rows of one result, without the run's id that will stand before each child row."""

    run: Row  # in the order of RUN_COLUMNS
    decider: Row | None = None  # plane, element, rule, reason of the first plane that failed
    children: dict[str, list[Row]] = field(default_factory=dict)  # by table
    notes: list[str] = field(default_factory=list)


def result_rows(result: Result) -> ResultRows:
    """Return the rows for a result."""
    planes = result["planes"]
    run = (
        *(planes.get(plane, {}).get("verdict") for plane in ("control", "media_udp", "media_tcp")),
        result.get("registration_ms"),
        result.get("call_setup_ms"),
        int(bool(result.get("via_web_proxy"))),
        result.get("simulated_ms"),
        result.get("events"),
        *(result.get("firewall_packets", {}).get(name) for name in ("allowed", "refused")),
        digest_of(result),
    )
    children: dict[str, list[Row]] = {
        "planes": [(plane, found["verdict"]) for plane, found in planes.items()],
        "verdicts": _verdicts(result),
        "phases": [
            (n, *(phase[key] for key in ("plane", "transport", "name", "start_ms", "end_ms")))
            for n, phase in enumerate(result.get("phases", ()))
        ],
        "media": _media(result),
        "video": _video(result),
        "tls": _tls(result),
        "attempts": _attempts(result),
        "pairs": _pairs(result),
        "ues": _ues(result),
    }
    return ResultRows(run, _decider(result), children, list(result.get("notes", ())))


def _pairs(result: Result) -> list[Row]:
    pair = result.get("media_pair")
    if not pair:
        return []
    names = ("type", "transport", "via_web_proxy")
    ends = (pair[end][name] for end in ("local", "remote") for name in names)
    return [(0, pair["kind"], *(int(v) if isinstance(v, bool) else v for v in ends))]


def _decider(result: Result) -> Row | None:
    for plane, found in result["planes"].items():
        event = found.get("decided_by")
        if event:
            return (plane, event["element"], event["rule"], event["reason"])
    return None


def digest_of(result: Result) -> str:
    """Return a digest of all that one seed must always give, whatever the machine and commit."""
    kept = {key: value for key, value in result.items() if key not in ("provenance", "name")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def _verdicts(result: Result) -> list[Row]:
    deciding = [
        (plane, found["decided_by"])
        for plane, found in result["planes"].items()
        if found.get("decided_by")
    ]
    decided = [event for _, event in deciding]
    others = [(None, event) for event in result.get("refusals", ()) if event not in decided]
    names = ("element", "rule", "reason", "detail", "flow", "first_bytes", "at_ms")
    return [
        (n, plane, *(event[name] for name in names))
        for n, (plane, event) in enumerate([*deciding, *others])
    ]


def _media(result: Result) -> list[Row]:
    measured = ("sent", "received", "lost", "late", "jitter_ms")
    delays = ("delay_mean_ms", "delay_p95_ms", "delay_max_ms", "mouth_to_ear_ms")
    return [
        (direction, *(voice[name] for name in (*measured, *delays, "rating", "mos")))
        for direction, voice in (result.get("voice") or {}).items()
        if voice
    ]


def _video(result: Result) -> list[Row]:
    frames = ("frames", "whole", "decodable", "key_frames", "key_frame_requests")
    packets = ("sent", "sent_bytes", "received", "lost", "jitter_ms")
    delays = ("delay_mean_ms", "delay_p95_ms", "delay_max_ms")
    return [
        (direction, *(video[name] for name in (*frames, *packets, *delays)))
        for direction, video in (result.get("video") or {}).items()
        if video
    ]


def _tls(result: Result) -> list[Row]:
    return [
        (
            n,
            tls["plane"],
            tls["transport"],
            tls["version"],
            tls["suite"],
            int(tls["null"]),
            tls["handshake_bytes_sent"],
            tls["handshake_bytes_received"],
            int(tls["resumed"]),
            tls["group"],
            tls["alpn"],
            tls["computed_ms"],
        )
        for n, tls in enumerate(result.get("tls", ()))
    ]


def _attempts(result: Result) -> list[Row]:
    rows = []
    for n, attempt in enumerate(result.get("attempts", ())):
        event = attempt.get("decided_by") or {}
        rows.append(
            (
                n,
                attempt["plane"],
                attempt["transport"],
                int(attempt["via_web_proxy"]),
                *(attempt[key] for key in ("outcome", "started_ms", "ended_ms")),
                *(event.get(key) for key in ("element", "rule", "reason")),
            )
        )
    return rows


def _ues(result: Result) -> list[Row]:
    """Return the rows of several UEs; what is known of a single one stands in runs."""
    ues = result.get("ues", ())
    if len(ues) < 2:
        return []
    return [
        (
            n,
            *(ue[key] for key in ("name", "site", "started_ms")),
            *(ue["planes"][plane]["verdict"] for plane in ("control", "media_udp")),
            *(ue[key] for key in ("registration_ms", "call_setup_ms")),
        )
        for n, ue in enumerate(ues)
    ]
