"""A real browser in the shop: it clicks products as a visitor would, and reads from the page what became of each click.

That a click's own event was sent, and that a list came for it, is read from the socket's frames; the times are the
page's own (`window.riverfront.journeys`).
"""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, WebSocket, sync_playwright
from socketio import packet as socket_io

from infra.errors import CannotRun
from infra.visitors.click import Click
from infra.visitors.packets import decode_packet, read_event
from online_models.schema.messages import INTERACTION, RANKING_CHANGED

CHOOSE = """([random, stays]) => {
  // A click leaves the focus on a link, and a list with the focus in it holds still.
  const within = stays ? '.section:not(.rail)' : 'main';
  const links = [...document.querySelectorAll(`${within} a[href^='/products/']`)].slice(0, 24);
  const link = links[Math.floor(random * links.length)];
  link?.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  const point = link?.getBoundingClientRect();
  return point?.width ? { x: point.x + point.width / 2, y: point.y + point.height / 3 } : null;
}"""
"""Brings one of the first products into view and says where it is."""

SETTLE = """async ([cause, patience]) => {
  const until = performance.now() + patience;
  for (;;) {
    const journey = window.riverfront.journeys.findLast(journey => journey.cause === cause) ?? null;
    if (journey?.painted_ms || journey?.held || performance.now() > until) return journey;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}"""
"""Waits until a click's list is painted, or held back, and says what became of the click."""

STAY = "addEventListener('click', event => event.preventDefault())"
"""Clicks count as ever, but the page stays where it is."""

HOME_EVERY = 8
"""After this many clicks the visitor goes back to the home page."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How long a hand rests on a product before it presses, presses, and stays there if the page does, in ms."""

    hover_ms: float
    press_ms: float
    after_ms: float


QUICK = Hand(hover_ms=20, press_ms=20, after_ms=0)
"""For checks that only count."""

HUMAN = Hand(hover_ms=150, press_ms=90, after_ms=250)
"""For what is timed: a page asks for what is pointed at before it is clicked, as long before as with a person.

Nothing is asked of the browser while the hand stays: what asks would take the processors from what is timed.
"""

DEADLINE = 5.0
TRIES = 4


class ShopBrowser:
    """One open page. Raises `CannotRun` when the page does not connect to the shop.

    With ``stays`` the page does not follow the links that are clicked, so that what is timed is the list alone.
    """

    def __init__(
        self,
        executable: str,
        address: str,
        seed: int = 1,
        *,
        dark: bool = False,
        stays: bool = False,
        hand: Hand = QUICK,
    ) -> None:
        self._address = address
        self._hand = hand
        self._rng = random.Random(seed)  # noqa: S311 - which card to click
        self._sent: list[str] = []
        self._lists: dict[str, tuple[str, ...]] = {}
        self._clicks = 0
        self._connected = False
        self.problems: list[str] = []
        self._playwright = sync_playwright().start()
        # Chromium refuses to run as root with its sandbox; the page is our own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._browser = self._playwright.chromium.launch(executable_path=executable, args=arguments)
        self._is_dark = dark
        self.page: Page = self.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("websocket", self._follow)
        self.page.goto(address)
        self._wait(lambda: bool(self._connected), "The page did not open a socket to the shop.")
        self._stays = stays
        if stays:
            self.page.evaluate(STAY)

    def __enter__(self) -> "ShopBrowser":
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()

    def new_page(self) -> Page:
        """Open another page in the same browser."""
        return self._browser.new_page(
            viewport={"width": 1280, "height": 1000},
            color_scheme="dark" if self._is_dark else "light",
            # Headless browsers draw in software: motion would take the processors that the shop is measured on.
            reduced_motion="reduce",
        )

    def click_product(self) -> Click:
        """Click a product that is in view, and wait for the list that answers."""
        if self._clicks and self._clicks % HOME_EVERY == 0 and not self._stays:
            self.go_home()
        self._clicks += 1
        sent = len(self._sent)
        return self._outcome(self._sent[sent]) if self._click() else Click(None)

    def go_home(self) -> None:
        """Go back to the home page, as a visitor does."""
        self.page.locator("header a[href='/']").first.click()
        self.page.wait_for_selector("main[data-page='home']")

    def _click(self) -> bool:
        """Click one of the products with the mouse. Says whether the page took it: cards move, so one can be missed."""
        sent = len(self._sent)
        for _ in range(TRIES):
            point: dict[str, float] | None = self.page.evaluate(CHOOSE, [self._rng.random(), self._stays])
            if point is None:
                self.page.wait_for_timeout(100)
                continue
            self.page.mouse.move(point["x"], point["y"])
            self.page.wait_for_timeout(self._hand.hover_ms)
            self.page.mouse.click(point["x"], point["y"], delay=self._hand.press_ms)
            if self._stays:
                self.page.wait_for_timeout(self._hand.after_ms)
            # A list that the pointer rests on holds still, by design; visitors move on.
            self.page.mouse.move(2, 2)
            if self._comes_true(lambda: len(self._sent) > sent, seconds=1.0):
                return True
        return False

    def _outcome(self, event_id: str) -> Click:
        """Wait for the list that names the event as a cause, then for the page to have drawn it."""
        if not self._comes_true(lambda: event_id in self._lists):
            return Click(None)
        journey: dict[str, Any] = self.page.evaluate(SETTLE, [event_id, DEADLINE * 1_000]) or {}
        return Click(
            push_ms=journey.get("arrived_ms"),
            drawn_ms=journey.get("drawn_ms"),
            painted_ms=journey.get("painted_ms"),
            items=self._lists[event_id],
        )

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_sent)
        socket.on("framereceived", self._note_received)

    def _note_sent(self, frame: str | bytes) -> None:
        name, fields = read_event(frame)
        if name == INTERACTION and fields.get("kind") == "item_viewed":
            self._sent.append(str(fields["event_id"]))

    def _note_received(self, frame: str | bytes) -> None:
        packet = decode_packet(frame)
        self._connected = self._connected or (packet is not None and packet.packet_type == socket_io.CONNECT)
        name, fields = read_event(frame)
        if name == RANKING_CHANGED:
            items = tuple(card["item"] for card in fields["items"])
            self._lists.update(dict.fromkeys(fields.get("causes", ()), items))

    def _comes_true(self, condition: Callable[[], bool], seconds: float = DEADLINE) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.page.wait_for_timeout(15)  # lets the browser's messages in
        return True

    def _wait(self, condition: Callable[[], bool], otherwise: str) -> None:
        if not self._comes_true(condition):
            raise CannotRun(f"{otherwise} {'; '.join(self.problems)}")
