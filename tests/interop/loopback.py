# SPDX-License-Identifier: GPL-2.0-only
"""A loopback interface of the tests' own, so that port 443 is free and suites run side by side.

The process moves into a network namespace before anything is started; programs inherit it. Where
that is not allowed (a container that forbids namespaces), ports come from the kernel instead.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

ADDRESS = "127.0.0.1"

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

_is_own = False


def enter() -> bool:
    """Move this process to an empty loopback interface; say whether that could be done."""
    global _is_own
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWNET | (0 if os.geteuid() == 0 else CLONE_NEWUSER)
    if _is_own or ctypes.CDLL(None, use_errno=True).unshare(flags) != 0:
        return _is_own
    if flags & CLONE_NEWUSER:
        # Each stays who they are: a program that finds itself root would try to become another.
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _switch_on("lo")
    try:
        # Programs that give up being root, and those that never were, may take 443 in here.
        Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")
    except OSError:
        pass  # a read-only /proc: port() finds another one
    _is_own = True
    return True


def port(wanted: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return @p wanted where the loopback interface is our own, else a free high port."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            # Connections of the last test may linger. (On UDP it would share the port.)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, wanted if _is_own else 0))
        except OSError:
            probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _switch_on(name: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", name.encode(), 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))
        request = struct.pack("16sH14x", name.encode(), flags | IFF_UP)
        fcntl.ioctl(control, SIOCSIFFLAGS, request)
