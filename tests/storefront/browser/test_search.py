"""Finding in a real Chromium, on a real Redis with a real index: by keyboard, by filters, and back."""

import time
import urllib.request

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.index.search_index import build_search_index
from bootstrap.publish.publish import publish_catalog
from tests.storefront.running_shop import PICTURE, RunningShop, answers, wait_until
from tests.storefront.search.builders import a_catalog, a_product

pytestmark = [pytest.mark.integration, pytest.mark.browser]

COLOURS = ("red", "blue", "green")
PRODUCTS = tuple(
    a_product(
        f"mug{number:03}",
        f"{COLOURS[number % 3].title()} Mug Number {number}",
        category="mugs",
        colour=COLOURS[number % 3],
        price=100 + 10 * number,
        picture="/pictures/p.svg",
        sold=500 - number,
    )
    for number in range(120)
)


@pytest.fixture(scope="module", autouse=True)
def mugs(shop: RunningShop, redis_url: str) -> None:
    """Serve a hundred and twenty mugs with their index."""
    categories = a_catalog(PRODUCTS).categories
    index = build_search_index(PRODUCTS, categories)
    with redis.Redis.from_url(redis_url) as client:
        catalog = BuiltCatalog(PRODUCTS, categories, {}, {"p": PICTURE.decode()}, index)
        publish_catalog(client, catalog, time.time())
    wait_until(lambda: answers(f"{shop.address}/products/mug000") and has_index(shop))


def has_index(shop: RunningShop) -> bool:
    """Only an index corrects a typing error."""
    with urllib.request.urlopen(f"{shop.address}/search?q=gren") as answer:
        return b"Showing results for" in answer.read()


def test_from_the_keyboard_to_a_product(page: Page, shop: RunningShop) -> None:
    page.keyboard.press("/")
    page.keyboard.type("red mug nu")
    box = page.get_by_role("combobox", name="Search the shop")
    expect(box).to_have_attribute("aria-expanded", "true")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("red mug number")

    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("red mug number")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    while not page.locator("[aria-selected=true][data-kind=product]").count():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/products/mug*")
    expect(page.locator("h1")).to_contain_text("Red Mug")
    expect(page.get_by_role("listbox")).to_be_hidden()
    wait_until(lambda: any(event.get("surface") == "search" for event in shop.events("item_viewed")))


def test_escape_closes_the_list_and_keeps_what_was_typed(page: Page) -> None:
    box = page.get_by_role("combobox", name="Search the shop")
    box.press_sequentially("blue")
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("blue")


def test_enter_searches_without_leaving_the_document(page: Page) -> None:
    page.evaluate("window.isSame = true")
    page.get_by_role("combobox", name="Search the shop").fill("green mug")
    page.keyboard.press("Enter")

    page.wait_for_url("**/search?q=green+mug")
    expect(page.locator(".found .quiet").first).to_have_text("40 products")
    assert page.evaluate("window.isSame")


def test_a_filter_shows_at_once_and_keeps_the_focus(page: Page) -> None:
    page.goto("/search?q=mug")
    page.get_by_role("checkbox", name="Blue").check()

    page.wait_for_url("**/search?q=mug&colour=blue")
    expect(page.locator(".found .quiet").first).to_have_text("40 products")
    expect(page.get_by_role("checkbox", name="Blue")).to_be_focused()
    expect(page.locator(".chip")).to_have_count(1)


def test_back_from_a_product_keeps_page_filters_and_place(page: Page) -> None:
    page.goto("/search?q=mug&price=0-1000&page=2")
    card = page.locator(".shelf--results .card").nth(30)
    card.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    item = card.get_attribute("data-item")
    card.locator("a").click()
    page.wait_for_url(f"**/products/{item}")

    page.go_back()

    page.wait_for_url("**/search?q=mug&price=0-1000&page=2")
    expect(page.locator(".shelf--results .card").nth(30)).to_have_attribute("data-item", item or "")
    wait_until(lambda: abs(page.evaluate("scrollY") - before) < 40)


def test_search_and_filters_work_without_scripts(shop: RunningShop, browser: Browser) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Search the shop").fill("red mug")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=red+mug")
    page.get_by_label("Sort by").select_option("price-desc")
    page.get_by_role("button", name="Show results").click()

    page.wait_for_url("**/search?q=red+mug&sort=price-desc")
    expect(page.locator(".shelf--results .card").first).to_contain_text("£12.70")
    context.close()


def test_a_shelf_on_a_phone_opens_its_filters(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/categories/mugs")
    expect(page.get_by_label("Sort by")).to_be_hidden()

    page.get_by_text("Filter and sort").click()

    expect(page.get_by_label("Sort by")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
