"""Two journeys in a real Chromium: a product that is rated and reviewed, and a basket that becomes an order."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from redis import Redis

from online_models.schema import keyspace
from tests.storefront.running_shop import ITEMS, RunningShop, items_of, open_page, visitor_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]


@pytest.fixture
def stars(redis_url: str) -> Iterator[None]:
    """Ten visitors have rated a product, as the learner says."""
    with Redis.from_url(redis_url) as redis:
        redis.hset(keyspace.stars(), "item12", "[0,0,0,5,5]")
        yield


def sign_up(page: Page, email: str) -> None:
    page.goto("/account/sign-up")
    page.fill("input[name=name]", "Ann Miller")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", "a lantern on the quay")
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("main:not([data-page=sign-up])")


def put_into_basket(page: Page, item: str, count: int) -> None:
    page.goto(f"/products/{item}")
    page.get_by_role("button", name="Add to basket").click()
    page.locator(f'.count[data-count="{count}"]').wait_for()


def test_stars_move_the_lists_and_the_histogram(context: BrowserContext, shop: RunningShop, stars: None) -> None:
    page = open_page(context, "/products/item12")
    assert page.locator("[data-mean]").inner_text() == "4.5"

    page.get_by_role("radio", name="1 star", exact=True).first.check(force=True)

    wait_until(lambda: page.locator("[data-mean]").inner_text() == "4.2")
    assert page.locator(".histogram [data-ratings]").inner_text() == "11 ratings"
    assert page.locator("[data-row='1'] .histogram__count").inner_text().startswith("1")
    (rated,) = [event for event in shop.events("item_rated") if event["visitor"] == visitor_of(page)]
    assert (rated["item"], rated["stars"]) == ("item12", 1)
    page.mouse.move(2, 2)
    shop.push(visitor_of(page), ITEMS[20:32], rated["event_id"])
    wait_until(lambda: items_of(page) == ITEMS[20:28])

    page.get_by_role("radio", name="5 stars").first.check(force=True)
    wait_until(lambda: page.locator("[data-mean]").inner_text() == "4.5")
    assert page.locator(".histogram [data-ratings]").inner_text() == "11 ratings", "changed, not given twice"


def test_a_review_is_written_edited_and_deleted(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/")
    sign_up(page, "ann@example.com")
    page.goto("/products/item13")
    page.get_by_text("Write a review").click()
    page.locator("#review-text").fill("First words.\n\nAnd <b>more</b>.")
    page.goto("/")
    page.goto("/products/item13")
    assert page.locator("#review-text").input_value() == "First words.\n\nAnd <b>more</b>.", "what was typed is kept"
    page.locator(".write input[value='4']").check(force=True)
    page.get_by_role("button", name="Save").click()
    own = page.get_by_role("article", name="Your review")
    own.wait_for()
    assert own.locator(".review__text").inner_text() == "First words.\n\nAnd <b>more</b>."
    assert not page.locator("#review-text").is_visible()
    assert page.locator("[data-stars-words]").inner_text() == "You gave 4 stars"

    page.get_by_text("Edit your review").click()
    page.locator("#review-text").fill("Better words.")
    page.get_by_role("button", name="Save").click()
    own.get_by_text("Better words.").wait_for()

    page.goto("/account/reviews")
    assert page.get_by_text("Better words.").is_visible()
    page.get_by_role("link", name="Edit your review").click()
    page.get_by_role("button", name="Delete review").click()
    page.get_by_text("No reviews yet.").wait_for()


def test_a_basket_becomes_an_order_and_is_bought_again(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/")
    put_into_basket(page, "item14", 1)
    put_into_basket(page, "item15", 2)
    page.locator("[data-basket]").click()
    page.get_by_role("link", name="Checkout").click()
    page.wait_for_selector("main[data-page=checkout]")
    assert page.get_by_text("no payment is taken and nothing is delivered").is_visible()
    page.get_by_role("button", name="Place order").dblclick()

    page.get_by_role("heading", name="Thank you for your order").wait_for()
    assert items_of(page), "with a list for the visitor"
    page.get_by_role("link", name="Orders").first.click()
    page.wait_for_selector("main[data-page=orders]")
    assert page.locator(".orders__one").count() == 1, "two clicks, one order"
    page.locator(".orders__link").click()
    page.wait_for_selector("main[data-page=order]")
    assert re.search(r"/orders/[0-9A-Z]{5}-[0-9A-Z]{5}$", page.url)

    page.get_by_role("button", name="Buy again").click()

    page.wait_for_selector("main[data-page=basket]")
    assert page.locator(".line[data-item]").count() == 2
    bought = {event["event_id"] for event in shop.events("item_purchased") if event["visitor"] == visitor_of(page)}
    assert len(bought) == 2


def test_a_quantity_is_saved_where_it_stands_and_the_focus_stays(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/")
    put_into_basket(page, "item16", 1)
    put_into_basket(page, "item17", 2)
    page.goto("/basket")
    quantity = page.get_by_label("Quantity of Product item16")
    quantity.focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")

    wait_until(lambda: page.locator("[data-subtotal]").inner_text() == "£9.75")
    assert page.get_by_text("Saved", exact=True).is_visible()
    assert quantity.evaluate("input => input === document.activeElement")
    assert len([event for event in shop.events("cart_item_added") if event["visitor"] == visitor_of(page)]) == 3

    page.get_by_role("button", name="Remove Product item16").click()
    wait_until(lambda: page.locator(".line[data-item]").count() == 1)
    assert page.locator(".count").get_attribute("data-count") == "1"


def test_what_cannot_be_saved_says_so(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/")
    put_into_basket(page, "item18", 1)
    page.goto("/basket")
    page.route("**/basket/lines/**", lambda route: route.abort())
    page.get_by_label("Quantity of Product item18").fill("5")
    page.keyboard.press("Tab")
    page.get_by_text("Not saved. Try again.").wait_for()


def test_everything_is_done_without_scripts(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    sign_up(page, "noscript@example.com")
    page.goto("/products/item19")
    page.get_by_text("Write a review").click()
    page.locator(".write input[value='5']").check(force=True)
    page.locator("#review-text").fill("Without scripts.")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("article", name="Your review").get_by_text("Without scripts.").is_visible()
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="Checkout").click()
    page.get_by_role("button", name="Place order").click()
    page.get_by_role("link", name="Your review Product item19").click()
    assert page.get_by_text("Verified purchase").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_orders_and_reviews_fit_a_phone(browser: Browser, shop: RunningShop, scheme: str) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]  # one of Playwright's words
    page = open_page(context, "/")
    put_into_basket(page, "item11", 1)
    for path in ("/basket", "/basket/checkout", "/orders", "/account/reviews", "/products/item11"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
