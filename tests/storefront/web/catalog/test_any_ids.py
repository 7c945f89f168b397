"""Ids as shops have them, by page and by socket: each product has an address of its own, and forms reach it."""

import json
import re
from urllib.parse import quote

import pytest
from flask import Flask, url_for
from hypothesis import given
from markupsafe import escape

from online_models.schema.events import ItemId
from online_models.schema.product import Category, Product
from storefront.extensions import socketio
from storefront.serving.catalog import ShopCatalog
from storefront.web.rendering.one_segment import quoted_segment, segment_of, text_of_segment
from tests.shop_ids import ODD_IDS, shop_ids
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader


@pytest.fixture
def catalog() -> ShopCatalog:
    items = tuple(map(ItemId, ODD_IDS))
    return ShopCatalog(
        version="v1",
        products={
            item: Product(item=item, title=f"Mug {n}", price=195, category="mugs") for n, item in enumerate(items)
        },
        categories=(Category(slug="mugs", name="Mugs", size=len(items)),),
        by_category={"mugs": items},
        best_sellers=items,
    )


def address_of(app: Flask, item: str, form: str = "products.show") -> str:
    with app.test_request_context():
        return url_for(form, item=item)


def test_each_product_has_a_page(app: Flask, client: BrowserClient) -> None:
    for item in ODD_IDS:
        address = address_of(app, item)
        page = client.get(address)

        assert page.status_code == 200
        text = page.get_data(as_text=True)
        assert f'data-item="{escape(item)}"' in text
        data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0])
        assert data["sku"] == item
        assert data["url"].endswith(address)


@pytest.mark.parametrize("safe", ["", ":@=!$&'()*+,;"])
def test_an_address_that_quotes_the_id_leads_there_too(client: BrowserClient, safe: str) -> None:
    for number, item in enumerate(ODD_IDS):
        # What clients take for something else, whatever the shop does.
        if item != ".." and not (item.startswith("=") and "=" in safe):
            page = client.get(f"/products/{quote(item, safe=safe)}").get_data(as_text=True)
            assert f"<h1>Mug {number}</h1>" in page


def test_forms_reach_the_product(app: Flask, client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    kinds = ["item_rated", "item_dismissed", "item_liked", "cart_item_added", "item_wished", "cart_item_added"]
    token = client.token_on("/")
    for item in ODD_IDS:
        before = len(publisher.events)
        sent = [
            client.post(address, data={"token": token, **fields})
            for address, fields in (
                (address_of(app, item, "products.rate"), {"stars": 4}),
                (address_of(app, item, "products.dismiss"), {}),
                (address_of(app, item, "products.like"), {}),
                ("/basket/lines", {"item": item}),
                ("/wishlist", {"item": item}),
                (address_of(app, item, "basket.change"), {"quantity": 3}),
            )
        ]
        assert [answer.status_code for answer in sent] == [303] * 6
        reported = publisher.events[before:]
        assert [event.__struct_config__.tag for event in reported] == kinds
        assert {getattr(event, "item", None) for event in reported} == {item}


def test_a_form_leads_back_to_the_page_that_it_was_on(app: Flask, client: BrowserClient) -> None:
    token = client.token_on("/")
    for item in ODD_IDS:
        page = address_of(app, item)
        answer = client.post(
            address_of(app, item, "products.rate"),
            data={"token": token, "stars": 4},
            headers={"Referer": f"http://localhost{page}"},
        )
        assert answer.location == page


def test_a_socket_takes_events_of_any_item(app: Flask, client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    client.get("/")
    socket = socketio.test_client(app, flask_test_client=client)
    for item in ODD_IDS:
        receipt = socket.emit("interaction", {"kind": "item_viewed", "item": item}, callback=True)
        assert receipt["accepted"]
        assert getattr(publisher.events[-1], "item", None) == item


def test_lists_and_the_sitemap_lead_to_each(app: Flask, client: BrowserClient, reader: MemoryServingReader) -> None:
    shelf = client.get("/categories/mugs").get_data(as_text=True)
    sitemap = client.get("/sitemaps/1.xml").get_data(as_text=True)
    for item in ODD_IDS:
        assert f'href="{address_of(app, item)}"' in shelf
        assert f"{address_of(app, item)}</loc>" in sitemap


@given(shop_ids)
def test_a_part_of_an_address_says_which_id_it_stands_for(item: str) -> None:
    segment = segment_of(item)
    assert text_of_segment(segment) == item
    assert not {"/", "\\", "%"} & set(segment)
    assert segment not in (".", "..")
    assert "/" not in quoted_segment(item)


@given(shop_ids, shop_ids)
def test_no_two_ids_have_one_address(one: str, other: str) -> None:
    assert (quoted_segment(one) == quoted_segment(other)) == (one == other)
