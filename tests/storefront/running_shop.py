"""The shop in a real Chromium, on a real gunicorn and a real Redis. The tests push lists as the learner would.

Unless a test names a Kafka none runs: events wait in the spool, where the tests read what the shop has taken in.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_socketio import SocketIO
from playwright.sync_api import BrowserContext, Page
from redis import Redis
from socketio import RedisManager

from infra.programs.ports import free_port
from infra.programs.program import kill_group
from online_models.schema import keyspace
from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.messages import (
    EVERYONE,
    ITEMS_WITHDRAWN,
    PUSH_CHANNEL,
    RANKING_CHANGED,
    RELATED_CHANGED,
    TRENDING_CHANGED,
    ItemsWithdrawn,
    RankingChanged,
    RelatedChanged,
    RelatedSurface,
    TrendingChanged,
    to_message,
    visitor_room,
)
from online_models.schema.phrases import Phrase
from online_models.schema.product import Category, Product, encode_categories, encode_product
from online_models.schema.recommendations import (
    Journey,
    RankedItem,
    Ranking,
    Reason,
    card_of,
    encode_items,
    encode_ranking,
)

DEADLINE = 60.0
ITEMS = [ItemId(f"item{number:02}") for number in range(40)]
NEW = ITEMS[-3:]
PRODUCTS = {
    item: Product(item=item, title=f"Product {item}", price=195, category="all", picture=keyspace.picture_path("p"))
    for item in ITEMS
}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#cde" d="M0 0h8v8H0z"/></svg>'
FOR_YOU = '[data-rail="for_you"]'


def wait_until(condition: Callable[[], object], seconds: float = DEADLINE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def publish_catalog(redis: Any, version: str = "v1", slugs: Sequence[str] = ("all",)) -> None:
    """Publish all products as a version, in each of some categories: that of the products first."""
    redis.hset(keyspace.catalog_products(version), mapping={i: encode_product(p) for i, p in PRODUCTS.items()})
    names, picture = {"all": "All things"}, keyspace.picture_path("p")
    categories = tuple(
        Category(slug=slug, name=names.get(slug, slug.title()), size=len(ITEMS), picture=picture) for slug in slugs
    )
    redis.set(keyspace.catalog_categories(version), encode_categories(categories))
    for slug in slugs:
        redis.rpush(keyspace.catalog_category(version, slug), *ITEMS)
    redis.rpush(keyspace.catalog_best_sellers(version), *ITEMS)
    redis.hset(keyspace.catalog_pictures(version), "p", PICTURE)
    redis.set(keyspace.catalog_version(), version)
    reason = Reason(phrase=Phrase("As the learner says"))
    new = tuple(RankedItem(item=item, score=1.0, member="test", reason=reason) for item in NEW)
    redis.set(keyspace.new_arrivals(), encode_items(new))


def learner_at(redis_url: str) -> SocketIO:
    """Return what pushes through Redis as the learner would."""
    # The library itself takes a unix:// URL for another kind of queue.
    return SocketIO(message_queue="", client_manager=RedisManager(redis_url, PUSH_CHANNEL, write_only=True))


class ShopProcess:
    """A storefront that can be stopped and started again, on the same port and with the same Redis and settings."""

    def __init__(
        self,
        home: Path,
        port: int,
        redis_url: str,
        kafka: str = "",
        environment: Mapping[str, str] | None = None,
        **settings: str,
    ) -> None:
        self.home = home
        self.address = f"http://127.0.0.1:{port}"
        self.redis_url = redis_url
        self._environment = os.environ | {
            "RIVERFRONT_HOME": str(home),
            "RIVERFRONT_PORT": str(port),
            "RIVERFRONT_REDIS": redis_url,
            "RIVERFRONT_KAFKA": kafka or f"127.0.0.1:{free_port()}",
            "RIVERFRONT_OPS_OPEN": "1",
            "RIVERFRONT_DEMO": "1",
            **(environment or {}),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.home / "log.txt"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        process = self.launch()
        wait_until(lambda: answers(f"{self.address}/healthz/ready") or process.poll() is not None, 3 * DEADLINE)
        assert process.poll() is None, self.log.read_text()

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start it without waiting for it."""
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "storefront"],
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._process = process
        return process

    def kill(self) -> None:
        """Kill it with all its processes, at once."""
        if self._process is not None:
            kill_group(self._process.pid)
            self._process.wait(timeout=20)
            self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=20)
            finally:
                # Nothing of it may live on beside the next one: they have one port and one database.
                kill_group(self._process.pid)
                self._process = None


