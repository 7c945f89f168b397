"""The page on which the API can be tried shows the whole document, and sends requests with the key that is entered."""

import pytest
from playwright.sync_api import BrowserContext, expect

from storefront.api.keys.api_key import Scope
from storefront.api.keys.key_store import KeyStore
from storefront.database.connection import Database
from tests.storefront.running_shop import RunningShop

pytestmark = pytest.mark.browser


@pytest.fixture
def key(shop: RunningShop) -> str:
    database = Database(f"sqlite:///{shop.home}/shop.db", is_patient=True)
    try:
        return KeyStore(database).create(Scope.SERVER)[1]
    finally:
        database.close()


def test_a_request_can_be_tried(context: BrowserContext, key: str) -> None:
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/api")
    page.get_by_role("button", name="Authorize").click()
    dialog = page.locator(".dialog-ux")
    dialog.get_by_role("textbox").fill(key)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close", exact=True).click()
    part = page.locator("#operations-Lists-getList")
    part.get_by_role("button").first.click()
    part.get_by_role("button", name="Try it out").click()
    part.get_by_placeholder("name", exact=True).fill("trending")
    part.get_by_role("button", name="Execute").click()
    expect(part.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(part.locator(".live-responses-table .response-col_description").last).to_contain_text(
        '"surface": "trending"'
    )
    assert errors == []
