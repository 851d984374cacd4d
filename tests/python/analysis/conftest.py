# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the Python package share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
# The extension module is where the build put it; ctest says so in PYTHONPATH.
for folder in (ROOT / "analysis", HERE):
    sys.path.insert(0, str(folder))
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT / "analysis"), str(HERE), os.environ.get("PYTHONPATH", "")]
)


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "results.db"
