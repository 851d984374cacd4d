# SPDX-License-Identifier: GPL-2.0-only
"""Parameter sweeps: planning what is missing, having it done, storing what came of it.

Nothing is imported here, so that a worker process starts without pandas and its kin.
"""
