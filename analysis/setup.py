# SPDX-License-Identifier: GPL-2.0-only
"""Builds the extension for `pip install ./analysis`, by the CMake target that ./imsfw uses too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCES = Path(__file__).resolve().parent.parent


class CMakeBuild(build_ext):
    """Configures, builds and installs the component "python" into the wheel."""

    def run(self) -> None:
        binaries = SOURCES / "build" / "pip"
        destination = SOURCES / "analysis" if self.inplace else Path(self.build_lib).resolve()
        subprocess.run(
            [
                "cmake", "-S", SOURCES, "-B", binaries, "-G", "Ninja",
                "-DCMAKE_BUILD_TYPE=Release", f"-DPython3_EXECUTABLE={sys.executable}",
                "-DIMSFW_PYTHON=ON", "-DIMSFW_TESTS=OFF", "-DIMSFW_BENCH=OFF",
            ],
            check=True,
        )  # fmt: skip
        subprocess.run(["cmake", "--build", binaries, "--target", "imsfw-python"], check=True)
        subprocess.run(
            ["cmake", "--install", binaries, "--component", "python", "--prefix", destination],
            check=True,
        )


setup(ext_modules=[Extension("imsfw._core", [])], cmdclass={"build_ext": CMakeBuild})
