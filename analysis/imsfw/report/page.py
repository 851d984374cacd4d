# SPDX-License-Identifier: GPL-2.0-only
"""Puts a report together: template, style, script, drawing library and data in one file."""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import MissingPackage, StoreError


def write_report(cells: list[dict[str, Any]], output: Path, title: str) -> None:
    """Write the report; it appears whole or not at all. Raises StoreError where it cannot."""
    partial = output.with_name(output.name + ".part")
    try:
        partial.write_text(page(cells, title), encoding="utf-8")
        os.replace(partial, output)
    except OSError as error:
        raise StoreError(f"{output}: cannot be written ({error.strerror})") from error
    finally:
        if partial.exists():
            partial.unlink()


def page(cells: list[dict[str, Any]], title: str) -> str:
    """Return the HTML text."""
    here = files(__package__)
    parts = {
        "TITLE": html.escape(title),
        "STYLE": here.joinpath("report.css").read_text(encoding="utf-8"),
        "SCRIPT": "\n".join(
            here.joinpath(name).read_text(encoding="utf-8")
            for name in ("drawings.js", "details.js", "report.js")
        ),
        "PLOTLY": _plotly(),
        # "</script>" in a text would end the script that holds it.
        "DATA": json.dumps(cells).replace("<", "\\u003c"),
    }
    text = here.joinpath("template.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    return text


def _plotly() -> str:
    """Return plotly.js, compressed: as it is it would make every report 8 MB long."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise MissingPackage("the report needs plotly (Debian: python3-plotly)") from error
    packed = gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0)
    return base64.b64encode(packed).decode()
