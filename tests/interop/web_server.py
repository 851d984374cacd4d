# SPDX-License-Identifier: GPL-2.0-only
"""What is behind a web proxy: a server that sends one page, over TCP or TLS."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import loopback
from certificates import Certificate

PAGE = bytes(range(256)) * 400


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output readable."""


class WebServer:
    """Serves PAGE at `port`, for a `with` block."""

    def __init__(self, port: int, certificate: Certificate | None = None) -> None:
        self.port = port
        self.address = f"{loopback.ADDRESS}:{self.port}"
        self._server = HTTPServer((loopback.ADDRESS, self.port), _Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
