"""The tour's page, and where it is offered."""

import re

from flask import Flask

from storefront.web.tour.routes import CLICKS
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
