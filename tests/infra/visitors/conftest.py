import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer

import pytest

from infra.programs.ports import LOOPBACK
from tests.infra.visitors.small_shop import SmallShop


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    servers: list[ThreadingHTTPServer] = []

    def start(shop: type[SmallShop] = SmallShop) -> str:
        servers.append(ThreadingHTTPServer((LOOPBACK, 0), shop))
        threading.Thread(target=servers[-1].serve_forever).start()
        return f"http://{LOOPBACK}:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
