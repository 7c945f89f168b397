"""A stranger's program: with a key alone, it sends a catalog and 1,000 events; its list changes with the next event.

It prints how long each event took, in seconds, from being sent to the changed list.
"""

import json
import os
import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

from riverfront_client import ItemChange, Riverfront
from riverfront_client.models import ItemList

T = TypeVar("T")

SECONDS = 60.0
"""How long anything may take."""

SHELVES = ("Chairs", "Tables", "Rugs", "Beds", "Desks")
EACH, VISITORS, VIEWS = 40, 50, 20
LOOKER = "gid://shop/Customer/7 é"


def first(ask: Callable[[], T], holds: Callable[[T], object]) -> T:
    """Ask until an answer is as it should be."""
    deadline = time.monotonic() + SECONDS
    while not holds(answer := ask()):
        if time.monotonic() > deadline:
            raise SystemExit(f"waited in vain; the last answer was {answer!r}")
        time.sleep(0.01)
    return answer


def items_of(shelf: str) -> list[str]:
    return [f"gid://shop/{shelf}/{number}" for number in range(EACH)]


def send_catalog(shop: Riverfront) -> None:
    changes = [
        ItemChange(item=item, fields={"title": f"{shelf[:-1]} number {n}", "price": 10 + n, "category": shelf})
        for shelf in SHELVES
        for n, item in enumerate(items_of(shelf))
    ]
    assert shop.change_items(changes).written == len(changes)
    first(lambda: shop.search("desk"), lambda found: found.total >= EACH)


def send_history(shop: Riverfront) -> None:
    """Send 1,000 events of visitors who each look at one shelf."""
    random = Random(7)
    events = [
        {"kind": "item_viewed", "visitor": f"customer-{number}", "item": item}
        for number in range(VISITORS)
        for item in random.sample(items_of(SHELVES[number % len(SHELVES)]), VIEWS)
    ]
    results = shop.send_events(events)
    assert (len(events), results.accepted) == (1_000, 1_000), results


def look_at(shop: Riverfront, item: str, before: ItemList) -> tuple[ItemList, float]:
    """Send one event; return the list that it led to, and after how long."""
    sent_at = time.perf_counter()
    taken = shop.send_events({"kind": "item_viewed", "visitor": LOOKER, "item": item})
    after = first(
        lambda: shop.get_recommendations(LOOKER),
        lambda found: found.is_personal and found.ranking_id != before.ranking_id,
    )
    seconds = time.perf_counter() - sent_at
    event = taken.results[0].events[0].event_id
    assert event
    status = first(lambda: shop.get_event(event), lambda found: found.state == "learned")
    assert after.ranking_id in [made.ranking_id for made in status.lists], "the event is what changed the list"
    return after, seconds


def main() -> None:
    with Riverfront(os.environ["RIVERFRONT_URL"], os.environ["RIVERFRONT_KEY"]) as shop:
        send_catalog(shop)
        send_history(shop)
        first(lambda: shop.get_similar_items(items_of("Beds")[-1]), lambda found: found.items)
        seconds = []
        shown = shop.get_recommendations(LOOKER)
        for shelf in ("Rugs", "Beds"):
            before = [item.item for item in shown.items]
            shown, took = look_at(shop, items_of(shelf)[3], shown)
            assert [item.item for item in shown.items] != before
            assert any(item.item in items_of(shelf) for item in shown.items[:4]), shown
            seconds.append(took)
        print(json.dumps(seconds))  # noqa: T201 - its output


if __name__ == "__main__":
    main()
