# SPDX-License-Identifier: GPL-2.0-only
"""A program that a test starts, talks to by lines, and stops."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import loopback

# How long anything on this machine may take, ten builds at its side included.
PATIENCE_S = 20.0


class Program:
    """A running program. What it prints is kept; it ends with the `with` block, whatever happens.

    >>> with Program(["cat"]) as cat:
    ...     cat.say("hello")
    ...     cat.expect("hel+o")
    """

    def __init__(self, command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
        self.command = [str(part) for part in command]
        self.output = ""
        self._read = 0  # how far expect() has come
        self._process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait for a line that matches, behind the one that the last call found."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            match = re.compile(pattern, re.MULTILINE).search(self.output, self._read)
            # A line that is still being written could match too early.
            if match and "\n" in self.output[match.end() :]:
                self._read = match.end()
                return match
            if time.monotonic() > deadline or not self._take():
                break
        raise AssertionError(f"no /{pattern}/ in what {self.command[0]} printed:\n{self.output}")

    def wait(self) -> int:
        """Let the program end by itself; return its exit status."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        while self._take():
            pass
        return self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait until the program serves, as long as it lives."""
        deadline = time.monotonic() + PATIENCE_S
        while not is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                while self._process.poll() is not None and self._take():
                    pass
                raise AssertionError(f"{self.command[0]} does not serve:\n{self.output}")
            time.sleep(0.02)

    def _take(self) -> bool:
        """Wait for more output; False at its end, or where none comes any more."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        if not select.select([descriptor], [], [], PATIENCE_S)[0]:
            return False
        more = os.read(descriptor, 65536)
        self.output += more.decode(errors="replace")
        return bool(more)


def accepts(port: int) -> bool:
    """Say whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex((loopback.ADDRESS, port)) == 0
