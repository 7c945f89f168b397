"""A product's page on a phone, in a real Chromium: what is seen first, and the bar to buy it."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.storefront.running_shop import FOR_YOU, RunningShop, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

BAR = "[data-buy-bar]"


def test_the_live_list_is_above_the_fold(phone: BrowserContext) -> None:
    page = open_page(phone, "/products/item05")
    picture = page.locator(f"{FOR_YOU} .card__picture").first.bounding_box()
    assert picture is not None
    assert picture["y"] + picture["height"] <= 844


def test_a_bar_buys_the_product_once_its_form_is_out_of_view(phone: BrowserContext, shop: RunningShop) -> None:
    page = open_page(phone, "/products/item06")
    bar = page.locator(BAR)
    expect(bar).to_be_hidden()
    page.locator("#reviews").scroll_into_view_if_needed()
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    expect(bar).to_be_in_viewport()
    bar.get_by_role("button", name="Add to basket").tap()
    page.locator('.count[data-count="1"]').wait_for()
    expect(bar.get_by_role("button")).to_have_text("Added")
    wait_until(lambda: [one["item"] for one in shop.events("cart_item_added")] == ["item06"])
    page.evaluate("() => scrollTo(0, 0)")
    expect(bar).to_be_hidden()


def test_the_first_stars_unfold_the_ratings(context: BrowserContext) -> None:
    page = open_page(context, "/products/item07")
    expect(page.locator("[data-histogram]")).to_be_hidden()
    page.get_by_role("radio", name="4 stars").check(force=True)
    expect(page.locator("[data-histogram]")).to_be_visible()
    expect(page.locator("[data-mean]")).to_have_text("4")
