"""What anybody writes anywhere comes back as text: from forms, addresses, the catalog, and in what is downloaded."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import msgspec
import pytest
from flask import Flask

from online_models.schema.events import ItemId
from online_models.schema.product import Category
from storefront.serving.catalog import ShopCatalog
from tests.storefront.accounts.people import ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryServingReader
from tests.storefront.security.test_others_things import order_of
from tests.storefront.stored import accounts_of

HOSTILE = "\"'><script>steal()</script><img src=x onerror=steal()><svg onload=steal()>"
MUG = "/products/mug"


class Reader(HTMLParser):
    """Notes what a browser would make of a page: whatever could run, and whatever leads elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self._is_data = False

    def handle_data(self, data: str) -> None:
        if self._is_data:
            json.loads(data)  # what a search engine reads: no browser runs it

    def handle_endtag(self, tag: str) -> None:
        self._is_data = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        handlers = [name for name in said if name.startswith("on")]
        # No browser runs anything named as the source of a picture.
        links = [said.get(name) or "" for name in ("href", "action", "formaction")]
        is_foreign = any(link.strip().lower().startswith(("javascript:", "data:text", "vbscript:")) for link in links)
        self._is_data = tag == "script" and attributes == [("type", "application/ld+json")]
        is_inline = tag == "script" and not self._is_data and not str(said.get("src", "")).startswith("/static/")
        if handlers or is_foreign or is_inline or tag in {"iframe", "object", "embed", "base"} or "style" in said:
            self.bad.append(f"<{tag} {attributes}>")


