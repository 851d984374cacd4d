# SPDX-License-Identifier: GPL-2.0-only
"""The progress bar of a sweep: rate, time left and failures, on a terminal and in a notebook."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import TracebackType
from typing import Any


class Progress:
    """Counts runs; silent where nobody looks (no terminal, no notebook) or nobody wants it."""

    def __init__(self, total: int, wanted: bool) -> None:
        self._failed = 0
        self._bar = _bar_class()(
            total=total,
            unit="run",
            dynamic_ncols=True,
            disable=None if wanted else True,  # None: only on a terminal
            file=sys.stderr,
        )

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def grow(self, more: int) -> None:
        """Count further runs to the total."""
        self._bar.total += more
        self._bar.refresh()

    def advance(self, runs: int, failed: int) -> None:
        """Count runs as finished, some of them failed."""
        self._failed += failed
        if self._failed:
            self._bar.set_postfix(failed=self._failed, refresh=False)
        self._bar.update(runs)


def _bar_class() -> Any:
    from tqdm import tqdm

    # tqdm's bar for notebooks needs ipywidgets, and without them would only warn.
    if "ipykernel" not in sys.modules or find_spec("ipywidgets") is None:
        return tqdm
    from tqdm.notebook import tqdm as notebook_bar

    return notebook_bar
