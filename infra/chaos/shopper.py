"""A shopper in a storm: clicks, fills a basket, rates and orders, and sends again what no receipt came for.

Events go the way of the shop's own scripts: over the socket, else by HTTP, else later by HTTP with the same id, the
oldest first. Forms have no id: one without an answer is not sent again, unless it is an order, whose number is its id.
"""

import contextlib
import logging
import random
import secrets
import time
from collections import deque
from threading import Event, Thread
from typing import Any

from websocket import WebSocketException

from infra.chaos.ledger import Ledger
from infra.chaos.shop_client import ShopClient, Unanswered, field_in, token_in
from infra.errors import CannotRun
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import event_id_at
from online_models.schema.messages import INTERACTION
from storefront.events.receipt import TEMPORARY

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 2.5
"""Seconds that the shop's script waits for a receipt over the socket."""

BATCH = 20
RETRY_SECONDS = 0.5
MEAN_PAUSE = 0.5
ITEMS_RATED, LINES = 12, 12
REFUSED_FOR_GOOD = frozenset({400, 403, 413, 422})


class StormShopper:
    """One shopper with a thread. ``buys`` says whether the basket is ordered now and then."""

    def __init__(self, address: str, items: list[str], seed: int, *, buys: bool) -> None:
        self.ledger = Ledger()
        self.client = ShopClient(address)
        self._items = items
        self._buys = buys
        self._chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._waiting: deque[dict[str, Any]] = deque()
        self._retry_at = 0.0
        self._visitor: SocketVisitor | None = None
        self._stopping, self._closing = Event(), Event()
        self._thread = Thread(target=self._run, name=f"shopper {seed}", daemon=True)

    @property
    def waiting(self) -> int:
        """How many events have no receipt yet."""
        return len(self._waiting)

    def start(self) -> None:
        """Go shopping. Raises `Unanswered` if the shop is closed."""
        self.client.get("/")
        self._thread.start()

    def stop_shopping(self) -> None:
        """Do nothing new; what waits is still sent."""
        self._stopping.set()

    def leave(self, timeout: float = 30.0) -> None:
        """Leave the shop for good."""
        self._stopping.set()
        self._closing.set()
        self._thread.join(timeout)
        self._hang_up()
        self.ledger.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen(self._chance.expovariate(1 / MEAN_PAUSE) if not self._stopping.is_set() else 0.1)
                self._flush()
                if not self._stopping.is_set():
                    self._act()
            except Unanswered as error:
                logger.debug("%s", error)
            except Exception:  # a shopper who gives up would leave holes in the books
                logger.exception("a shopper stumbled")

    def _act(self) -> None:
        draw = self._chance.random()
        item = self._chance.choice(self._items)
        if self._buys and draw < 0.06 and self.ledger.basket and not self._waiting:
            self._order()
        elif draw < 0.2 and len(self.ledger.basket) < LINES:
            self._deliver(self._event("cart_item_added", item, quantity=self._chance.randint(1, 3)))
        elif draw < 0.25 and not self._buys and len(self.ledger.basket) < LINES:
            self._add_by_form(item)
        elif draw < 0.32 and item not in self.ledger.stars and len(self.ledger.stars) < ITEMS_RATED:
            self._deliver(self._event("item_rated", item, stars=self._chance.randint(1, 5)))
        else:
            self._deliver(self._event("item_viewed", item))

    def _event(self, kind: str, item: str, **fields: Any) -> dict[str, Any]:
        now = time.time()
        event_id = event_id_at(now, secrets.token_bytes(10))
        event = {"kind": kind, "event_id": event_id, "occurred_at": now, "item": item, "surface": "category", **fields}
        self.ledger.note_sent(event)
        return event

    def _deliver(self, event: dict[str, Any]) -> None:
        """Send an event: over the socket or by HTTP, by chance; later, if neither works or others wait already."""
        if self._waiting:
            self._waiting.append(event)
        elif not (self._chance.random() < 0.7 and self._over_socket(event)):
            self._waiting.append(event)
            self._retry_at = 0.0
            self._flush()

    def _over_socket(self, event: dict[str, Any]) -> bool:
        visitor = self._connect()
        if visitor is None:
            return False
        try:
            receipt = visitor.ask(INTERACTION, event, ANSWER_SECONDS)
        except CannotRun:
            return False
        except (OSError, WebSocketException):
            self._hang_up()
            return False
        return isinstance(receipt, dict) and self._settle(event["event_id"], receipt)

    def _flush(self) -> None:
        """Send what waits by HTTP, the oldest first."""
        while self._waiting and time.monotonic() >= self._retry_at:
            events = [self._waiting[number] for number in range(min(BATCH, len(self._waiting)))]
            self._retry_at = time.monotonic() + RETRY_SECONDS * (0.5 + self._chance.random())
            status, answer = self.client.post_json("/interactions", {"events": events})
            if status in REFUSED_FOR_GOOD:
                receipts: list[dict[str, Any]] = [{"accepted": False, "reason": f"answer {status}"}] * len(events)
            elif status == 202:
                receipts = answer.get("receipts", [])
            else:
                return
            settled = [self._settle(event["event_id"], one) for event, one in zip(events, receipts, strict=False)]
            done = {event["event_id"] for event, is_settled in zip(events, settled, strict=False) if is_settled}
            self._waiting = deque(event for event in self._waiting if event["event_id"] not in done)
            if len(done) < len(events):
                return
            self._retry_at = 0.0

    def _settle(self, event_id: str, receipt: dict[str, Any]) -> bool:
        """Write a receipt down. Returns False if the event is to be sent again."""
        accepted, reason = bool(receipt.get("accepted")), str(receipt.get("reason", ""))
        if not accepted and reason in TEMPORARY:
            return False
        self.ledger.note_receipt(event_id, accepted=accepted, reason=reason)
        return True

    def _add_by_form(self, item: str) -> None:
        page = self.client.get(f"/products/{item}")
        token = token_in(page.text)
        if page.status != 200 or not token:
            return
        try:
            answer = self.client.post_form("/basket/lines", {"item": item, "quantity": 1}, token)
        except Unanswered:
            self.ledger.unsure[item] += 1
            return
        if answer.status == 303:
            self.ledger.basket[item] += 1

    def _order(self) -> None:
        """Order what is in the basket; a form without an answer is sent again, as it is."""
        page = self.client.get("/basket/checkout")
        number, mark, token = field_in(page.text, "number"), field_in(page.text, "mark"), token_in(page.text)
        if page.status != 200 or not number:
            return
        while True:
            try:
                answer = self.client.post_form("/basket/order", {"number": number, "mark": mark}, token)
            except Unanswered:
                if self._closing.wait(RETRY_SECONDS):
                    self.ledger.note_ordered(number, thanked=False)
                    return
                continue
            if answer.status == 303 and number in answer.location:
                self.ledger.note_ordered(number, thanked=True)
            if answer.status < 500:
                return
            if self._closing.wait(RETRY_SECONDS):
                self.ledger.note_ordered(number, thanked=False)
                return

    def _connect(self) -> SocketVisitor | None:
        if self._visitor is None:
            with contextlib.suppress(OSError, WebSocketException, CannotRun):
                self._visitor = SocketVisitor(self.client.address, timeout=3.0, cookie=self.client.cookie)
        return self._visitor

    def _listen(self, seconds: float) -> None:
        """Take in what comes over the socket for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._visitor is None:
                self._closing.wait(left)
                return
            try:
                self._visitor.receive(left)
            except (OSError, WebSocketException):
                self._hang_up()

    def _hang_up(self) -> None:
        visitor, self._visitor = self._visitor, None
        if visitor is not None:
            visitor.close()
