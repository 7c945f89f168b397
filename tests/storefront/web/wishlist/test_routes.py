"""The wish list's page, and hearts as forms."""

import re

import pytest
from flask import Flask

from online_models.schema.events import ItemId, ItemUnwished, ItemWished
from tests.storefront.browser_client import ORIGIN, BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher


def wish(client: BrowserClient, item: str = "mug", page: str = "/") -> str:
    """Press a heart of a page without scripts, and return where that leads."""
    fields = {"token": client.token_on(page), "item": item}
    return str(client.post("/wishlist", data=fields, headers={"Referer": f"{ORIGIN}{page}"}).location)


def shown(client: BrowserClient) -> list[str]:
    main = client.get("/wishlist").get_data(as_text=True).partition('data-rail="for_you"')[0]
    return re.findall(r'class="card" data-item="(\w+)"', main)


def hearts(page: str, item: str) -> set[str]:
    return set(re.findall(rf'form="wish" name="item" value="{item}"[^>]* aria-pressed="(\w+)"', page))


@pytest.fixture
def client(app: Flask) -> BrowserClient:
    return browser_of(app)


def test_a_heart_puts_a_product_on_the_list_and_stays_on_the_page(
    client: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    assert wish(client, "mug", "/products/bag") == "/products/bag"
    assert wish(client, "cup") == "/"
    assert shown(client) == ["cup", "mug"], "the last one first"
    wished = [event.item for event in publisher.events if isinstance(event, ItemWished)]
    assert wished == [ItemId("mug"), ItemId("cup")]


def test_every_heart_of_a_product_says_whether_it_is_on_the_list(client: BrowserClient) -> None:
    assert hearts(client.get("/products/mug").get_data(as_text=True), "mug") == {"false"}
    wish(client)
    for path in ("/products/mug", "/wishlist", "/categories/mugs"):
        assert hearts(client.get(path).get_data(as_text=True), "mug") == {"true"}
    assert hearts(browser_of(client.application).get("/products/mug").get_data(as_text=True), "mug") == {"false"}


def test_a_product_is_taken_off_again(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    wish(client)
    answer = client.submit("/wishlist", {"item": "mug"}, to="/wishlist/removals")
    assert answer.location == "/wishlist"
    assert shown(client) == []
    assert "Your wish list is empty" in client.get("/wishlist").get_data(as_text=True)
    assert [type(event) for event in publisher.events] == [ItemWished, ItemUnwished]


def test_what_the_shop_does_not_sell_is_refused(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    assert client.submit("/", {"item": "no-such-thing"}, to="/wishlist").status_code == 400
    assert client.submit("/", {}, to="/wishlist").status_code == 400
    assert publisher.events == []
