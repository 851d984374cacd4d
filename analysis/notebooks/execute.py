# SPDX-License-Identifier: GPL-2.0-only
"""Runs the notebooks and stores them with their outputs.

    ./imsfw python analysis/notebooks/execute.py [NAME]...

The outputs hold no times of execution and no versions, so that a run that changes nothing leaves
equal files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 300


def execute(path: Path, folder: Path) -> nbformat.NotebookNode:
    """Return the notebook, executed in a folder. Raises CellExecutionError where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return the outputs, each stream in one piece: where a kernel cuts it is a matter of time."""
    whole: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = whole[-1] if whole else None
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            whole.append(output)
    return whole


def main() -> int:
    """Run those named on the command line, or all."""
    names = sys.argv[1:]
    for path in sorted(HERE.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        nbformat.write(execute(path, HERE), path)
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
