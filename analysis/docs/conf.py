# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx: pages by hand, and reference pages from the schema, the database and docstrings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from imsfw.parameters import Parameter, experiment_parameters
from imsfw.store.schema import TABLES

project = "imsfw"
author = "the imsfw authors"
extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_static_path: list[str] = []
nitpicky = False

# The documentation needs no simulator.
autodoc_mock_imports = ["imsfw._core"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_preserve_defaults = True


def write_references(app: Any) -> None:
    """Write the pages that follow from the sources."""
    folder = Path(app.srcdir) / "generated"
    folder.mkdir(exist_ok=True)
    (folder / "parameters.rst").write_text(parameters_page(), encoding="utf-8")
    (folder / "schema.sql").write_text(TABLES.strip() + "\n", encoding="utf-8")


def parameters_page() -> str:
    """Return a table of everything that an experiment can be told."""
    rows = [
        "Parameters of an experiment",
        "===========================",
        "",
        "From ``scenarios/experiment.schema.json``. A sweep varies them by these names.",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - name",
        "     - kind",
        "     - meaning",
    ]
    for parameter in experiment_parameters().values():
        rows += [
            f"   * - ``{parameter.key}``",
            f"     - {kind(parameter)}",
            f"     - {escaped(parameter.description)}",
        ]
    return "\n".join(rows) + "\n"


def kind(parameter: Parameter) -> str:
    """Return the kind of values, or the words that are allowed."""
    return ", ".join(parameter.choices) if parameter.choices else parameter.kind


def escaped(text: str) -> str:
    """Return text that reStructuredText takes as it stands."""
    for character in "\\`*|_":
        text = text.replace(character, "\\" + character)
    return text


def list_arguments(app: Any, what: str, name: str, item: Any, options: Any, lines: Any) -> None:
    """Keep the lines of "argument -- meaning" apart, which docstrings write one below the other."""
    inside = False
    for n, line in enumerate(lines):
        inside = bool(line.strip()) and (inside or " -- " in line)
        if inside:
            lines[n] = f"| {line}" if " -- " in line else f"  {line.strip()}"


def setup(app: Any) -> None:
    """Have the pages written before Sphinx reads them."""
    app.connect("builder-inited", write_references)
    app.connect("autodoc-process-docstring", list_arguments)
