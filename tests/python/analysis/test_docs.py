# SPDX-License-Identifier: GPL-2.0-only
"""The documentation builds without warnings, and the package is typed and documented throughout."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "analysis" / "imsfw"
SOURCES = [*sorted(PACKAGE.rglob("*.py")), PACKAGE / "_core.pyi"]


def test_sphinx_has_no_warnings(tmp_path: Path) -> None:
    # Copied, because generated pages are written beside the others; paths in it go up two folders.
    shutil.copytree(ROOT / "analysis" / "docs", tmp_path / "analysis" / "docs")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    output = tmp_path / "html"
    command = ["-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    result = subprocess.run(
        [sys.executable, *command, str(tmp_path / "analysis" / "docs"), str(output)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    parameters = (output / "generated" / "parameters.html").read_text()
    assert "links.access.delay" in parameters and "duration" in parameters
    assert "traversal_matrix" in (output / "figures.html").read_text()
    assert "CREATE" in (output / "database.html").read_text()


def test_mypy_is_content() -> None:
    result = subprocess.run(
        ["mypy"],
        cwd=ROOT / "analysis",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    assert (PACKAGE / "py.typed").exists()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_everything_public_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in tree.body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef)) or node.name.startswith("_"):
            continue
        assert path.suffix == ".pyi" or ast.get_docstring(node), f"{node.name} has no docstring"
        length = (node.end_lineno or 0) - node.lineno
        assert isinstance(node, ast.ClassDef) or length <= 60, f"{node.name}: {length} lines"
