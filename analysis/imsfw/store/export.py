# SPDX-License-Identifier: GPL-2.0-only
"""Writes the runs of a result database as CSV, Parquet or NetCDF, for other tools."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import BadInput, MissingPackage, StoreError
from .frames import Frames

if TYPE_CHECKING:
    import xarray

_FIGURES = (
    *("registration_ms", "call_setup_ms", "simulated_ms", "events", "wall_s"),
    *("packets_allowed", "packets_refused"),
)
_WORDS = ("control", "media_udp", "media_tcp", "element", "rule", "reason", "status")
_UNITS = {"registration_ms": "ms", "call_setup_ms": "ms", "simulated_ms": "ms", "wall_s": "s"}


def export(frames: Frames, path: Path) -> int:
    """Write the runs to the path, in the format of its suffix. Returns how many runs.

    The file appears whole or not at all. Raises BadInput for a suffix that stands for no format.
    """
    writers: dict[str, Callable[[pd.DataFrame, Path], None]] = {
        ".csv": _write_csv,
        ".parquet": _write_parquet,
        ".nc": _write_netcdf,
    }
    if path.suffix not in writers:
        known = ", ".join(writers)
        raise BadInput(f"{path}: the suffix must say the format: {known}")
    runs = frames.runs()
    partial = path.with_name(path.name + ".part")
    try:
        writers[path.suffix](runs, partial)
        os.replace(partial, path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)
    return len(runs)


def to_dataset(runs: pd.DataFrame) -> xarray.Dataset:
    """Return the runs as an xarray Dataset with one dimension for each coordinate that varies.

    The dimensions are policy, transport, suites, run and every varied parameter; combinations
    that were not run are NaN or empty.
    """
    try:
        import xarray
    except ImportError as error:
        raise MissingPackage("xarray is not installed (Debian: python3-xarray)") from error
    coordinates = _coordinates(runs)
    indexed = runs.set_index(coordinates)
    if not indexed.index.is_unique:
        raise BadInput("several commits are mixed: choose one commit to export as NetCDF")
    others = [name for name in runs.columns if "." in name and name not in coordinates]
    kept = [name for name in (*_FIGURES, *_WORDS, *others) if name in runs.columns]
    dataset = xarray.Dataset.from_dataframe(indexed[kept])
    for name in dataset.variables:
        if dataset[name].dtype == object:
            dataset[name] = dataset[name].fillna("").astype(str)
    for name, unit in _UNITS.items():
        if name in dataset:
            dataset[name].attrs["units"] = unit
    return dataset


def _coordinates(runs: pd.DataFrame) -> list[str]:
    """Return the columns that tell runs apart, without those that say the same as another."""
    parameters = [name for name in runs.columns if "." in name]
    candidates = ["policy", "transport", "suites", *parameters, "seed", "run"]
    chosen: list[str] = []
    for name in candidates:
        if runs[name].nunique(dropna=False) > 1 and not _follows(runs, chosen, name):
            chosen.append(name)
    return chosen or ["run"]


def _follows(runs: pd.DataFrame, chosen: list[str], name: str) -> bool:
    """Whether the column's value follows from those chosen, as the policy's does from its name."""
    if not chosen:
        return False
    pairs: Any = runs.groupby(chosen, dropna=False)[name].nunique(dropna=False)
    return bool((pairs <= 1).all())


def _write_csv(runs: pd.DataFrame, path: Path) -> None:
    runs.to_csv(path, index=False, float_format="%.9g", lineterminator="\n")


def _write_parquet(runs: pd.DataFrame, path: Path) -> None:
    try:
        runs.to_parquet(path, index=False)
    except ImportError as error:
        raise MissingPackage(
            "Parquet needs pyarrow, which Debian 12 does not have; export as CSV or NetCDF instead"
        ) from error


def _write_netcdf(runs: pd.DataFrame, path: Path) -> None:
    dataset = to_dataset(runs)
    try:
        dataset.to_netcdf(path, engine="netcdf4")
    except (ImportError, ValueError) as error:
        if "netcdf4" not in str(error):
            raise
        raise MissingPackage("NetCDF needs netCDF4 (Debian: python3-netcdf4)") from error