@dataclass(frozen=True)
class RunningShop:
    process: ShopProcess
    learner: SocketIO

    @property
    def address(self) -> str:
        return self.process.address

    @property
    def home(self) -> Path:
        return self.process.home

    def keep(self, visitor: VisitorId, items: Sequence[str]) -> None:
        """Write a visitor's list as the learner would, without a push: the page was away when it came."""
        reason = Reason(phrase=Phrase("Kept by the test"))
        ranked = tuple(RankedItem(item=ItemId(item), score=1.0, member="test", reason=reason) for item in items)
        ranking = Ranking(
            ranking_id=RankingId(f"r{time.monotonic_ns()}"), visitor=visitor, ranked_at=time.time(), items=ranked
        )
        with Redis.from_url(self.process.redis_url) as redis:
            redis.set(keyspace.ranking(visitor), encode_ranking(ranking))

    def push(
        self, visitor: VisitorId, items: Sequence[str], cause: str | None = None, received_at: float | None = None
    ) -> None:
        """Push a list as the learner would, which knows when the shop received the cause."""
        now = time.time()
        received_at = received_at or self._received_at(cause) or now - 0.008
        journey = Journey(
            event_id=EventId(cause or "e0"),
            partition=2,
            offset=1234,
            received_at=received_at,
            appended_at=now - 0.006,
            polled_at=now - 0.005,
            learned_at=now - 0.004,
            ranked_at=now - 0.003,
            pushed_at=now - 0.002,
        )
        reason = Reason(phrase=Phrase("Pushed by the test"))
        message = RankingChanged(
            ranking_id=RankingId(f"r{time.monotonic_ns()}"),
            items=tuple(card_of(PRODUCTS[ItemId(item)], reason) for item in items),
            causes=(EventId(cause or "e0"),),
            journey=journey,
        )
        self.learner.emit(RANKING_CHANGED, to_message(message), to=visitor_room(visitor))

    def push_related(self, visitor: VisitorId, surface: RelatedSurface, items: Sequence[str], item: str = "") -> str:
        """Push what belongs to a visitor's page or basket, as the learner would, and return the list's id."""
        reason = Reason(phrase=Phrase("Pushed by the test"))
        message = RelatedChanged(
            surface=surface,
            ranking_id=RankingId(f"r{time.monotonic_ns()}"),
            items=tuple(card_of(PRODUCTS[ItemId(one)], reason) for one in items),
            item=ItemId(item) if item else None,
        )
        self.learner.emit(RELATED_CHANGED, to_message(message), to=visitor_room(visitor))
        return message.ranking_id

    def withdraw(self, *items: str, deleted: Sequence[str] = ()) -> None:
        """Tell all pages, as the monitor would, that items cannot be bought any more."""
        message = ItemsWithdrawn(items=tuple(map(ItemId, items)), deleted=tuple(map(ItemId, deleted)))
        self.learner.emit(ITEMS_WITHDRAWN, to_message(message), to=EVERYONE)

    def push_trending(self, items: Sequence[str]) -> None:
        """Push what moves now to all pages, as the learner would."""
        reason = Reason(phrase=Phrase("Pushed by the test"))
        message = TrendingChanged(items=tuple(card_of(PRODUCTS[ItemId(item)], reason) for item in items))
        self.learner.emit(TRENDING_CHANGED, to_message(message), to=EVERYONE)

    def shown(self, visitor: VisitorId, surface: str) -> list[dict[str, Any]]:
        """Return what one visitor's pages have reported as seen on a surface."""
        return [
            event
            for event in self.events("ranking_shown")
            if (event["visitor"], event["surface"]) == (visitor, surface)
        ]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a kind that the shop has taken in."""
        return [event for event in self._spooled() if event["kind"] == kind]

    def _received_at(self, event_id: str | None) -> float | None:
        return next((event["received_at"] for event in self._spooled() if event["event_id"] == event_id), None)

    def _spooled(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for spool in self.home.glob("spool/*.jsonl"):
            found += [json.loads(line) for line in spool.read_bytes().splitlines()]
        return found


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def open_page(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.mouse.move(2, 2)
    return page


def visitor_of(page: Page) -> VisitorId:
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "riverfront_visitor")
    return VisitorId(cookie["value"].split(".")[0])


def items_of(page: Page, rail: str = FOR_YOU) -> list[str]:
    script = "list => [...list.children].filter(c => !c.inert).map(c => c.dataset.item)"
    found: list[str] = page.locator(f"{rail} .rail__list").evaluate(script)
    return found


def journeys_of(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("() => window.riverfront.journeys")
    return found


def click_card(page: Page, shop: RunningShop, selector: str) -> str:
    """Click a card and return the id of the view that the shop has taken in."""
    before = len(shop.events("item_viewed"))
    page.locator(selector).first.click()
    wait_until(lambda: len(shop.events("item_viewed")) > before)
    return str(shop.events("item_viewed")[-1]["event_id"])
