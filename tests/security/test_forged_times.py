"""Somebody who reports made-up times from click to list: none of them reaches the figures of `/metrics`."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from consumers.kafka.record import Record
from consumers.monitor.event_counts import EventCounts
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import EventId, VisitorId
from online_models.schema.messages import INTERACTION, RANKING_CHANGED, RANKING_DRAWN, Percentiles
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.running_shop import DEADLINE, ITEMS, RunningShop

pytestmark = pytest.mark.integration


class Page:
    """A page of the shop that clicks, and reports when the list was drawn."""

    def __init__(self, shop: RunningShop) -> None:
        self._shop = shop
        self.socket = SocketVisitor(shop.address, DEADLINE)
        cookie = next(part for part in self.socket.cookie.split("; ") if part.startswith(f"{COOKIE}="))
        self.visitor = VisitorId(cookie.partition("=")[2].split(".")[0])

    def click(self) -> EventId:
        receipt = self.socket.ask(INTERACTION, {"kind": "item_viewed", "item": ITEMS[1]}, DEADLINE)
        assert receipt["accepted"]
        return EventId(receipt["event_id"])

    def hear(self, cause: EventId, received_at: float | None = None) -> None:
        """Have the learner answer a click, and wait for the list."""
        self._shop.push(self.visitor, ITEMS[20:32], cause, received_at)
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            message = self.socket.receive(until - time.monotonic())
            if message and message.name == RANKING_CHANGED and cause in message.fields["causes"]:
                return
        raise AssertionError("no list came")

    def report(self, cause: str, drawn_ms: float) -> None:
        report = {"surface": "for_you", "items": [], "cause": cause, "drawn_ms": drawn_ms, "painted_ms": drawn_ms}
        assert self.socket.ask(RANKING_DRAWN, report, DEADLINE)["accepted"], "it is an impression all the same"


@pytest.fixture
def page(shop: RunningShop) -> Iterator[Page]:
    one = Page(shop)
    with one.socket:
        yield one


@pytest.fixture
def forger(shop: RunningShop) -> Iterator[Page]:
    one = Page(shop)
    with one.socket:
        yield one


def figures(shop: RunningShop, *pages: Page) -> Percentiles | None:
    """What the monitor makes of all that these pages have reported."""
    visitors, counts = {page.visitor for page in pages}, EventCounts()
    events: list[dict[str, Any]] = [e for e in shop.events("ranking_shown") if e["visitor"] in visitors]
    assert events
    records = [Record(0, number, time.time(), json.dumps(event).encode(), ()) for number, event in enumerate(events)]
    counts.count(records, time.time())
    return counts.drawn_ms.percentiles(time.time())


def test_made_up_causes_do_not_count(shop: RunningShop, forger: Page) -> None:
    for number in range(60):
        forger.report(f"made-up-{number}", 600_000.0 if number % 2 else 0.0)
    assert figures(shop, forger) is None


def test_a_click_counts_once_however_often_it_is_answered(shop: RunningShop, forger: Page) -> None:
    cause, received_at = forger.click(), time.time()
    for _ in range(5):
        forger.hear(cause, received_at)
        forger.report(cause, (time.time() - received_at) * 1_000)
    found = figures(shop, forger)
    assert found is not None
    assert found.count == 1


def test_a_click_that_no_list_has_answered_yet_does_not_count(shop: RunningShop, forger: Page) -> None:
    forger.report(forger.click(), 50_000.0)
    assert figures(shop, forger) is None


def test_anothers_click_does_not_count(shop: RunningShop, page: Page, forger: Page) -> None:
    cause = page.click()
    page.hear(cause)
    forger.report(cause, 50_000.0)
    assert figures(shop, forger) is None


@pytest.mark.parametrize("drawn_ms", [600_000.0, 55_000.0, 0.0])
def test_a_time_that_the_shops_own_clock_rules_out_does_not_count(
    shop: RunningShop, forger: Page, drawn_ms: float
) -> None:
    cause = forger.click()
    # The list took a second on the shop's side.
    forger.hear(cause, time.time() - 1)
    forger.report(cause, drawn_ms)
    assert figures(shop, forger) is None


def test_an_honest_time_counts_once_whatever_a_forger_sends(shop: RunningShop, page: Page, forger: Page) -> None:
    clicked = time.perf_counter()
    cause = page.click()
    page.hear(cause)
    took = (time.perf_counter() - clicked) * 1_000
    page.report(cause, took)
    for _ in range(30):
        page.report(cause, took + 1_000)
        forger.report(cause, 600_000.0)
        forger.report(forger.click(), 600_000.0)
    found = figures(shop, page, forger)
    assert found is not None
    assert found.count == 1
    assert found.p50 == pytest.approx(took, abs=0.01)
