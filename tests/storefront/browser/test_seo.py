"""What other sites and the browser itself make of the shop's pages (see `running_shop`)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.storefront.running_shop import RunningShop, open_page, visitor_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

PRERENDERED = """
let prerendering = true;
Object.defineProperty(Document.prototype, 'prerendering', { get: () => prerendering });
window.show = () => { prerendering = false; document.dispatchEvent(new Event('prerenderingchange')); };
"""

GO = "path => window.navigation.navigate(path).finished.then(() => null)"


def views(shop: RunningShop, visitor: str) -> list[Any]:
    return [event["item"] for event in shop.events("item_viewed") if event["visitor"] == visitor]


def test_a_prerendered_page_counts_no_view_until_it_is_shown(context: BrowserContext, shop: RunningShop) -> None:
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.add_init_script(PRERENDERED)
    page.goto("/products/item07", wait_until="networkidle")
    # Another page of the same browser is counted meanwhile: this one had as long.
    other = open_page(context, "/products/item08")
    visitor = visitor_of(other)
    wait_until(lambda: views(shop, visitor))
    assert views(shop, visitor) == ["item08"]
    assert not sockets

    page.evaluate("() => window.show()")
    wait_until(lambda: len(views(shop, visitor)) == 2)
    assert views(shop, visitor) == ["item08", "item07"]
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    assert len(sockets) == 1


def test_the_canonical_address_follows_the_visitor_and_data_offends_no_policy(page: Page) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    canonical = page.locator('link[rel="canonical"]')
    for path in ("/products/item05", "/categories/all", "/"):
        page.evaluate(GO, path)
        assert page.url.endswith(path)
        assert canonical.get_attribute("href") == page.url
    page.evaluate(GO, "/basket")
    assert canonical.count() == 0
    page.goto("/products/item05")
    assert page.locator('script[type="application/ld+json"]').count() == 2
    assert not problems


def test_an_order_on_paper_has_nothing_to_press(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, color_scheme="dark")
    page = open_page(context, "/products/item05")
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    page.goto("/basket/checkout")
    page.get_by_role("button", name="Place").click()
    page.wait_for_selector("main[data-page=order]")
    page.emulate_media(media="print")
    assert page.locator(".line__title").first.is_visible()
    assert page.locator(".summary dd").is_visible()
    for hidden in (".menu", ".footer", ".journey", ".rail", ".searcher", "main .button"):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()
