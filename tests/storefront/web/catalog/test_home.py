"""The home page: rows with evidence, no product twice, none that was dismissed."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from online_models.schema.events import ItemId
from online_models.schema.phrases import Phrase
from online_models.schema.product import Category, Product
from online_models.schema.recommendations import RankedItem, Reason
from storefront.serving.catalog import ShopCatalog
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryServingReader
from tests.storefront.manual_clock import ShiftedClock

DAY = 86_400.0
SHELVES = ("mugs", "bags", "toys", "lamps")


@pytest.fixture
def catalog() -> ShopCatalog:
    """Four categories of 40 products each."""
    by_category = {slug: tuple(ItemId(f"{slug}-{number}") for number in range(40)) for slug in SHELVES}
    products = {
        item: Product(item=item, title=f"Product {item}", price=100, category=slug)
        for slug, items in by_category.items()
        for item in items
    }
    categories = tuple(Category(slug=slug, name=slug.title(), size=40) for slug in SHELVES)
    return ShopCatalog("v1", products, categories, by_category, tuple(products))


@pytest.fixture
def client(app: Flask) -> BrowserClient:
    return browser_of(app)


def view(client: BrowserClient, *items: str) -> None:
    for item in items:
        client.post("/interactions", json={"kind": "item_viewed", "item": item})


def rows(client: BrowserClient) -> dict[str, list[str]]:
    """Return what the home page shows, by surface."""
    main = client.get("/").get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    parts = re.split(r'data-surface="(\w+)"', main)[1:]
    return {
        surface: re.findall(r'class="card" data-item="([\w-]+)"', part)
        for surface, part in zip(parts[::2], parts[1::2], strict=True)
    }


def similar_to(*items: str) -> tuple[RankedItem, ...]:
    reason = Reason(phrase=Phrase("Similar to this product"))
    return tuple(RankedItem(item=ItemId(item), score=1.0, member="test", reason=reason) for item in items)


def test_a_stranger_sees_what_moves_and_the_categories_and_no_row_without_evidence(client: BrowserClient) -> None:
    assert list(rows(client)) == ["for_you", "trending", "category"]
    page = client.get("/").get_data(as_text=True)
    assert all(f'href="/categories/{slug}"' in page for slug in SHELVES)


def test_what_was_viewed_makes_rows(client: BrowserClient, reader: MemoryServingReader) -> None:
    reader.learned_similar = {ItemId("mugs-39"): similar_to("mugs-35", "mugs-36", "mugs-38", "mugs-37")}
    view(client, "mugs-38", "mugs-39")
    shown = rows(client)
    assert shown["similar"] == ["mugs-35", "mugs-36", "mugs-37"], "nothing that was seen"
    assert "Because you viewed Product mugs-39" in client.get("/").get_data(as_text=True)
    assert shown["recently_viewed"] == ["mugs-39", "mugs-38"]


def test_a_product_that_little_is_similar_to_makes_room_for_the_one_before(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    reader.learned_similar = {
        ItemId("mugs-39"): similar_to("mugs-35", "mugs-36"),
        ItemId("mugs-38"): similar_to("mugs-34", "mugs-35", "mugs-36"),
    }
    view(client, "mugs-38", "mugs-39")
    assert rows(client)["similar"] == ["mugs-34", "mugs-35", "mugs-36"]
    assert "Because you viewed Product mugs-38" in client.get("/").get_data(as_text=True)


def test_new_to_you_and_the_surprise_come_from_categories_that_were_not_opened(client: BrowserClient) -> None:
    view(client, "mugs-39", "bags-39")
    shown = rows(client)
    assert {item.split("-")[0] for item in shown["new_to_you"]} == {"toys", "lamps"}
    assert len(shown["new_to_you"]) == 6
    assert [item.split("-")[0] in {"toys", "lamps"} for item in shown["surprise"]] == [True]


def test_the_surprise_stays_for_a_day(client: BrowserClient, app_clock: ShiftedClock) -> None:
    view(client, "mugs-39")
    today = rows(client)["surprise"]
    assert rows(client)["surprise"] == today
    others = set()
    for _ in range(5):
        app_clock.ahead += DAY
        others |= set(rows(client)["surprise"])
    assert others != set(today)


def test_nothing_is_there_twice_nor_what_was_dismissed(client: BrowserClient, reader: MemoryServingReader) -> None:
    everything = similar_to(*(f"{slug}-{number}" for number in range(20) for slug in SHELVES))
    reader.trending = reader.popular = reader.top_rated = reader.new_arrivals = everything
    reader.learned_similar = {ItemId("mugs-19"): everything}
    client.submit("/", to="/products/toys-1/dismissal")
    view(client, "lamps-0", "mugs-19")
    shown = [item for items in rows(client).values() for item in items]
    assert len(shown) > 40
    assert len(set(shown)) == len(shown)
    assert "toys-1" not in shown


def test_a_dismissed_product_leads_to_no_row_and_is_in_none(client: BrowserClient, reader: MemoryServingReader) -> None:
    reader.learned_similar = {ItemId("mugs-39"): similar_to("mugs-35", "mugs-36", "mugs-37")}
    view(client, "mugs-39")
    assert "similar" in rows(client)
    client.submit("/", to="/products/mugs-39/dismissal")
    shown = rows(client)
    assert "similar" not in shown
    assert "recently_viewed" not in shown


def test_with_nothing_left_to_discover_there_is_no_surprise(
    client: BrowserClient, reader: MemoryServingReader, catalog: ShopCatalog
) -> None:
    reader.catalog = replace(catalog, categories=catalog.categories[:1])
    view(client, "mugs-19")
    assert {"new_to_you", "surprise"}.isdisjoint(rows(client))
