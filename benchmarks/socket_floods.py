"""What floods of sockets and messages cost everybody else: ``python -m benchmarks.socket_floods``.

A storefront of its own, on a Redis of its own, is attacked from this process: by websockets without a cookie, by
handshakes without one, by as many honest sockets as it holds and more, and by messages on one socket. Printed is what a
page takes meanwhile, and what memory a socket takes. With ``--compressed`` sockets offer compression, as browsers do.
"""

import os
import resource
import socket
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import click
import numpy as np
import psutil
import requests
import websocket
from redis import Redis

from benchmarks.basket_writes import run
from infra.programs.binaries import find_redis_server
from infra.programs.ports import free_port
from infra.redis.server import redis_program
from infra.stack.home import Home
from infra.stack.servers import own_redis
from infra.visitors.socket_visitor import visit
from tests.storefront.running_shop import ITEMS, ShopProcess, publish_catalog

OF_A_VISITOR = 20
PAGE = f"/products/{ITEMS[0]}"
WAIT = 90.0
POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


class Shop:
    """The storefront that is attacked."""

    def __init__(self, process: ShopProcess, offers: str) -> None:
        self.address = process.address
        self._offers = offers
        (self._worker,) = psutil.Process(process.pid).children()

    def memory(self) -> int:
        """Return the bytes that the worker takes."""
        return int(self._worker.memory_info().rss)

    def ask(self, path: str = "/healthz") -> float:
        """Return the milliseconds until a page comes, or those that were waited in vain."""
        started = time.perf_counter()
        with suppress(requests.RequestException):
            requests.get(self.address + path, timeout=WAIT)
        return (time.perf_counter() - started) * 1_000

    def open(self, cookie: str) -> socket.socket:
        """Open a websocket, and return its connection once it has been answered."""
        parts = urlsplit(self.address)
        opened = socket.create_connection((parts.hostname, parts.port), timeout=WAIT)
        opened.sendall(
            f"GET {WEBSOCKET} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\n"
            f"{self._offers}{f'Cookie: {cookie}' if cookie else 'X-Nobody: 1'}\r\n\r\n".encode()
        )
        return opened

    def join(self, cookie: str) -> socket.socket | None:
        """Open a websocket, say CONNECT, and read the answer; None if the shop refuses."""
        opened = self.open(cookie)
        if b" 101 " not in opened.recv(4_096):
            opened.close()
            return None
        opened.sendall(frame("40"))
        answer = b""
        while b"40{" not in answer and (part := opened.recv(4_096)):
            answer += part if not self._offers else b"40{"
        return opened


def frame(text: str) -> bytes:
    return bytes(websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT).format())


@click.command()
@click.option("--nobodies", default=2_000, show_default=True, help="Websockets, and handshakes, without a cookie.")
@click.option("--sockets", default=4_080, show_default=True, help="Honest sockets.")
@click.option("--messages", default=50_000, show_default=True, help="Messages on one socket.")
@click.option("--compressed", is_flag=True, help="Offer compression, as browsers do.")
def main(nobodies: int, sockets: int, messages: int, compressed: bool) -> None:
    """Attack a shop, and print what others notice."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    offers = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if compressed else ""
    for attack, count in ((nobody_waits, nobodies), (nobody_shakes_hands, nobodies)):
        with running_shop(offers) as shop:
            attack(shop, count)
    with running_shop(offers) as shop:
        honest_sockets(shop, sockets)
    with running_shop(offers) as shop:
        flood(shop, messages)


@contextmanager
def running_shop(offers: str) -> Iterator[Shop]:
    """Run a storefront that takes everybody for one network, and lets it open what it holds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        access = own_redis(Home(folder / "home"))
        run(redis_program(find_redis_server(), access, folder / "redis", folder / "redis.log"), stack)
        with Redis.from_url(access.url) as redis:
            publish_catalog(redis)
        os.environ["RIVERFRONT_SOCKETS_PER_ADDRESS"] = "10000"
        process = ShopProcess(folder / "home", free_port(), access.url)
        stack.callback(process.stop)
        process.start()
        shop = Shop(process, offers)
        for _ in range(20):
            shop.ask(PAGE)
        yield shop


