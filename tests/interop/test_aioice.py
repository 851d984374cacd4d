# SPDX-License-Identifier: GPL-2.0-only
"""Another implementation of ICE agrees: aioice and our agent find a pair and talk over it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import aioice
import aioice.ice
import pytest

LIMIT = 60
#: As the first byte of RTP has it, no STUN message (RFC 7983).
HELLO = b"\x80hello from aioice"


@pytest.fixture(autouse=True)
def only_the_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: ["127.0.0.1"])


async def start(role: str, profile: str) -> asyncio.subprocess.Process:
    program = Path(os.environ["IMSFW_BIN"]) / "interop-ice"
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        str(program), role, profile, stdin=pipe, stdout=pipe
    )


async def lines(process: asyncio.subprocess.Process) -> list[str]:
    """Read what the driver tells up to an empty line or its end."""
    got = []
    while line := (await process.stdout.readline()).strip():
        got.append(line.decode(errors="replace"))
    return got


async def tell(connection: aioice.Connection, attributes: list[str]) -> None:
    for name, value in (line.split(":", 1) for line in attributes):
        if name == "ice-ufrag":
            connection.remote_username = value
        if name == "ice-pwd":
            connection.remote_password = value
        if name == "candidate":
            await connection.add_remote_candidate(aioice.Candidate.from_sdp(value))
    await connection.add_remote_candidate(None)


async def call(role: str, profile: str, is_peer_controlling: bool) -> tuple[bytes, list[str], int]:
    """Let both find each other. Return what aioice heard, the driver said, its exit status."""
    process = await start(role, profile)
    connection = aioice.Connection(ice_controlling=is_peer_controlling, components=1)
    try:
        await connection.gather_candidates()
        await tell(connection, await lines(process))
        told = [f"candidate:{candidate.to_sdp()}" for candidate in connection.local_candidates]
        told += [f"ice-ufrag:{connection.local_username}", f"ice-pwd:{connection.local_password}"]
        process.stdin.write("\n".join([*told, "", ""]).encode())
        await process.stdin.drain()
        await asyncio.wait_for(connection.connect(), LIMIT)
        await connection.send(HELLO)
        heard = await asyncio.wait_for(connection.recv(), LIMIT)
        said = await asyncio.wait_for(lines(process), LIMIT)
        return heard, said, await asyncio.wait_for(process.wait(), LIMIT)
    finally:
        await connection.close()
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("profile", ["rfc8445", "rfc5245"])
@pytest.mark.parametrize("role", ["controlling", "controlled"])
def test_a_datagram_each_way(role: str, profile: str) -> None:
    heard, said, status = asyncio.run(call(role, profile, role == "controlled"))
    assert heard == b"hello from imsfw"
    assert any(line.startswith("selected direct 127.0.0.1:") for line in said), said
    assert any(line.endswith("hello from aioice") for line in said), said
    assert status == 0, said


@pytest.mark.parametrize("is_controlling", [True, False])
def test_a_role_conflict_is_settled(is_controlling: bool) -> None:
    role = "controlling" if is_controlling else "controlled"
    heard, said, status = asyncio.run(call(role, "rfc8445", is_controlling))
    assert heard == b"hello from imsfw"
    assert status == 0, said


async def call_with_wrong_password() -> tuple[list[str], int]:
    process = await start("controlling", "rfc8445")
    connection = aioice.Connection(ice_controlling=False, components=1)
    try:
        await connection.gather_candidates()
        await tell(connection, await lines(process))
        told = [f"candidate:{candidate.to_sdp()}" for candidate in connection.local_candidates]
        told += [f"ice-ufrag:{connection.local_username}", f"ice-pwd:{'x' * 22}"]
        process.stdin.write("\n".join([*told, "", ""]).encode())
        await process.stdin.drain()
        said = await asyncio.wait_for(lines(process), LIMIT)
        return said, await asyncio.wait_for(process.wait(), LIMIT)
    finally:
        await connection.close()


def test_a_wrong_password_is_noticed() -> None:
    said, status = asyncio.run(call_with_wrong_password())
    assert status == 1
    assert said == ["failed checks-failed refused 400"]
