# SPDX-License-Identifier: GPL-2.0-only
"""Figures for publications: each function takes a DataFrame and returns a matplotlib Figure.

One style for all: colours that colour-blind readers can tell apart (Okabe and Ito, 2008), hatches
or markers beside colours, and the width of a column or a page of a journal.
"""

from __future__ import annotations

from .costs import cost_against_cipher, overhead_bars, scaling_curves
from .distributions import cdf, mos_against_loss
from .intervals import longest_intervals
from .latency import stacked_phases, waterfall
from .load import latency_against_rate
from .matrix import traversal_matrix
from .style import COLUMN_MM, PAGE_MM, save
from .tree import attempts_as_tree, fallback_tree

__all__ = [
    "COLUMN_MM",
    "PAGE_MM",
    "attempts_as_tree",
    "cdf",
    "cost_against_cipher",
    "fallback_tree",
    "latency_against_rate",
    "longest_intervals",
    "mos_against_loss",
    "overhead_bars",
    "save",
    "scaling_curves",
    "stacked_phases",
    "traversal_matrix",
    "waterfall",
]
