# SPDX-License-Identifier: GPL-2.0-only
"""What can go wrong, by whose hand it was: the input's, the machine's, or the simulation's."""

from __future__ import annotations


class ImsfwError(Exception):
    """Anything that this package reports; its text is one clear message for people."""

    exit_status = 1


class BadInput(ImsfwError, ValueError):
    """An experiment, policy, sweep or command line that is wrong; the text names file and field."""

    exit_status = 2


class StoreError(ImsfwError):
    """A result database that cannot be read or written."""


class SimulationError(ImsfwError, RuntimeError):
    """A run that could not be carried out; the text is the simulator's own."""


class MissingPackage(ImsfwError, ImportError):
    """A Python package that an optional feature needs is not installed."""
