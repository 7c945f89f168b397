"""What the front page may weigh, and what it must not wait for. Sizes and counts, no timings."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Browser, BrowserContext, Response

from tests.storefront.running_shop import FOR_YOU, ITEMS, RunningShop, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

CODE_KB, HTML_KB, SHIFT = 100, 40, 0.02


def test_the_front_page_is_small_and_complete(context: BrowserContext) -> None:
    answers: list[Response] = []
    context.on("response", lambda answer: answers.append(answer))
    page = open_page(context, "/")
    page.wait_for_load_state("load")

    kinds = Counter(answer.request.resource_type for answer in answers)
    code = [answer for answer in answers if answer.request.resource_type in {"script", "stylesheet"}]
    packed = sum(answer.request.sizes()["responseBodySize"] for answer in code) / 1000
    plain = sum(len(answer.body()) for answer in code) / 1000
    html = next(answer for answer in answers if answer.request.resource_type == "document")
    assert packed < CODE_KB, f"scripts and styles: {packed:.0f} kB transferred, {plain:.0f} kB plain"
    assert html.request.sizes()["responseBodySize"] < HTML_KB * 1000
    assert [answer.url for answer in answers if answer.status >= 400] == []
    assert kinds["font"] == 1, "one font, by its preload"
    assert kinds["stylesheet"] == 1


def test_nothing_but_one_style_sheet_stands_before_the_first_paint(context: BrowserContext) -> None:
    page = open_page(context, "/")
    blocking = page.evaluate(
        "() => performance.getEntriesByType('resource').filter((one) => one.renderBlockingStatus === 'blocking')"
        ".map((one) => one.name.split('/').at(-1))"
    )
    assert blocking == ["site.css"]
    data = ":not([type='application/json']):not([type='application/ld+json'])"
    assert page.locator(f"script:not([type=module]){data}").count() == 0
    style = page.request.get(page.locator("link[rel=stylesheet]").get_attribute("href") or "").text()
    assert re.search(r"@font-face\s*{[^}]*font-display:\s*swap", style)
    assert page.locator("link[rel=preload][as=font]").count() == 1


def test_the_page_is_there_and_works_without_the_socket(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address)
    context.route("**/socket.io/**", lambda route: route.abort())
    page = context.new_page()
    page.goto("/products/item05")
    assert page.locator(f"{FOR_YOU} .card").count() == 8
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    wait_until(lambda: [one for one in shop.events("cart_item_added") if one["item"] == ITEMS[5]])
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_pictures_below_the_fold_wait_and_nothing_shifts(browser: Browser, shop: RunningShop, width: int) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 800})
    context.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => {"
        " if (!one.hadRecentInput) window.shift += one.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    page = open_page(context, "/")
    page.evaluate("() => document.fonts.ready")
    eager = page.locator("main img:not([loading=lazy])").evaluate_all(
        "(all) => all.filter((one) => one.getBoundingClientRect().top > 1.5 * innerHeight).map((one) => one.src)"
    )
    assert eager == []
    assert page.locator("main img:not([width])").count() == 0
    assert page.evaluate("() => window.shift") < SHIFT
    context.close()
