"""Without profiling in a real Chromium: one click, in every open tab, across a restart, and one click back."""

import pytest
from playwright.sync_api import BrowserContext, Page

from online_models.schema.events import KINDS
from tests.storefront.running_shop import FOR_YOU, RunningShop, click_card, open_page, visitor_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

POPULAR = '[data-rail="popular"]'


def said(shop: RunningShop, page: Page) -> list[str]:
    visitor = visitor_of(page)
    return [kind for kind in KINDS for event in shop.events(kind) if event["visitor"] == visitor]


def test_one_click_stops_it_in_all_tabs_and_one_click_starts_it_again(
    context: BrowserContext, shop: RunningShop
) -> None:
    other, page = open_page(context, "/products/item09"), open_page(context, "/")
    wait_until(lambda: shop.shown(visitor_of(page), "for_you"))

    page.get_by_role("button", name="Turn off profiling").click()
    for one in (page, other):
        one.get_by_role("heading", name="Popular now").wait_for()
        one.wait_for_selector("[data-journey][data-state=live]", state="attached")
        assert not one.locator("[data-journey]").is_visible()
    before = said(shop, page)
    page.locator(f"{POPULAR} .card__link").first.click()
    page.wait_for_selector("main[data-page=product]")
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    shop.process.stop()
    shop.process.start()
    page.goto("/")
    page.get_by_role("heading", name="Popular now").wait_for()
    assert page.locator('.count[data-count="1"]').count() == 1, "the basket works, and is kept"
    assert said(shop, page) == before

    page.get_by_role("button", name="Turn on profiling").click()
    page.locator(FOR_YOU).wait_for()
    page.wait_for_selector("[data-journey][data-state=live]")
    click_card(page, shop, f"{FOR_YOU} .card__link")


def test_a_list_that_was_on_its_way_is_not_drawn(page: Page, shop: RunningShop) -> None:
    page.get_by_role("button", name="Turn off profiling").click()
    page.wait_for_selector(POPULAR)
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    shop.push(visitor_of(page), ["item30", "item31"])
    shop.push_trending(["item32"])
    wait_until(lambda: page.locator('[data-rail="trending"] [data-item=item32]').count())
    assert page.locator("[data-item=item30], [data-item=item31]").count() == 0
