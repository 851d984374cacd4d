# SPDX-License-Identifier: GPL-2.0-only
"""The checks of tests/lint find what they are there to find, and say where.

Each test lays out a small tree of its own; what is wrong in it stands in the test.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import check_docs
import check_format
import check_layers
import check_names
import check_scripts
import pytest

HEAD = "// SPDX-License-Identifier: GPL-2.0-only\n/// @file\n/// Something.\n"
HEADERS = [
    "firewall-models/base/bytes.h",
    "firewall-models/classify/probe.h",
    "firewall-models/engine/policy.h",
    "ns3-modules/ims-tls/core/ims-tls-session.h",
    "ns3-modules/ims-tls/model/ims-tls-socket.h",
    "ns3-modules/ims-tls/helper/ims-tls-helper.h",
    "ns3-modules/ims-sip/core/ims-sip-message.h",
    "ns3-modules/ims-sip/model/ims-sip-ue.h",
    "scenarios/lib/experiment/experiment.h",
    "scenarios/lib/matrix/matrix.h",
    "scenarios/lib/simulation/topology.h",
]


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for header in HEADERS:
        write(tmp_path, header, HEAD)
    return tmp_path


def problems(check, tree: Path) -> list[str]:
    return [str(problem) for problem in check(tree)]


# --- layers

ALLOWED = [
    ("firewall-models/engine/a.cc", "base/bytes.h"),
    ("firewall-models/engine/a.cc", "classify/probe.h"),
    ("ns3-modules/ims-sip/core/ims-sip-a.cc", "ims-tls-session.h"),
    ("ns3-modules/ims-sip/model/ims-sip-a.cc", "ims-tls-socket.h"),
    ("ns3-modules/ims-sip/model/ims-sip-a.cc", "ims-sip-message.h"),
    ("ns3-modules/ims-sip/model/ims-sip-a.cc", "ns3/socket.h"),
    ("ns3-modules/ims-sip/helper/ims-sip-a.cc", "ims-sip-ue.h"),
    ("ns3-modules/ims-tls/test/ims-tls-a.cc", "ims-tls-helper.h"),
    ("scenarios/cpp/a.cc", "topology.h"),
    ("scenarios/cpp/a.cc", "experiment.h"),
    ("scenarios/cpp/a.cc", "ims-tls-helper.h"),
    ("scenarios/lib/simulation/a.cc", "matrix/matrix.h"),
    ("scenarios/lib/simulation/a.cc", "ns3/node.h"),
    ("scenarios/lib/matrix/a.cc", "experiment.h"),
    ("scenarios/lib/experiment/a.cc", "engine/policy.h"),
    ("scenarios/lib/experiment/a.cc", "ims-tls-session.h"),
    ("scenarios/lib/experiment/a.cc", "base/bytes.h"),
    ("tests/unit/ims-tls/a-test.cc", "ims-tls-session.h"),
    ("tests/unit/experiment/a-test.cc", "experiment.h"),
    ("tests/unit/experiment/a-test.cc", "matrix.h"),
    ("tests/scenario/a-test.cc", "topology.h"),
    ("firewall-models/base/a.cc", "vector"),
]

FORBIDDEN = [
    ("firewall-models/base/a.cc", "classify/probe.h", "core is a higher layer"),
    ("firewall-models/base/a.h", "ns3/packet.h", "base includes ns-3"),
    ("firewall-models/classify/a.cc", "engine/policy.h", "share only base"),
    ("firewall-models/classify/a.cc", "ims-sip-message.h", "share only base"),
    ("firewall-models/engine/a.cc", "ims-sip-message.h", "share only base"),
    ("firewall-models/engine/a.cc", "ns3/packet.h", "core includes ns-3"),
    ("ns3-modules/ims-sip/core/ims-sip-a.cc", "classify/probe.h", "share only base"),
    ("ns3-modules/ims-sip/core/ims-sip-a.cc", "ims-sip-ue.h", "adapter is a higher layer"),
    ("ns3-modules/ims-sip/core/ims-sip-a.cc", "ns3/packet.h", "core includes ns-3"),
    ("ns3-modules/ims-tls/core/ims-tls-a.cc", "ims-sip-message.h", "comes after it"),
    ("ns3-modules/ims-tls/model/ims-tls-a.cc", "ims-sip-ue.h", "comes after it"),
    ("ns3-modules/ims-tls/model/ims-tls-a.cc", "ims-tls-helper.h", "helper is a higher layer"),
    ("ns3-modules/ims-tls/helper/ims-tls-a.cc", "topology.h", "scenario is a higher layer"),
    ("ns3-modules/ims-tls/model/ims-tls-a.cc", "experiment.h", "description is a higher layer"),
    ("firewall-models/engine/a.cc", "experiment.h", "description is a higher layer"),
    ("scenarios/lib/experiment/a.cc", "ims-tls-socket.h", "description includes adapter"),
    ("scenarios/lib/experiment/a.cc", "ims-tls-helper.h", "description includes helper"),
    ("scenarios/lib/experiment/a.cc", "topology.h", "description includes scenario"),
    ("scenarios/lib/experiment/a.cc", "matrix.h", "comes after it"),
    ("scenarios/lib/matrix/a.cc", "ns3/node.h", "description includes ns-3"),
    ("tests/unit/ims-tls/a-test.cc", "ims-tls-socket.h", "a unit test of cores includes adapter"),
    ("tests/unit/ims-tls/a-test.cc", "experiment.h", "a unit test of cores includes description"),
    ("tests/unit/experiment/a-test.cc", "topology.h", "a unit test of cores includes scenario"),
    ("tests/unit/experiment/a-test.cc", "ims-tls-socket.h", "of cores includes adapter"),
    ("tests/unit/experiment/a-test.cc", "ns3/packet.h", "unit test includes ns-3"),
    ("tests/unit/ims-tls/a-test.cc", "ns3/packet.h", "unit test includes ns-3"),
]


@pytest.mark.parametrize(("path", "include"), ALLOWED)
@pytest.mark.parametrize("form", ['"{}"', "<{}>"])
def test_allowed_include(tree: Path, path: str, include: str, form: str) -> None:
    write(tree, path, HEAD + f"#include {form.format(include)}\n")
    assert problems(check_layers.check, tree) == []


@pytest.mark.parametrize(("path", "include", "reason"), FORBIDDEN)
@pytest.mark.parametrize("form", ['#include "{}"', "#  include <{}>"])
def test_forbidden_include(tree: Path, path: str, include: str, reason: str, form: str) -> None:
    write(tree, path, HEAD + "\n" + form.format(include) + "\n")
    found = problems(check_layers.check, tree)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:5: ")
    assert include in found[0] and reason in found[0]


@pytest.mark.parametrize(
    "code",
    [
        "namespace ns3::imsfw\n{\n}\n",
        "namespace ns3\n{\nnamespace imsfw\n{\n}\n}\n",
        "namespace ns3\n{\nvoid F()\n{\n}\nnamespace imsfw::tls\n{\n}\n}\n",
    ],
)
def test_namespace_that_hides_ours(tree: Path, code: str) -> None:
    write(tree, "ns3-modules/ims-tls/model/ims-tls-a.h", HEAD + code)
    (found,) = problems(check_layers.check, tree)
    assert "would hide ::imsfw" in found


@pytest.mark.parametrize(
    "code",
    [
        "namespace ns3::imsfirewall\n{\n}\n",
        "namespace ns3\n{\nclass A;\n}\nnamespace imsfw\n{\n}\n",
        "// namespace ns3::imsfw {\n",
        'const char* X = "{"; namespace ns3 { } namespace imsfw { }\n',
    ],
)
def test_other_namespaces(tree: Path, code: str) -> None:
    write(tree, "ns3-modules/ims-tls/model/ims-tls-a.h", HEAD + code)
    assert problems(check_layers.check, tree) == []


@pytest.mark.parametrize(
    "code",
    [
        "if (nimsfwType == 9)",
        "if (cell.firewallType >= 3 && x)",
        "if (9 == cell.nimsfwType)",
        "switch (policy.firewallType)",
        "return policy.TypeNumber() != 1;",
        'if (name == "nimsfw-9")',
    ],
)
def test_deciding_by_type(tree: Path, code: str) -> None:
    write(tree, "firewall-models/engine/a.cc", HEAD + code + "\n")
    (found,) = problems(check_layers.check, tree)
    assert found.startswith("firewall-models/engine/a.cc:4: decides by a firewall type")


@pytest.mark.parametrize(
    "code",
    ["if (recordType == 23)", "// type 9 is nimsfwType == 9", "row.firewallType = policy.name;"],
)
def test_not_deciding_by_type(tree: Path, code: str) -> None:
    write(tree, "firewall-models/engine/a.cc", HEAD + code + "\n")
    assert problems(check_layers.check, tree) == []


def test_the_program_names_file_and_line_and_fails(tree: Path, root: Path) -> None:
    program = root / "tests" / "lint" / "check_layers.py"
    good = subprocess.run([program, tree], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "layers: ok\n")
    write(tree, "firewall-models/base/a.cc", HEAD + '#include "classify/probe.h"\n')
    bad = subprocess.run([program, tree], capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert bad.stdout.startswith("firewall-models/base/a.cc:4: classify/probe.h: ")


# --- names

PYTHON_HEAD = "# SPDX-License-Identifier: GPL-2.0-only\n"


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("ns3-modules/ims-tls/model/message.h", HEAD, "must begin with 'ims-tls-'"),
        ("ns3-modules/ims-sip/core/ims-sip-ue.h", HEAD, "the header's name is taken by"),
        ("firewall-models/base/BadName.cc", HEAD, "kebab-case"),
        ("firewall-models/base/a.h", "/// @file\n", "must begin with 'SPDX"),
        ("firewall-models/base/a.h", "// SPDX-License-Identifier: GPL-2.0-only\n", "@file"),
        ("firewall-models/base/a.cc", HEAD + "// caf\u00e9\n", "not ASCII"),
        ("firewall-models/base/a.cc", HEAD + "int a; \n", "blanks at the end"),
        ("firewall-models/base/a.cc", HEAD + "//\n" * 500, "more than 500"),
        ("analysis/a.py", PYTHON_HEAD + f"X = '{'/'}home/somebody/x'\n", "particular machine"),
        ("scenarios/a.yaml", f"path: {'/'}work/main\n", "particular machine"),
        ("analysis/a.py", "import os\n", "must begin with 'SPDX"),
    ],
)
def test_bad_file(tree: Path, path: str, text: str, reason: str) -> None:
    write(tree, path, text)
    found = problems(check_names.check, tree)
    assert any(reason in problem for problem in found), found
    assert all(problem.startswith((path, "ns3-modules/ims-sip/model/ims-sip-ue.h"))
               for problem in found)


def test_good_files(tree: Path) -> None:
    write(tree, "analysis/a.py", "#!/usr/bin/python3\n" + PYTHON_HEAD)
    write(tree, "build/release/x.cc", "int a; \n")
    write(tree, "tests/vectors/rfc4475/a.txt", "INVITE sip:a SIP/2.0 \n")
    assert problems(check_names.check, tree) == []


# --- docs

PAGE = "# ims-tls\n\n## Scope and limitations\n\n- Some.\n\n## Validation\n\nNone.\n"
MODULE = "ns3-modules/ims-tls"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    write(tmp_path, f"{MODULE}/CMakeLists.txt", "foreach(e ims-tls-a ims-tls-bc)\n")
    write(tmp_path, f"{MODULE}/examples/ims-tls-a.cc", HEAD)
    write(tmp_path, f"{MODULE}/doc/ims-tls.md", PAGE)
    return tmp_path


def test_module_with_page_and_example(module: Path) -> None:
    assert problems(check_docs.check, module) == []


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PAGE.replace("Scope and limitations", "Scope"), "'## Scope and limitations'"),
        (PAGE.replace("## Validation", "### Validation"), "'## Validation'"),
        (PAGE.replace("None.\n", ""), "'## Validation'"),
        (PAGE.replace("- Some.\n", ""), "'## Scope and limitations'"),
    ],
)
def test_page_without_its_sections(module: Path, page: str, reason: str) -> None:
    write(module, f"{MODULE}/doc/ims-tls.md", page)
    (found,) = problems(check_docs.check, module)
    assert found.startswith(f"{MODULE}/doc/ims-tls.md:1: ") and reason in found


def test_module_without_page_or_example(module: Path) -> None:
    (module / MODULE / "doc" / "ims-tls.md").rename(module / MODULE / "doc" / "other.md")
    (module / MODULE / "examples" / "ims-tls-a.cc").unlink()
    found = problems(check_docs.check, module)
    assert found == [
        f"{MODULE}/doc/ims-tls.md:1: the module has no page",
        f"{MODULE}/examples:1: the module has no example",
    ]


def test_example_that_is_not_built(module: Path) -> None:
    write(module, f"{MODULE}/examples/ims-tls-b.cc", HEAD)
    (found,) = problems(check_docs.check, module)
    assert found == f"{MODULE}/CMakeLists.txt:1: does not build examples/ims-tls-b.cc"


# --- format and scripts


@pytest.mark.skipif(not shutil.which("clang-format"), reason="clang-format is not installed")
def test_format(tmp_path: Path, root: Path) -> None:
    shutil.copy(root / ".clang-format", tmp_path)
    write(tmp_path, "good.cc", "int g_a;\n")
    write(tmp_path, "bad.cc", "int g_a;\nint  g_b;\n")
    (found,) = problems(check_format.check, tmp_path)
    assert found.startswith("bad.cc:2: ")


def test_scripts(tmp_path: Path) -> None:
    write(tmp_path, "good.py", PYTHON_HEAD + "print(1)\n")
    write(tmp_path, "unused.py", PYTHON_HEAD + "import os\n")
    write(tmp_path, "long.py", PYTHON_HEAD + f"X = {'1' * 100}\n")
    write(tmp_path, "bad.sh", "#!/bin/bash\nif then\n")
    found = problems(check_scripts.check, tmp_path)
    assert [problem.split(":")[0] for problem in found] == ["unused.py", "long.py", "bad.sh"]
