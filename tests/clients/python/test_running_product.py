"""The Python client against a running product: Kafka, Redis, learner, storefront."""

import asyncio
import uuid
from collections.abc import Iterator

import pytest

from riverfront_client import (
    AsyncRiverfront,
    ItemChange,
    ItemForm,
    NotAllowed,
    NotFound,
    RecommendationRequest,
    Refused,
    RequestFilter,
    Riverfront,
    pages,
)
from tests.clients.conftest import Product
from tests.clients.event_loop import run_async
from tests.clients.waiting import first

pytestmark = pytest.mark.integration

RED_MUG, BLUE_BOWL = "Mug/0", "Bowl/1"


@pytest.fixture
def shop(product: Product) -> Iterator[Riverfront]:
    with Riverfront(product.address, product.key) as shop:
        yield shop


@pytest.fixture
def visitor() -> str:
    return f"visitor/{uuid.uuid4().hex} é"


def test_the_list_changes_with_each_event(shop: Riverfront, visitor: str) -> None:
    before = shop.get_recommendations(visitor)
    assert not before.is_personal
    ranking_id = before.ranking_id
    for number, item in enumerate((RED_MUG, BLUE_BOWL)):
        event = f"e-{uuid.uuid4().hex}"
        taken = shop.send_events({"kind": "item_viewed", "visitor": visitor, "item": item, "event_id": event})
        assert (taken.accepted, taken.results[0].status) == (1, "accepted"), number
        mine = first(lambda: shop.get_recommendations(visitor), lambda found: found.ranking_id != ranking_id)  # noqa: B023
        assert mine.is_personal
        assert all(one.reason for one in mine.items)
        ranking_id = mine.ranking_id
        status = first(lambda: shop.get_event(event), lambda found: found.state == "learned")  # noqa: B023
        assert status.log is not None


def test_a_thousand_events_go_at_once_and_count_once(shop: Riverfront, visitor: str) -> None:
    items = [item.item for item in shop.get_list("trending", count=50).items]
    events = [{"kind": "item_viewed", "visitor": visitor, "item": items[n % len(items)]} for n in range(1_000)]
    key = uuid.uuid4().hex
    one, again = (shop.send_events(events, idempotency_key=key) for _ in range(2))
    assert one.accepted == 1_000
    ids = [[event.event_id for event in result.events] for result in one.results]
    assert ids == [[event.event_id for event in result.events] for result in again.results]
    with pytest.raises(Refused) as caught:
        shop.send_events(events[:1], idempotency_key=key)
    assert caught.value.code == "reused-key"


def test_a_list_is_made_for_an_anonymous_visit(shop: Riverfront) -> None:
    asked = RecommendationRequest(session=[RED_MUG], count=5, explain=True)
    made = first(lambda: shop.make_recommendations(asked), lambda found: len(found.items) == 5)
    assert all(item.source in item.scores for item in made.items)
    category = made.items[0].category
    asked = RecommendationRequest(session=[RED_MUG], count=3, filter=RequestFilter(categories=[category]))
    assert {item.category for item in shop.make_recommendations(asked).items} == {category}


def test_an_item_is_written_found_and_taken_away(shop: Riverfront) -> None:
    item, word = f"own/{uuid.uuid4().hex}", f"zyx{uuid.uuid4().hex[:6]}"
    form = ItemForm(title=f"Mug {word}", price=4.95, category="Mugs", availability="in_stock")
    assert shop.put_item(item, form).status == "written"
    first(lambda: shop.search(word), lambda found: item in [one.item for one in found.items])
    served = first(lambda: shop.get_item(item), lambda found: found.title == form.title)
    assert served.price == 495
    patch = ItemChange(item=item, action="patch", fields={"price": 5.25})
    assert shop.change_items([patch, ItemChange(item="none", action="delete")]).written == 1
    assert shop.set_stock(item, 3).status == "written"
    first(lambda: shop.get_item(item), lambda found: found.price == 525)
    assert shop.delete_item(item).status == "written"
    first(lambda: shop.search(word), lambda found: item not in [one.item for one in found.items])
    with pytest.raises(NotFound) as caught:
        first(lambda: shop.get_item(item), lambda _: False)
    assert caught.value.code == "unknown-item"


def test_pages_follow_each_other_without_repeats(shop: Riverfront) -> None:
    found = [item.item for page in pages(shop.get_list, "trending", count=10) for item in page.items]
    assert len(found) == len(set(found)) > 10


def test_a_visitor_is_exported_and_erased(shop: Riverfront, visitor: str) -> None:
    shop.send_events({"kind": "item_wished", "visitor": visitor, "item": BLUE_BOWL})
    first(lambda: shop.get_history(visitor), lambda found: found.entries)
    assert shop.export_visitor(visitor).wish_list == [BLUE_BOWL]
    shop.forget_visitor(visitor)
    first(lambda: shop.get_history(visitor), lambda found: not found.entries)


def test_a_key_that_is_none_opens_nothing(product: Product) -> None:
    with Riverfront(product.address, "rf_server_none") as shop, pytest.raises(NotAllowed):
        shop.get_list("trending")


def test_many_at_once_with_async(product: Product) -> None:
    async def ask() -> list[int]:
        async with AsyncRiverfront(product.address, product.key) as shop:
            similar = await asyncio.gather(
                *(shop.get_similar_items(item, count=5) for item in (RED_MUG, BLUE_BOWL) * 5)
            )
            return [len(found.items) for found in similar]

    assert run_async(ask()) == [5] * 10
