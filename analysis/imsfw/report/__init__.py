# SPDX-License-Identifier: GPL-2.0-only
"""The report: one HTML file with the matrix to click on."""