def assert_harmless(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.bad == []
    assert "<script>steal" not in page
    assert "<img src=x" not in page
    assert "<svg onload" not in page


def test_a_name_and_a_review_are_text_on_every_page(app: Flask, client: BrowserClient) -> None:
    fields = {"name": HOSTILE[:80], "email": "eve@example.com", "password": PASSWORD}
    assert client.submit("/account/sign-up", fields).status_code == 303
    assert client.submit(MUG, {"stars": "5", "text": HOSTILE}, to=f"{MUG}/review").status_code == 303
    order_of(client)
    paths = ["/", MUG, "/account/profile", "/account/name", "/account/reviews", "/account/devices", "/account/data"]
    for path in [*paths, "/account/recommendations", "/orders", "/basket"]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert_harmless(answer.get_data(as_text=True))
    seen_by_others = browser_of(app).get(MUG).get_data(as_text=True)
    assert "&lt;script&gt;steal()" in seen_by_others
    assert_harmless(seen_by_others)


@pytest.mark.parametrize(
    "email", ['"><script>steal()</script>@example.com', "<img/src=x/onerror=steal()>@example.com", "a@example.com\n<b>"]
)
@pytest.mark.parametrize("path", ["/account/sign-up", "/account/sign-in", "/account/reset"])
def test_an_address_that_is_refused_comes_back_as_text(client: BrowserClient, path: str, email: str) -> None:
    page = client.submit(path, {"name": HOSTILE, "email": email, "password": ANOTHER}).get_data(as_text=True)
    assert_harmless(page)


def test_an_address_that_is_taken_in_is_text_in_the_profile(client: BrowserClient) -> None:
    email = "'onfocus='steal()'{{7*7}}&lt;x@example.com".replace(";", "")
    answer = client.submit("/account/sign-up", {"email": email, "password": PASSWORD})
    assert_harmless(answer.get_data(as_text=True))
    assert_harmless(client.get("/account/profile", follow_redirects=True).get_data(as_text=True))


@pytest.mark.parametrize(
    "path",
    [
        "/search?q={}",
        "/search?q=mug&colour={}&category={}",
        "/categories/{}",
        "/categories/mugs?sort={}&page={}&colour={}",
        "/account/sign-in?next={}",
        "/account/sign-up?next={}",
        "/account/confirm?next={}",
        "/orders/{}",
        "/products/{}",
        "/account/recommendations?done={}&after={}",
        "/account/reset/{}",
        "/none/{}",
        "/pictures/{}.svg",
        "/static/{}",
        "/recommendations/{}",
    ],
)
@pytest.mark.parametrize("text", [HOSTILE, "javascript:steal()", "{{7*7}}", "\u202e\u2028<b>", "%3Cscript%3Esteal()"])
def test_whatever_is_put_into_an_address_is_text_in_the_answer(client: BrowserClient, path: str, text: str) -> None:
    for accept in ("text/html", "application/json"):
        answer = client.get(path.replace("{}", _quoted(text)), headers={"Accept": accept}, follow_redirects=True)
        assert answer.status_code < 500
        if answer.mimetype == "text/html":
            assert_harmless(answer.get_data(as_text=True))
        else:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.mimetype in {"application/json", "text/plain", "image/svg+xml"}


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


@pytest.fixture
def hostile_catalog(reader: MemoryServingReader, catalog: ShopCatalog) -> None:
    """The catalog is input as well: somebody else's shop may write it."""
    products = {
        item: msgspec.structs.replace(
            product,
            title=f"Mug {HOSTILE} {item}",
            description=HOSTILE,
            tags=("mug", HOSTILE),
            colour="red",
            picture='javascript:steal()"onerror="steal()' if item == "mug" else product.picture,
        )
        for item, product in catalog.products.items()
    }
    categories = tuple(
        Category(slug=one.slug, name=f"{HOSTILE}{one.slug}", size=one.size) for one in catalog.categories
    )
    reader.catalog = replace(catalog, version="v2", products=products, categories=categories)


@pytest.mark.usefixtures("hostile_catalog")
def test_the_catalog_is_text_on_every_page(client: BrowserClient) -> None:
    client.submit("/account/sign-up", {"name": "Eve", "email": "eve@example.com", "password": PASSWORD})
    client.submit(MUG, {"item": "mug"}, to="/basket/lines")
    paths = ["/", MUG, "/categories/mugs", "/search?q=mug", "/search?q=script", "/search?q=steal", "/search?q=zzzz"]
    for path in [*paths, "/basket", "/basket/checkout", "/account/profile", "/account/recommendations", "/nothing"]:
        page = client.get(path, follow_redirects=True).get_data(as_text=True)
        assert "&lt;script&gt;" in page, path
        assert_harmless(page)
    number = order_of(client)
    for path in ("/orders", f"/orders/{number}"):
        assert_harmless(client.get(path).get_data(as_text=True))


@pytest.mark.usefixtures("hostile_catalog")
def test_marked_words_of_a_search_are_marked_and_nothing_else(client: BrowserClient) -> None:
    page = client.get("/search?q=script").get_data(as_text=True)
    assert "<mark>script</mark>" in page
    assert "<<mark>" not in page
    assert_harmless(page)


@pytest.mark.usefixtures("hostile_catalog")
def test_suggestions_are_json_of_plain_text(client: BrowserClient) -> None:
    answer = client.get("/search/suggestions?q=mu")
    assert answer.mimetype == "application/json"
    products = [one for one in answer.get_json()["suggestions"] if one["kind"] == "product"]
    assert products
    assert all(one["url"].startswith("/products/") for one in answer.get_json()["suggestions"] if "item" in one)


def test_the_export_is_json_to_be_saved_whatever_is_in_it(client: BrowserClient) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    client.submit("/account/sign-up", {"name": formula, "email": "eve@example.com", "password": PASSWORD})
    client.submit(MUG, {"stars": "5", "text": HOSTILE}, to=f"{MUG}/review")
    answer = client.submit("/account/data", to="/account/export")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    said = json.loads(answer.data)
    assert said["account"]["name"] == formula
    assert said["reviews"][0]["text"] == HOSTILE


@pytest.mark.parametrize("path", ["/products/mug/rating", "/basket/lines", "/account/sign-out"])
def test_an_error_page_repeats_nothing_of_the_form(client: BrowserClient, path: str) -> None:
    answer = client.post(path, data={"token": HOSTILE, "item": HOSTILE, "stars": HOSTILE})
    assert answer.status_code == 400
    assert "steal" not in answer.get_data(as_text=True)


def test_a_letter_has_no_line_that_a_visitor_has_made(app: Flask, client: BrowserClient) -> None:
    fields = {"email": "eve@example.com\r\nBcc: all@example.com", "password": PASSWORD, "name": "x\r\nBcc: y"}
    client.submit("/account/sign-up", fields)
    assert accounts_of(app).find_by_email("eve@example.com") is None
    assert "\n" not in "".join(one for one in accounts_of(app).operators())


def test_an_item_that_no_address_can_hold_breaks_no_page(reader: MemoryServingReader, client: BrowserClient) -> None:
    odd = ItemId("../../account/sign-out?x=#<b>")
    product = msgspec.structs.replace(reader.catalog.products[ItemId("mug")], item=odd)
    products = {**reader.catalog.products, odd: product}
    reader.catalog = replace(reader.catalog, products=products, best_sellers=(odd,), by_category={"mugs": (odd,)})
    for path in ("/", "/categories/mugs"):
        page = client.get(path).get_data(as_text=True)
        assert_harmless(page)
        assert 'href="/products/../../account/sign-out' not in page
