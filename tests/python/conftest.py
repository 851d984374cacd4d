# SPDX-License-Identifier: GPL-2.0-only
"""What the Python tests share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lint"))


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment without what would change the launcher's answers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("IMSFW_")}
