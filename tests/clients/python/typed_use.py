"""What mypy says of programs that use the client: what is marked is wrong, and would go unnoticed without its types."""

from typing import assert_type

from riverfront_client import AsyncRiverfront, Event, Riverfront
from riverfront_client.models import ItemList, SearchedItem


def use(shop: Riverfront) -> None:
    assert_type(shop.get_list("new", count=3, tag=["red"]), ItemList)
    shop.get_list("new", size=3)  # type: ignore[call-arg]
    shop.get_list("new", count="3")  # type: ignore[arg-type]
    shop.send_events([Event(kind="item_viewed", visitor="v", item="i"), {"client_id": "1.2", "events": []}])
    shop.send_events(Event(kind="item_seen", visitor="v"))  # type: ignore[typeddict-item]
    shop.send_events(Event(kind="item_viewed", item="i"))  # type: ignore[typeddict-item]
    shop.get_item()  # type: ignore[call-arg]


async def use_with_async(shop: AsyncRiverfront) -> None:
    assert_type((await shop.search("mug", page=2)).items, list[SearchedItem])
    print(shop.get_recommendations("v").items)  # type: ignore[attr-defined]  # noqa: T201
