# SPDX-License-Identifier: GPL-2.0-only
"""The notebooks run from top to bottom, and are stored with small outputs."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[3] / "analysis" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
sys.path.insert(0, str(FOLDER))


def kinds(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """What kind of output each cell has."""
    return [
        [output["output_type"] for output in cell.get("outputs", [])]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_a_stream_is_one_output_wherever_the_kernel_cut_it() -> None:
    from execute import joined

    pieces = [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]
    outputs = [nbformat.v4.new_output("stream", name=name, text=text) for name, text in pieces]
    assert [(one.name, one.text) for one in joined(outputs)] == [
        ("stdout", "ab"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_there_are_five() -> None:
    assert len(NOTEBOOKS) == 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_is_stored_as_it_runs(path: Path, tmp_path: Path) -> None:
    from execute import execute

    stored = nbformat.read(path, as_version=4)
    executed = execute(path, tmp_path)
    assert kinds(executed) == kinds(stored), "run analysis/notebooks/execute.py"
    assert not any("stderr" in str(output) for cell in kinds(executed) for output in cell)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_there_and_small(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert any(kinds(notebook)), "no outputs"
    assert path.stat().st_size < 400_000
    assert "/tmp/tmp" not in path.read_text()
