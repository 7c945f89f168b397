"""A visitor who goes on through outages, as the shop's own pages do.

They read pages by HTTP and report clicks by the socket and by HTTP in turn, each again under the same id until the shop
has acknowledged it; a broken socket is opened again.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import requests
import websocket

from infra.errors import CannotRun
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import EventId, event_id_at
from online_models.schema.messages import INTERACTION, RANKING_CHANGED

PAGE_SECONDS = 30.0
ACK_SECONDS = 2.5
PUSH_SECONDS = 10.0
RETRY_SECONDS = 0.1

_BROKEN = (CannotRun, OSError, websocket.WebSocketException, requests.RequestException)


@dataclass(frozen=True, slots=True)
class PageRead:
    """One request for a page: when (`time.perf_counter`), how long, and the status; 0 without an answer."""

    at: float
    seconds: float
    status: int


@dataclass(frozen=True, slots=True)
class ClickReport:
    """One click, from the first try until it was acknowledged and until its list came; None if it never did."""

    event_id: EventId
    at: float
    ack_seconds: float | None
    push_seconds: float | None


@dataclass(slots=True)
class Diary:
    """What became of everything that a visitor did."""

    pages: list[PageRead] = field(default_factory=list)
    clicks: list[ClickReport] = field(default_factory=list)
    sockets: int = 0

    @property
    def acknowledged(self) -> list[EventId]:
        """The clicks that the shop has acknowledged."""
        return [click.event_id for click in self.clicks if click.ack_seconds is not None]


class PersistentVisitor:
    """Walks in a thread of its own while the block lasts."""

    def __init__(self, address: str, items: Sequence[str], pause: float = 0.05) -> None:
        self.diary = Diary()
        self._address = address
        self._items = items
        self._pause = pause
        self._stop = Event()
        self._session = requests.Session()
        self._socket: SocketVisitor | None = None
        self._thread = Thread(target=self._walk, daemon=True)

    def __enter__(self) -> "PersistentVisitor":
        self._session.get(f"{self._address}/", timeout=PAGE_SECONDS).raise_for_status()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._drop_socket()
        self._session.close()

    def _walk(self) -> None:
        number = 0
        while not self._stop.wait(self._pause):
            item = self._items[number % len(self._items)]
            self._read(f"/products/{item}")
            self._click(item, by_socket=number % 2 == 0)
            number += 1

    def _read(self, path: str) -> None:
        at = time.perf_counter()
        try:
            status = self._session.get(self._address + path, timeout=PAGE_SECONDS).status_code
        except requests.RequestException:
            status = 0
        self.diary.pages.append(PageRead(at, time.perf_counter() - at, status))

    def _click(self, item: str, by_socket: bool) -> None:
        at, now = time.perf_counter(), time.time()
        event_id = event_id_at(now, secrets.token_bytes(10))
        fields = {"kind": "item_viewed", "event_id": event_id, "item": item, "surface": "category", "occurred_at": now}
        acknowledged: float | None = None
        while acknowledged is None and not self._stop.is_set():
            try:
                socket = self._open_socket()
                answer = socket.ask(INTERACTION, fields, ACK_SECONDS) if by_socket else self._post(fields)
            except _BROKEN:
                self._drop_socket()
                self._stop.wait(RETRY_SECONDS)
                continue
            if answer["accepted"]:
                acknowledged = time.perf_counter() - at
            else:
                self._stop.wait(RETRY_SECONDS)
        pushed = self._wait_for_list(event_id, at) if acknowledged is not None else None
        self.diary.clicks.append(ClickReport(event_id, at, acknowledged, pushed))

    def _post(self, fields: dict[str, Any]) -> dict[str, Any]:
        answer = self._session.post(
            f"{self._address}/interactions", json=fields, headers={"Origin": self._address}, timeout=PAGE_SECONDS
        )
        receipt: dict[str, Any] = answer.json()
        return receipt

    def _wait_for_list(self, event_id: EventId, at: float) -> float | None:
        while (left := at + PUSH_SECONDS - time.perf_counter()) > 0 and not self._stop.is_set():
            try:
                message = self._open_socket().receive(min(left, 0.2))
            except _BROKEN:
                # The list may have come while the socket was broken: then it is not known when.
                self._drop_socket()
                return None
            if message and message.name == RANKING_CHANGED and event_id in message.fields.get("causes", ()):
                return message.at - at
        return None

    def _open_socket(self) -> SocketVisitor:
        if self._socket is None:
            cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)
            self._socket = SocketVisitor(self._address, ACK_SECONDS, cookie)
            self.diary.sockets += 1
        return self._socket

    def _drop_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
