"""Going from page to page in a real Chromium: focus, title, the way back, slow networks and none, and no scripts."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.storefront.running_shop import ITEMS, RunningShop, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

FOCUS = "() => document.activeElement.innerText"
CARD = "[data-rail=trending] [data-item=item15] .card__link"


def test_a_new_page_starts_at_its_heading_and_says_its_title(page: Page) -> None:
    page.locator(CARD).first.click()
    page.wait_for_selector("main[data-item=item15]")
    wait_until(lambda: page.evaluate(FOCUS) == "Product item15")
    assert page.evaluate("() => scrollY") == 0
    wait_until(lambda: page.locator("[data-announce]").inner_text() == "Product item15 · Riverfront")


def test_the_way_back_leads_to_the_place_that_was_left(page: Page) -> None:
    link = page.locator(CARD).first
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    before = page.evaluate("() => scrollY")
    assert before > 0
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-item=item15]")
    wait_until(lambda: page.evaluate("() => scrollY") == 0)

    page.go_back()

    page.wait_for_selector("main[data-page=home]")
    wait_until(lambda: page.evaluate("() => document.activeElement.getAttribute('href')") == "/products/item15")
    wait_until(lambda: abs(page.evaluate("() => scrollY") - before) < 8)


def test_a_page_that_is_slow_to_come_shows_that_it_is_under_way(page: Page) -> None:
    held: list[Route] = []
    page.route("**/categories/all", lambda route: held.append(route))
    page.get_by_role("link", name="All things", exact=True).first.click()
    page.locator("[data-progress]").wait_for()
    assert page.locator("main").get_attribute("aria-busy") is not None

    wait_until(lambda: held)
    for route in held:
        route.continue_()

    page.wait_for_selector("main[data-page=category]")
    page.locator("[data-progress]").wait_for(state="hidden")


def test_a_page_that_cannot_come_says_so_and_comes_when_the_network_is_back(context: BrowserContext) -> None:
    page = open_page(context, "/")
    page.evaluate("() => { window.mark = 'same document'; }")
    context.set_offline(True)
    page.locator(CARD).first.click()
    page.get_by_role("heading", name="You’re offline").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="You’re offline").wait_for()
    assert page.url.endswith("/products/item15")

    context.set_offline(False)

    page.wait_for_selector("main[data-item=item15]")
    assert page.evaluate("() => window.mark") == "same document"


def test_without_scripts_the_way_from_the_front_page_to_an_order_is_open(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    assert page.locator("[data-rail=for_you] .card").count() == 12
    page.locator(f"[data-rail=for_you] [data-item={ITEMS[4]}] .card__link").click()
    page.wait_for_url(f"**/products/{ITEMS[4]}")
    assert page.locator("[data-rail=for_you] .card").count() > 0
    page.get_by_role("button", name="Add to basket").click()
    page.wait_for_url("**/basket")
    assert page.locator("[data-rail=for_you] .card").count() > 0
    page.get_by_role("link", name="Checkout").click()
    page.wait_for_url("**/basket/checkout")
    page.get_by_role("button", name="Place order").click()
    page.wait_for_url("**/orders/*")
    assert page.get_by_role("heading", name="Thank you for your order").is_visible()
    context.close()
