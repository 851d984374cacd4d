# SPDX-License-Identifier: GPL-2.0-only
"""What came of one run: verdicts, times, phases, and the event that decided a failure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class DecidingEvent:
    """What decided that a plane failed."""

    element: str  # nimsfw, web-proxy, or the node that gave up: ue
    rule: str  # id of the rule; empty where no rule decided (a time-out, a TLS alert)
    reason: str  # kebab-case, from the element's closed list
    detail: str
    flow: str  # five-tuple of the packet, as the firewall saw it first
    first_bytes: str  # of the packet's payload, hexadecimal
    at_ms: float  # simulated time


@dataclass(frozen=True)
class Plane:
    """A plane's verdict: pass, fail or not-attempted."""

    verdict: str
    decided_by: DecidingEvent | None

    @property
    def passed(self) -> bool:
        """Return whether the verdict is pass."""
        return self.verdict == "pass"


class Result:
    """A run's result. All times are simulated, in milliseconds."""

    def __init__(self, document: Mapping[str, Any], folder: Path | None = None) -> None:
        self._document = dict(document)
        self.folder = folder

    @classmethod
    def load(cls, folder: str | Path) -> Result:
        """Return the result of a run folder. Raises BadInput where there is none."""
        path = Path(folder) / "result.json"
        try:
            return cls(json.loads(path.read_text(encoding="utf-8")), Path(folder))
        except OSError as error:
            raise BadInput(f"{path}: {error.strerror}") from error
        except ValueError as error:
            raise BadInput(f"{path}: not a result ({error})") from error

    def __repr__(self) -> str:
        planes = ", ".join(f"{name}={plane.verdict}" for name, plane in self.planes.items())
        return f"Result({self._document['name']!r}: {planes})"

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as result.json has it."""
        return dict(self._document)

    @property
    def planes(self) -> dict[str, Plane]:
        """Return all planes by name."""
        return {name: _plane(plane) for name, plane in self._document["planes"].items()}

    @property
    def control(self) -> Plane:
        """Return the control plane: registered, a call placed and received, the flow alive."""
        return self.planes["control"]

    @property
    def media_udp(self) -> Plane:
        """Return the media plane over UDP: packets arrive both ways."""
        return self.planes["media_udp"]

    @property
    def registration_ms(self) -> float | None:
        """Return the time from the first packet to 200 (OK) for REGISTER."""
        return self._number("registration_ms")

    @property
    def call_setup_ms(self) -> float | None:
        """Return the time from the first packet for the call, gathering included, to 200 (OK)."""
        return self._number("call_setup_ms")

    @property
    def phases(self) -> pd.DataFrame:
        """Return plane, name, start_ms, end_ms of each phase."""
        return self._frame("phases", ["plane", "name", "start_ms", "end_ms"])

    @property
    def refusals(self) -> pd.DataFrame:
        """Return the first packet of each flow that a rule refused."""
        return self._frame("refusals", list(DecidingEvent.__annotations__))

    @property
    def notes(self) -> list[str]:
        """Return what a reader must know before trusting the figures."""
        return list(self._document.get("notes", ()))

    def explain(self) -> str:
        """Return, in a few lines for people, what passed and what stood in the way of the rest."""
        lines = []
        for name, plane in self.planes.items():
            event = plane.decided_by
            lines.append(f"{name}: {plane.verdict}" + (f", {_in_words(event)}" if event else ""))
        return "\n".join(lines)

    def to_series(self) -> pd.Series:
        """Return verdicts, times and the deciding event as one row for a table."""
        import pandas as pd

        events = [plane.decided_by for plane in self.planes.values() if plane.decided_by]
        row = {key: self._document.get(key) for key in ("name", "policy", "transport", "seed")}
        row |= {name: plane.verdict for name, plane in self.planes.items()}
        row |= {"registration_ms": self.registration_ms, "call_setup_ms": self.call_setup_ms}
        for key in ("element", "rule", "reason"):
            row[key] = getattr(events[0], key) if events else None
        return pd.Series(row)

    def _number(self, key: str) -> float | None:
        value = self._document.get(key)
        return None if value is None else float(value)

    def _frame(self, key: str, columns: list[str]) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(self._document.get(key, []), columns=columns)


def _plane(document: Mapping[str, Any]) -> Plane:
    event = document.get("decided_by")
    return Plane(document["verdict"], DecidingEvent(**event) if event else None)


def _in_words(event: DecidingEvent) -> str:
    rule = f" by rule {event.rule}" if event.rule else ""
    flow = f" ({event.flow})" if event.flow else ""
    return f"{event.reason} at {event.element}{rule} after {event.at_ms:.1f} ms{flow}"
