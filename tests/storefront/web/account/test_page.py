"""The account's menu stands beside every page that it names, for who is signed in."""

import re

from tests.storefront.browser_client import BrowserClient

SHARED = ("/orders", "/account/reviews", "/account/recommendations")
"""Pages that visitors without an account have too."""


def ways_in(page: str) -> dict[str, str]:
    """Where the menu leads, and what it says of each: ``page``, ``true`` or nothing."""
    menu = page.partition('<nav class="account__menu"')[2].partition("</nav>")[0]
    return dict(re.findall(r'<a href="([^"]+)"(?: aria-current="(\w+)")?>', menu))


def test_the_menu_stays_when_one_of_its_pages_is_opened(ann: BrowserClient) -> None:
    ways = ways_in(ann.get("/account/profile").get_data(as_text=True))
    for way in SHARED:
        assert way in ways
        page = ann.get(way).get_data(as_text=True)
        assert ways_in(page) == {path: "page" if path == way else "" for path in ways}
        assert page.partition("</main>")[0].count("<h1") == 1


def test_one_order_hangs_below_the_orders(ann: BrowserClient) -> None:
    ann.submit("/basket", {"item": "mug", "quantity": "1"}, to="/basket/lines")
    checkout = ann.get("/basket/checkout").get_data(as_text=True)
    fields = dict(re.findall(r'name="(number|mark)" value="([^"]+)"', checkout))
    placed = ann.submit("/basket/checkout", fields, to="/basket/order").headers["Location"]
    assert ways_in(ann.get(placed).get_data(as_text=True))["/orders"] == "true"


def test_the_question_before_a_reset_hangs_below_the_reasons(ann: BrowserClient) -> None:
    page = ann.get("/account/recommendations/reset").get_data(as_text=True)
    assert ways_in(page)["/account/recommendations"] == "true"


def test_without_an_account_there_is_no_menu_of_one(client: BrowserClient) -> None:
    for path in (*SHARED, "/account/recommendations/reset"):
        page = client.get(path).get_data(as_text=True)
        assert not ways_in(page)
        assert "account__page" not in page
