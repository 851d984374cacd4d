# SPDX-License-Identifier: GPL-2.0-only
"""Peers that send back what they get, with "echo " before it: a UDP and a TCP one at one port."""

from __future__ import annotations

import socket
import threading


class Echo:
    """A peer on a thread of its own, for a `with` block."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._datagrams = socket.socket(family, socket.SOCK_DGRAM)
        self._datagrams.bind((address, 0))
        port = self._datagrams.getsockname()[1]
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.bind((address, port))
        self._listener.listen()
        self.peer = f"[{address}]:{port}" if family == socket.AF_INET6 else f"{address}:{port}"

    def __enter__(self) -> Echo:
        for serve in (self._serve_datagrams, self._serve_streams):
            threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._datagrams, self._listener):
            # A thread that waits in it is woken by this alone.
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # a socket without a connection says so, and wakes all the same
            one.close()

    def _serve_datagrams(self) -> None:
        try:
            while True:
                data, sender = self._datagrams.recvfrom(65536)
                if data:
                    self._datagrams.sendto(b"echo " + data, sender)
        except OSError:
            return

    def _serve_streams(self) -> None:
        try:
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    while data := connection.recv(65536):
                        connection.sendall(b"echo " + data)
        except OSError:
            return
