"""The corner mark on a phone, in a real Chromium: a dot with a name, out of the way of who is typing."""

import pytest
from playwright.sync_api import Browser, expect

from tests.storefront.running_shop import RunningShop

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def test_the_corner_mark_is_a_dot_that_keeps_its_name_and_leaves_while_one_types(
    browser: Browser, shop: RunningShop
) -> None:
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    try:
        page = context.new_page()
        page.goto("/")
        mark = page.locator("[data-journey] summary")
        box = mark.bounding_box()
        assert box
        assert (box["width"], box["height"]) == (44, 44)
        assert "Learning from your clicks" in mark.inner_text()
        page.get_by_label("Search the shop").focus()
        expect(mark).to_be_hidden()
    finally:
        context.close()
