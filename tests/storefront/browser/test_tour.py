"""The tour in a real Chromium: three clicks, two lists beside each other, and out of it at any time."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from online_models.schema.messages import EVERYONE, TRENDING_CHANGED, TrendingChanged, to_message
from online_models.schema.recommendations import card_of
from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    PRODUCTS,
    RunningShop,
    items_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

NEWCOMER = '[data-rail="trending"]'
LEFT = "[data-tour-left]"


def views_of(page: Page, shop: RunningShop) -> list[str]:
    return [event["item"] for event in shop.events("item_viewed") if event["visitor"] == visitor_of(page)]


def answer(page: Page, shop: RunningShop, start: int) -> None:
    """Let the last view be answered by a list, and wait until it is there."""
    cause = shop.events("item_viewed")[-1]["event_id"]
    shop.push(visitor_of(page), ITEMS[start : start + 12], cause)
    wait_until(lambda: items_of(page) == ITEMS[start : start + 6])


@pytest.mark.parametrize("width", [390, 1280])
def test_three_clicks_move_ones_own_list_beside_a_newcomers_and_end_in_the_reasons(
    browser: Browser, shop: RunningShop, width: int
) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 900})
    page = open_page(context, "/tour")
    assert items_of(page) == items_of(page, NEWCOMER) == ITEMS[:6], "at first both see the same"
    one, other = (page.locator(rail).bounding_box() for rail in (FOR_YOU, NEWCOMER))
    assert one is not None
    assert other is not None
    assert one["y"] == other["y"]
    assert one["x"] + one["width"] <= other["x"]
    end = page.get_by_role("link", name="See why", exact=True)

    for number, start in enumerate((10, 16, 22)):
        assert not end.is_visible()
        page.get_by_role("button", name=f"Product {ITEMS[number]}", exact=True).click()
        wait_until(lambda count=number + 1: len(views_of(page, shop)) == count)  # type: ignore[misc]
        answer(page, shop, start)
        news = page.locator(f"{FOR_YOU} [data-rail-news]").inner_text()
        assert news == f"6 new because you viewed Product {ITEMS[number]}"

    assert views_of(page, shop) == ITEMS[:3]
    assert items_of(page, NEWCOMER) == ITEMS[:6]
    assert page.locator(LEFT).inner_text() == "That’s you, after three clicks."
    assert page.url.endswith("/tour")
    end.click()
    page.wait_for_selector("main[data-page=why]")
    context.close()


def test_the_newcomers_list_is_live_too(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/tour")
    message = TrendingChanged(items=tuple(card_of(PRODUCTS[item], None) for item in ITEMS[2:20]))
    shop.learner.emit(TRENDING_CHANGED, to_message(message), to=EVERYONE)
    wait_until(lambda: items_of(page, NEWCOMER) == ITEMS[2:8])
    assert items_of(page) == ITEMS[:6]


def test_it_is_taken_and_skipped_by_keyboard(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/tour")
    page.locator("main").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText") == "Skip the tour"
    for key in ("Enter", " ", "Enter"):
        page.keyboard.press("Tab")
        page.keyboard.press(key)
    wait_until(lambda: views_of(page, shop) == ITEMS[:3])
    assert page.locator('[data-tour-tile][aria-pressed="true"]').count() == 3
    page.get_by_role("link", name="See why", exact=True).wait_for()

    page.get_by_role("link", name="Skip the tour").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-page=home]")
    assert page.get_by_role("link", name="Take the tour").count() == 0, "it is offered once"


def test_without_scripts_its_products_are_links(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Take the tour").click()
    page.wait_for_url("**/tour")
    assert page.get_by_role("link", name="See why", exact=True).is_visible()
    page.get_by_role("link", name="Product item01", exact=True).first.click()
    page.wait_for_url("**/products/item01")
    context.close()
