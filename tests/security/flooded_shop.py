"""A storefront that is attacked: its process, what an attacker opens to it, and what others find meanwhile."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import requests
import websocket
from redis import Redis

from infra.programs.ports import free_port
from infra.visitors.packets import PONG, is_ping
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.running_shop import DEADLINE, ShopProcess, publish_catalog

GENEROUS = 20.0
"""Seconds in which a page is there however busy the machine is; the attacks held pages up for longer, or for ever."""


@contextmanager
def a_shop(redis_url: str, home: Path, **settings: object) -> Iterator["FloodedShop"]:
    """Run a storefront with settings of its own, as ``sockets=30`` for ``RIVERFRONT_SOCKETS``."""
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    own = {f"RIVERFRONT_{name.upper()}": str(value) for name, value in settings.items()}
    process = ShopProcess(home, free_port(), redis_url, environment=own)
    with ExitStack() as stack:
        stack.callback(process.stop)
        process.start()
        yield stack.enter_context(FloodedShop(process))


class PageSocket:
    """A page's websocket, on which anything can be sent."""

    def __init__(self, opened: websocket.WebSocket) -> None:
        assert opened.sock is not None
        self.wire: socket.socket = opened.sock
        self._opened = opened

    def send(self, frame: str) -> None:
        """Send a message."""
        self._opened.send(frame)

    def receive(self) -> str:
        """Return the next message but a ping, which is answered; empty if the shop has closed."""
        while is_ping(frame := str(self._opened.recv())):
            self.send(PONG)
        return frame

    def close(self) -> None:
        """Say goodbye, and close."""
        self._opened.close()
        self.abort()

    def abort(self) -> None:
        """Close without a goodbye."""
        self._opened.shutdown()  # type: ignore[no-untyped-call]  # websocket-client has no type for it

    def stay(self) -> int:
        """Only answer pings until the shop closes, and return the code of the close; 0 if there was none."""
        with suppress(OSError, websocket.WebSocketException):
            while True:
                opcode, data = self._opened.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    return int.from_bytes(data[:2], "big")
                if is_ping(data.decode()):
                    self.send(PONG)
        return 0

    def read_close(self) -> tuple[int, str]:
        """Read to the end, and return the code and the reason of the close; 0 if there was none."""
        try:
            while True:
                opcode, data = self._opened.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    return int.from_bytes(data[:2], "big"), data[2:].decode()
        except (OSError, websocket.WebSocketConnectionClosedException):
            return 0, ""


class FloodedShop:
    """A running storefront, and all that was opened to it."""

    def __init__(self, process: ShopProcess) -> None:
        self.process = process
        self.address = process.address
        self._stack = ExitStack()

    def __enter__(self) -> "FloodedShop":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def log(self) -> str:
        return self.process.log.read_text(errors="replace")

    def new_visitor(self) -> str:
        """Return the cookie of somebody new, as a header has it."""
        return f"{COOKIE}={requests.get(f'{self.address}/basket', timeout=DEADLINE).cookies[COOKIE]}"

    def open_socket(self, cookie: str | None, *, joins: bool = True, query: str = "") -> PageSocket:
        """Open a websocket. Raises `websocket.WebSocketException` if it is refused."""
        opened = PageSocket(
            websocket.create_connection(
                f"{self.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket{query}",
                timeout=DEADLINE,
                cookie=cookie,
                suppress_origin=True,
            )
        )
        self._stack.callback(opened.abort)
        if joins:
            assert opened.receive().startswith("0")
            opened.send("40")
            assert opened.receive().startswith("40")
        return opened

    def open_sockets(self, count: int, of_each: int = 20) -> list[PageSocket]:
        """Open so many, of as many visitors as that takes."""
        opened = []
        cookie = ""
        for number in range(count):
            if number % of_each == 0:
                cookie = self.new_visitor()
            opened.append(self.open_socket(cookie))
        return opened

    def connect(self) -> socket.socket:
        """Open a bare connection."""
        parts = urlsplit(self.address)
        connection = socket.create_connection((parts.hostname, parts.port), timeout=DEADLINE)
        self._stack.callback(connection.close)
        return connection

    def ask(self, path: str = "/healthz") -> float:
        """Return the seconds in which a page comes."""
        started = time.monotonic()
        answer = requests.get(self.address + path, timeout=GENEROUS)
        assert answer.status_code == 200, answer.text
        return time.monotonic() - started

    def count_sockets(self) -> int:
        """Return how many connections the shop counts."""
        return self._figure("riverfront_sockets")

    def count_refused(self, reason: str) -> int:
        """Return how many the shop has refused or closed for a reason."""
        return self._figure(f'riverfront_sockets_refused_total{{reason="{reason}"}}')

    def _figure(self, name: str) -> int:
        figures = requests.get(f"{self.address}/metrics", timeout=DEADLINE).text.splitlines()
        return next((int(float(line.split()[1])) for line in figures if line.startswith(f"{name} ")), 0)

    def memory(self) -> int:
        """Return the bytes that the worker takes."""
        (worker,) = psutil.Process(self.process.pid).children()
        return int(worker.memory_info().rss)


def event(name: str, fields: object = None, number: int | str = "") -> str:
    """Return the frame of an event."""
    return f"42{number}{json.dumps([name, fields if fields is not None else {}])}"
