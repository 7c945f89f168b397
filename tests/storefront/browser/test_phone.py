"""The mark on a phone, in a real Chromium: large enough for a finger, with a name."""

import pytest
from playwright.sync_api import Browser, expect

from tests.storefront.running_shop import RunningShop

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def test_the_mark_is_large_enough_and_has_a_name(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    try:
        page = context.new_page()
        page.goto("/")
        mark = page.locator("[data-journey] summary")
        box = mark.bounding_box()
        assert box
        assert box["width"] >= 44
        assert box["height"] == 44
        assert "Learning from your clicks" in mark.inner_text()
        expect(page.locator("[data-journey-mark]")).to_have_text("Live")
    finally:
        context.close()
