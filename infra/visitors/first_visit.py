"""The first visit to a shop that starts: pages, pictures, scripts, the socket and a newcomer's list.

It teaches the models nothing: it asks for reasons, which the learner answers with a list, as it answers a click.
"""

import re
import secrets
import time
import urllib.request
from collections.abc import Iterator

import websocket

from infra.errors import CannotRun
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import event_id_at
from online_models.schema.messages import INTERACTION, RANKING_CHANGED

PATHS = re.compile(r'(?:href|src)="(/(?:static|pictures|products)/[^"]+)"')
PRODUCTS = 2
"""Of so many products the page is opened."""

DEADLINE = 3.0
QUICK_MS = 100.0
VISITS = 5


def visit_until_quick(address: str) -> float | None:
    """Visit the shop until a newcomer's list comes quickly, five times at most; return its time in ms.

    None if none came. Raises `CannotRun` or `OSError` if the shop refuses the visit.
    """
    took: float | None = None
    for _ in range(VISITS):
        try:
            took = _visit(address)
        except websocket.WebSocketException as broken:
            raise CannotRun(f"The shop at {address} broke a socket off: {broken}") from broken
        if took is None or took <= QUICK_MS:
            break
    return took


def _visit(address: str) -> float | None:
    with SocketVisitor(address, DEADLINE) as visitor:
        for path in _paths(_read(f"{address}/", visitor.cookie).decode()):
            _read(f"{address}{path}", visitor.cookie)
        asked_at = time.perf_counter()
        now = time.time()
        event_id = event_id_at(now, secrets.token_bytes(10))
        visitor.ask(INTERACTION, {"kind": "reasons_requested", "event_id": event_id, "occurred_at": now}, DEADLINE)
        while (left := asked_at + DEADLINE - time.perf_counter()) > 0:
            message = visitor.receive(left)
            if message and message.name == RANKING_CHANGED and event_id in message.fields.get("causes", ()):
                return (message.at - asked_at) * 1_000
    return None


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
