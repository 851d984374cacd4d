# SPDX-License-Identifier: GPL-2.0-only
"""The result database: one SQLite file that any number of sweeps add to.

Nothing is imported here, so that a worker process starts without pandas and its kin.
"""
