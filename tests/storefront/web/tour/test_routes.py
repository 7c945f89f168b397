"""The tour's page, and where it is offered."""

import re

from flask import Flask

from storefront.web.tour.routes import CLICKS, COOKIE
from tests.storefront.browser_client import BrowserClient, browser_of

TILE = re.compile(r'<a class="tile" href="/products/(\w+)"')


def test_it_shows_products_of_each_category_in_turn(client: BrowserClient) -> None:
    page = client.get("/tour").get_data(as_text=True)
    assert TILE.findall(page) == ["mug", "bag", "cup", "purse", "bowl", "tote"]
    assert f'data-left="{CLICKS}"' in page


def test_it_shows_the_visitors_list_beside_that_of_a_new_one_and_leads_on(client: BrowserClient) -> None:
    page = client.get("/tour").get_data(as_text=True)
    assert re.findall(r'data-rail="(\w+)"', page) == ["for_you", "trending"]
    assert 'href="/account/recommendations" data-tour-end' in page


def test_it_is_offered_to_who_is_new_until_they_have_opened_it(app: Flask) -> None:
    client = browser_of(app)
    offer = "Take the tour"
    assert offer in client.get("/").get_data(as_text=True)
    client.get("/tour")
    assert offer not in client.get("/").get_data(as_text=True)
    assert 'href="/tour"' in client.get("/").get_data(as_text=True), "the footer leads there"


def test_what_was_dismissed_is_not_among_its_products(client: BrowserClient) -> None:
    client.post("/products/mug/dismissal", data={"token": client.token_on("/products/mug")})
    assert "mug" not in TILE.findall(client.get("/tour").get_data(as_text=True))


def test_without_profiling_it_says_so_and_begins_once_that_is_on_again(client: BrowserClient) -> None:
    address = "/account/recommendations/profiling"
    client.submit("/", {"profiling": "off"}, to=address)
    page = client.get("/tour").get_data(as_text=True)
    assert "Profiling is off in this browser" in page
    assert TILE.findall(page) == []
    assert "data-rail=" not in page
    assert client.get_cookie(COOKIE) is None, "it was not seen"

    client.submit("/tour", {"profiling": "on"}, to=address)
    assert TILE.findall(client.get("/tour").get_data(as_text=True))
