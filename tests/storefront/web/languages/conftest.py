"""A shop that a real browser can open, in this process."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from infra.programs.ports import free_port

Serve = Callable[[Flask], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an application until the test ends, and return its address."""
    servers: list[BaseWSGIServer] = []

    def start(app: Flask) -> str:
        port = free_port()
        servers.append(make_server("127.0.0.1", port, app, threaded=True))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.shutdown()
