"""Who asks for a page, and clicks, again and again: how long neither worked after a plug was pulled."""

import contextlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from websocket import WebSocketException

from infra.chaos.shop_client import ShopClient, Unanswered
from infra.errors import CannotRun
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.messages import RANKING_CHANGED

PAGE_EVERY, CLICK_EVERY = 0.1, 0.2
PATIENCE = 10.0
RECONNECT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Try:
    """Something that was asked for, when, and when it came (`time.monotonic`); None if it did not."""

    asked: float
    came: float | None
    what: str = ""
    status: int = 0
    took: float = 0.0


def recovery_of(tries: Iterable[Try], pulled: float) -> float | None:
    """Return the seconds from a moment to the first success of what was asked for after it; None if none came.

    Examples
    --------
    >>> recovery_of([Try(1.0, 1.1), Try(2.1, None), Try(2.5, 3.5), Try(2.6, 2.7)], pulled=2.0)
    0.7
    """
    times = [one.came - pulled for one in tries if one.asked >= pulled and one.came is not None]
    return round(min(times), 3) if times else None


class PageProbe:
    """One visitor who opens pages by turns."""

    def __init__(self, address: str, paths: Sequence[str]) -> None:
        self.tries: list[Try] = []
        self._client = ShopClient(address)
        self._paths = paths
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="page probe", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, within the patience of one request."""
        self._stopping.set()
        self._thread.join(2 * PATIENCE)

    def _run(self) -> None:
        number = 0
        while not self._stopping.wait(PAGE_EVERY):
            path = self._paths[number % len(self._paths)]
            number += 1
            asked = time.monotonic()
            try:
                status = self._client.get(path, PATIENCE).status
            except Unanswered:
                status = 0
            now = time.monotonic()
            self.tries.append(Try(asked, now if status == 200 else None, path, status, now - asked))


class PushProbe:
    """One visitor who clicks and waits for the lists."""

    def __init__(self, address: str, items: Sequence[str]) -> None:
        self._address = address
        self._items = items
        self._clicked: dict[str, float] = {}
        self._came: dict[str, float] = {}
        self._client = ShopClient(address)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="push probe", daemon=True)

    @property
    def tries(self) -> list[Try]:
        """What became of each click."""
        return [Try(asked, self._came.get(event_id)) for event_id, asked in self._clicked.copy().items()]

    def start(self) -> None:
        """Begin. Raises `Unanswered` if the shop is closed."""
        self._client.get("/")
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(2 * PATIENCE)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(OSError, WebSocketException, CannotRun):
                self._click_on(SocketVisitor(self._address, timeout=3.0, cookie=self._client.cookie))
            self._stopping.wait(RECONNECT_SECONDS)

    def _click_on(self, visitor: SocketVisitor) -> None:
        with visitor:
            number, due_at = 0, time.monotonic()
            while not self._stopping.is_set():
                if (left := due_at - time.monotonic()) > 0:
                    message = visitor.receive(left)
                    if message is not None and message.name == RANKING_CHANGED:
                        now = time.monotonic()
                        for cause in message.fields.get("causes", ()):
                            if cause in self._clicked:
                                self._came.setdefault(cause, now)
                    continue
                clicked = time.monotonic()
                self._clicked[visitor.click(self._items[number % len(self._items)])] = clicked
                number, due_at = number + 1, clicked + CLICK_EVERY
