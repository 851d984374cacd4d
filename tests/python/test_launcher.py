# SPDX-License-Identifier: GPL-2.0-only
"""The launcher: what it teaches, how it refuses, and that it builds and runs from anywhere.

What would build the project is asked with --dry-run; the build itself is tried on a project of
small programs (`small_project`), so that no test here waits for ns-3.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

COMMANDS = [
    *("matrix", "run", "explain", "ladder", "policy", "calibrate", "sweep", "db", "report"),
    *("python", "script", "test", "bench", "lint", "format", "version"),
]

Result = subprocess.CompletedProcess[str]


class Launcher:
    """Calls the launcher of one project folder."""

    def __init__(self, program: Path, environment: dict[str, str], cwd: Path) -> None:
        self.program, self.environment, self.cwd = program, environment, cwd

    def __call__(self, *arguments: str, cwd: Path | None = None, **extra: str) -> Result:
        return subprocess.run(
            [str(self.program), *arguments],
            cwd=cwd or self.cwd,
            env={**self.environment, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def launcher(root: Path, environment: dict[str, str], tmp_path: Path) -> Launcher:
    return Launcher(root / "imsfw", environment, tmp_path)


@pytest.fixture
def packages(tmp_path: Path) -> str:
    """A package list in which one package of `build` can never be installed."""
    path = tmp_path / "packages.txt"
    path.write_text(
        "# a comment\n\n"
        "build  bash  this one is there\n"
        "build  imsfw-no-such-package  needed by this test\n"
        "lint   imsfw-not-asked-for  of another group\n"
    )
    return str(path)


# --- help


def test_help_teaches(launcher: Launcher) -> None:
    result = launcher("--help")
    assert result.returncode == 0
    assert result.stderr == ""
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout
    for part in ("Examples:", "Exit status:", "Results:", "--no-install"):
        assert part in result.stdout
    assert launcher("help").stdout == launcher("-h").stdout == result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(launcher: Launcher, command: str) -> None:
    result = launcher(command, "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(f"Usage: ./imsfw {command}")
    assert launcher("help", command).stdout == result.stdout


def test_no_command_is_bad_input_and_teaches(launcher: Launcher) -> None:
    result = launcher()
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr


def test_help_has_no_colour_or_tab_when_piped(launcher: Launcher) -> None:
    text = launcher("--help").stdout + launcher("nonsense").stderr
    assert "\x1b" not in text and "\t" not in text
    assert text.isascii()


# --- bad input


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("mtrix", "matrix"), ("tests", "test"), ("rum", "run"), ("bnch", "bench"), ("lnit", "lint")],
)
def test_unknown_command_names_the_nearest(launcher: Launcher, typed: str, meant: str) -> None:
    result = launcher(typed)
    assert result.returncode == 2
    assert f"unknown command '{typed}'; did you mean '{meant}'?" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option", "matrix"],
        ["test", "--no-such-option"],
        ["test", "--label"],
        ["bench", "--no-such-option"],
        ["bench", "--filter"],
        ["lint", "--no-such-option"],
        ["format", "something"],
        ["help", "nonsense"],
    ],
)
def test_wrong_options_are_bad_input(launcher: Launcher, arguments: list[str]) -> None:
    result = launcher("--dry-run", *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


# --- packages


@pytest.mark.parametrize("arguments", [["--no-install", "matrix"], ["matrix", "--no-install"]])
def test_no_install_refuses_with_the_command(
    launcher: Launcher, packages: str, arguments: list[str]
) -> None:
    result = launcher(*arguments, IMSFW_PACKAGES=packages)
    assert result.returncode == 3
    assert result.stdout == ""
    assert "imsfw-no-such-package" in result.stderr
    assert "needed by this test" in result.stderr
    assert "apt-get install --no-install-recommends imsfw-no-such-package" in result.stderr
    assert "imsfw-not-asked-for" not in result.stderr
    assert "bash " not in result.stderr


def test_what_would_be_installed_is_shown(launcher: Launcher, packages: str) -> None:
    if os.geteuid() != 0 and not shutil.which("sudo"):
        pytest.skip("neither root nor sudo")
    result = launcher("--dry-run", "matrix", IMSFW_PACKAGES=packages)
    assert result.returncode == 0
    assert "1 Debian packages are missing" in result.stderr
    install = next(line for line in result.stdout.splitlines() if "'apt-get'" in line)
    assert "'DEBIAN_FRONTEND=noninteractive'" in install
    assert install.endswith("'imsfw-no-such-package'")
    assert ("'sudo'" in install) == (os.geteuid() != 0)


def test_each_listed_package_has_a_reason(root: Path) -> None:
    rows = [
        line.split(None, 2)
        for line in (root / "packages.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert all(len(row) == 3 for row in rows)
    names = [row[1] for row in rows]
    assert len(names) == len(set(names))
    groups = {"build", "bench", "analysis", "lint", "test", "tidy", "fresh-machine"}
    assert {row[0] for row in rows} == groups


# --- what would run


@pytest.fixture
def nothing_missing(tmp_path: Path) -> str:
    path = tmp_path / "none.txt"
    path.write_text("# nothing is needed\n")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (["matrix", "--csv", "a b.csv"], "/build/release/bin/traversal-matrix' '--csv' 'a b.csv'"),
        (["run", "x.yaml"], "/build/release/bin/imsfw-run' 'x.yaml'"),
        (["run", "--", "--no-install"], "/build/release/bin/imsfw-run' '--no-install'"),
        (["test", "--label", "lint"], "'-L' 'lint'"),
        (["test", "--filter", "a.*b", "--", "--repeat", "x"], "'-R' 'a.*b' '--repeat' 'x'"),
    ],
)
def test_arguments_reach_the_program(
    launcher: Launcher, nothing_missing: str, arguments: list[str], last: str
) -> None:
    result = launcher("--dry-run", *arguments, IMSFW_PACKAGES=nothing_missing)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].endswith(last)


@pytest.mark.parametrize(
    ("option", "folder"), [("--asan", "build/asan"), ("--cores", "build/cores")]
)
def test_other_builds(
    launcher: Launcher, nothing_missing: str, root: Path, option: str, folder: str
) -> None:
    result = launcher("--dry-run", "test", option, IMSFW_PACKAGES=nothing_missing)
    assert f"'ctest' '--test-dir' '{root / folder}'" in result.stdout


def test_jobs_can_be_set(launcher: Launcher, nothing_missing: str) -> None:
    result = launcher("--dry-run", "matrix", IMSFW_PACKAGES=nothing_missing, IMSFW_JOBS="7")
    assert "'-j' '7' 'traversal-matrix'" in result.stdout


# --- building and running, on a small project

CMAKE = """\
cmake_minimum_required(VERSION 3.20)
project(small LANGUAGES NONE)
file(GLOB scripts CONFIGURE_DEPENDS *.sh)
enable_testing()
foreach(program traversal-matrix imsfw-run imsfw-python some-bench)
  set(output ${CMAKE_BINARY_DIR}/bin/${program})
  add_custom_command(OUTPUT ${output} DEPENDS ${CMAKE_SOURCE_DIR}/program.sh VERBATIM
    COMMAND sh -n ${CMAKE_SOURCE_DIR}/program.sh
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/bin
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/program.sh ${output})
  add_custom_target(${program} ALL DEPENDS ${output})
