"""Browsers of the sizes that shoppers have."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.storefront.running_shop import RunningShop


@pytest.fixture
def phone(browser: Browser, shop: RunningShop) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    yield context
    context.close()