def nobody_waits(shop: Shop, count: int) -> None:
    """Open websockets without a cookie, and see how long the check of health takes."""
    started = time.perf_counter()
    opened = [shop.open("") for _ in range(count)]
    slowest = max(shop.ask() for _ in range(20))
    dead = time.perf_counter() - started
    click.echo(f"{count} websockets without a cookie: /healthz within {slowest:.0f} ms, all of it {dead:.1f} s")
    close(opened)


def nobody_shakes_hands(shop: Shop, count: int) -> None:
    """Ask for sessions without a cookie."""
    with requests.Session() as session:
        session.get(shop.address + POLLING, timeout=WAIT)
        before = shop.memory()
        for _ in range(count):
            session.get(shop.address + POLLING, timeout=WAIT)
    click.echo(f"{count} handshakes without a cookie: {(shop.memory() - before) / 2**20:.1f} MiB")


def honest_sockets(shop: Shop, count: int) -> None:
    """Open honest sockets until the shop refuses one, and see what a page takes then."""
    shop.join(visit(shop.address, WAIT))
    alone = [shop.ask(PAGE) for _ in range(30)]
    opened: list[socket.socket] = []
    before, refused, cookie = shop.memory(), 0, ""
    for number in range(count):
        if number % OF_A_VISITOR == 0:
            with suppress(Exception):
                cookie = visit(shop.address, 5.0)
        try:
            joined = shop.join(cookie)
        except OSError:
            joined = None
        if joined is None:
            refused += 1
            if refused > OF_A_VISITOR * 4:
                break
        else:
            opened.append(joined)
    each = (shop.memory() - before) / len(opened) / 1_000
    with_all = [shop.ask(PAGE) for _ in range(30 if shop.ask() < WAIT * 1_000 else 1)]
    click.echo(
        f"{len(opened)} honest sockets ({refused} refused): {each:.1f} kB each; "
        f"a page {np.median(alone):.0f} ms alone, {np.median(with_all):.0f} ms with them, slowest {max(with_all):.0f}"
    )
    close(opened)


def flood(shop: Shop, count: int) -> None:
    """Send messages on one socket as fast as the shop takes them, while others open pages."""
    before = views(shop, 10.0)
    attacker = shop.join(visit(shop.address, WAIT))
    if attacker is None:
        raise click.ClickException("The shop refused the first socket.")
    sent = 0
    message = frame('42["catch_up",{"lists":["for_you","trending"]}]')

    def send() -> None:
        nonlocal sent
        with suppress(OSError):
            while sent < count:
                attacker.sendall(message * 100)
                sent += 100

    sending = Thread(target=send, daemon=True)
    sending.start()
    during = views(shop, 30.0)
    sending.join(WAIT)
    click.echo(
        f"{sent} messages went out of {count}: a page p50 / p99 {words(before)} ms before, {words(during)} ms in the "
        f"30 s from the first on; p99 {np.percentile(during, 99) - np.percentile(before, 99):+.0f} ms"
    )


def views(shop: Shop, seconds: float) -> list[float]:
    """Open a page ten times a second, and return how long each took from when it was due."""
    return at_a_rate(lambda: shop.ask(PAGE), seconds, per_second=10)


def at_a_rate(work: Callable[[], object], seconds: float, per_second: float) -> list[float]:
    """Do something at a steady rate, and return the milliseconds from when each was due to its end."""
    started, took = time.perf_counter(), []
    for number in range(int(seconds * per_second)):
        due = started + number / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        work()
        took.append((time.perf_counter() - due) * 1_000)
        if time.perf_counter() - started > seconds + WAIT:
            break
    return took


def words(times: list[float]) -> str:
    return f"{np.percentile(times, 50):.0f} / {np.percentile(times, 99):.0f}"


def close(opened: list[socket.socket]) -> None:
    for one in opened:
        one.close()


if __name__ == "__main__":
    main()
