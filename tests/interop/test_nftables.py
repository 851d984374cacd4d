# SPDX-License-Identifier: GPL-2.0-only
"""A real firewall takes what `imsfw policy export` writes: nft checks every shipped policy."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POLICIES = sorted(path.stem for path in (ROOT / "firewall-models/policies").glob("*.yaml"))


def export(policy: str) -> str:
    program = Path(os.environ["IMSFW_BIN"]) / "imsfw-policy"
    command = [program, "export", "--to", "nftables", policy]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def nft(*arguments: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run nft in a network namespace of its own, so that this machine's rules stay as they are."""
    unshare = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    command = [*unshare, shutil.which("nft", path="/usr/sbin:/sbin"), *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("policy", POLICIES)
def test_nft_loads_the_policy(policy: str) -> None:
    text = export(policy)
    assert "table inet imsfw" in text
    result = nft("-f", "-", text=text)
    assert result.returncode == 0, result.stderr + text


def test_nft_would_notice_a_mistake() -> None:
    text = export("web-ports-only").replace("accept comment", "except comment")
    assert nft("-f", "-", text=text).returncode != 0