endforeach()
add_test(NAME says-hello COMMAND ${CMAKE_BINARY_DIR}/bin/imsfw-run)
set_tests_properties(says-hello PROPERTIES LABELS greeting)
"""
PRESETS = """\
{"version": 3, "configurePresets": [
  {"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/release"}]}
"""
PROGRAM = '#!/bin/sh\necho "$(basename "$0") in $(pwd) with: $*"\nexit ${STATUS:-0}\n'


@pytest.fixture
def small_project(root: Path, environment: dict[str, str], tmp_path: Path) -> Launcher:
    """A launcher in a folder with a blank in its name; its programs print how they were called."""
    project = tmp_path / "a project"
    (project / "scenarios").mkdir(parents=True)
    (project / "scenarios" / "one.yaml").write_text("")
    shutil.copy(root / "imsfw", project / "imsfw")
    (project / "packages.txt").write_text("# nothing is needed\n")
    (project / "CMakeLists.txt").write_text(CMAKE)
    (project / "CMakePresets.json").write_text(PRESETS)
    (project / "program.sh").write_text(PROGRAM)
    (project / "program.sh").chmod(0o755)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return Launcher(project / "imsfw", environment, elsewhere)


def test_builds_once_then_runs_in_the_callers_folder(small_project: Launcher) -> None:
    first = small_project("matrix", "--csv", "x")
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"traversal-matrix in {small_project.cwd} with: --csv x\n"
    assert "configuring build/release" in first.stderr
    assert "building [" in first.stderr

    start = time.monotonic()
    second = small_project("matrix", "--csv", "x")
    assert time.monotonic() - start < 30  # a guard against building anew, not a measurement
    assert second.stdout == first.stdout
    assert second.stderr == ""


def test_python_has_the_package_and_the_extension(small_project: Launcher) -> None:
    project = small_project.program.parent
    program = "import os, sys; print(os.environ['PYTHONPATH'], sys.argv[1:], os.getcwd())"
    result = small_project("python", "--", "-c", program, "--dry-run", PYTHONPATH="mine")
    path = f"{project}/analysis:{project}/build/release/python:mine"
    assert result.stdout == f"{path} ['--dry-run'] {small_project.cwd}\n", result.stderr
    assert (project / "build" / "release" / "bin" / "imsfw-python").is_file()
    assert not (project / "build" / "release" / "bin" / "imsfw-run").exists()


def test_a_script_is_found_from_anywhere(small_project: Launcher) -> None:
    script = small_project.program.parent / "scenarios" / "one.py"
    script.write_text("import sys; print(sys.argv)")
    found = small_project("python", "scenarios/one.py", "x").stdout
    assert found == f"['{script}', 'x']\n"


def test_sweep_db_and_report_are_the_packages_commands(small_project: Launcher) -> None:
    package = small_project.program.parent / "analysis" / "imsfw"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text("import sys; print(sys.argv[1:]); sys.exit(7)")
    for command in ("db", "report", "sweep"):
        result = small_project(command, "scenarios/one.yaml")
        assert result.returncode == 7
        assert result.stdout.startswith(f"['{command}', '")
        built = "building [" in result.stderr
        assert built == (command == "report")  # the first that needs the extension
    project = small_project.program.parent
    assert result.stdout == f"['sweep', '{project}/scenarios/one.yaml']\n"


def test_a_build_that_was_configured_without_pybind11_is_configured_anew(
    small_project: Launcher,
) -> None:
    lists = small_project.program.parent / "CMakeLists.txt"
    lists.write_text(CMAKE.replace(" imsfw-python", ""))
    assert small_project("matrix").returncode == 0
    assert small_project("python", "--", "-c", "").returncode == 4
    lists.write_text(CMAKE)
    result = small_project("python", "--", "-c", "print('here')")
    assert result.stdout == "here\n", result.stderr
    assert "configuring build/release" in result.stderr


def test_status_of_the_program_is_the_launchers(small_project: Launcher) -> None:
    assert small_project("matrix", STATUS="1").returncode == 1
    assert small_project("run", "x.yaml", STATUS="2").returncode == 2


def test_an_experiment_is_found_from_anywhere(small_project: Launcher) -> None:
    project = small_project.program.parent
    found = small_project("run", "scenarios/one.yaml").stdout
    assert found.endswith(f"with: {project}/scenarios/one.yaml\n")
    missing = small_project("run", "scenarios/none.yaml").stdout
    assert missing.endswith("with: scenarios/none.yaml\n")


def test_through_a_symbolic_link_with_another_python_and_cmake_first(
    small_project: Launcher, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(small_project.program)
    other = tmp_path / "other-bin"
    other.mkdir()
    for name in ("python3", "cmake", "ninja"):
        (other / name).write_text(f"#!/bin/sh\necho 'the wrong {name}' >&2\nexit 99\n")
        (other / name).chmod(0o755)
    small_project.program = link
    result = small_project("matrix", PATH=f"{other}:{os.environ['PATH']}")
    assert result.returncode == 0, result.stderr
    assert "wrong" not in result.stderr


def test_a_failed_build_shows_why(small_project: Launcher) -> None:
    program = small_project.program.parent / "program.sh"
    program.write_text("if then fi\n")
    result = small_project("matrix")
    assert result.returncode == 4
    assert result.stdout == ""
    assert "program.sh" in result.stderr and "yntax error" in result.stderr
    program.write_text(PROGRAM)
    assert small_project("matrix").returncode == 0


def test_a_failed_configuration_shows_why_and_is_tried_again(small_project: Launcher) -> None:
    cmake = small_project.program.parent / "CMakeLists.txt"
    cmake.write_text(CMAKE + 'message(FATAL_ERROR "no such library")\n')
    for _ in range(2):
        result = small_project("matrix")
        assert result.returncode == 4
        assert "no such library" in result.stderr
    cmake.write_text(CMAKE)
    assert small_project("matrix").returncode == 0


def test_a_moved_project_is_configured_anew(small_project: Launcher, tmp_path: Path) -> None:
    assert small_project("matrix").returncode == 0
    moved = tmp_path / "moved"
    small_project.program.parent.rename(moved)
    small_project.program = moved / "imsfw"
    result = small_project("matrix")
    assert result.returncode == 0, result.stderr
    assert "configuring" in result.stderr


def test_test_ends_with_the_summary_of_ctest(small_project: Launcher) -> None:
    result = small_project("test", "--label", "greeting")
    assert result.returncode == 0, result.stderr
    assert "100% tests passed, 0 tests failed out of 1" in result.stdout
    failed = small_project("test", STATUS="1")
    assert failed.returncode == 1
    assert "0% tests passed, 1 tests failed out of 1" in failed.stdout
    assert small_project("test", "--filter", "no-such-test").returncode == 1


def test_bench_runs_every_benchmark(small_project: Launcher) -> None:
    script = small_project.program.parent / "tests" / "bench" / "run"
    script.parent.mkdir(parents=True)
    script.write_text(PROGRAM)
    script.chmod(0o755)
    result = small_project("bench", "--", "--fast")
    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["some-bench", "run"]
    assert all(line.endswith("with: --fast") for line in result.stdout.splitlines())
    assert small_project("bench", "--filter", "^run$").stdout.startswith("run ")
    assert small_project("bench", STATUS="1").returncode == 1
