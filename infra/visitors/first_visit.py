"""The first visit to a shop that starts: pages, pictures, scripts and the socket. No event is sent."""

import re
import urllib.request
from collections.abc import Iterator

import websocket

from infra.errors import CannotRun
from infra.visitors.socket_visitor import SocketVisitor

PATHS = re.compile(r'(?:href|src)="(/(?:static|pictures|products)/[^"]+)"')
PRODUCTS = 2
"""Of so many products the page is opened."""

DEADLINE = 3.0


def visit_once(address: str) -> None:
    """Ask for all that a browser asks for. Raises `CannotRun` or `OSError` if the shop refuses the visit."""
    try:
        with SocketVisitor(address, DEADLINE) as visitor:
            for path in _paths(_read(f"{address}/", visitor.cookie).decode()):
                _read(f"{address}{path}", visitor.cookie)
    except websocket.WebSocketException as broken:
        raise CannotRun(f"The shop at {address} broke a socket off: {broken}") from broken


def _paths(page: str) -> Iterator[str]:
    """Yield what a browser asks for after a page, and the first products that it links to."""
    products = 0
    for path in dict.fromkeys(PATHS.findall(page)):
        is_product = path.startswith("/products/")
        products += is_product
        if not is_product or products <= PRODUCTS:
            yield path


def _read(address: str, cookie: str) -> bytes:
    headers = {"Cookie": cookie, "Accept": "*/*"}
    # Compressed as for a browser where it is kept compressed; pages are read here.
    if "/static/" in address:
        headers["Accept-Encoding"] = "gzip"
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - an http address of ours
    with urllib.request.urlopen(request, timeout=DEADLINE) as answer:  # noqa: S310
        body: bytes = answer.read()
        return body
