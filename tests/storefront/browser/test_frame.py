"""The frame of each page in a real Chromium: the bar that stays, the menu, the basket's drawer, the taste picker."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from redis import Redis

from tests.storefront.running_shop import (
    ITEMS,
    RunningShop,
    items_of,
    open_page,
    publish_catalog,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

MENU = "[data-shelves]"
DRAWER = "[data-drawer]"
COVERED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const bar = document.querySelector('.header__bar').getBoundingClientRect();
  return !one.closest('.header') && box.top < bar.bottom - 1 && box.bottom > bar.top;
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bar_stays_small_and_in_view_and_covers_no_focus(browser: Browser, shop: RunningShop, width: int) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 800})
    page = open_page(context, "/categories/all")
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("[data-basket]")).to_be_in_viewport()
    expect(page.get_by_label("Search the shop")).to_be_in_viewport()
    assert page.locator(".header__bar").evaluate("(bar) => bar.getBoundingClientRect().bottom") <= 64
    page.locator(".footer a").first.focus()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(COVERED), page.evaluate("() => document.activeElement.outerHTML.slice(0, 90)")
    context.close()


def test_the_menu_of_a_phone_opens_by_finger_and_key_and_closes(phone: BrowserContext) -> None:
    page = open_page(phone, "/")
    link = page.locator(MENU).get_by_role("link", name="All things")
    page.locator(f"{MENU} summary").tap()
    expect(link).to_be_in_viewport()
    page.locator("#rail-trending").tap()
    expect(link).to_be_hidden()
    page.locator(f"{MENU} summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(page.locator(f"{MENU} summary")).to_be_focused()
    page.keyboard.press("Enter")
    link.tap()
    page.wait_for_selector("main[data-page=category]")
    expect(link).to_be_hidden()


def test_the_menu_of_a_phone_works_without_scripts(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    page.locator(f"{MENU} summary").click()
    page.locator(MENU).get_by_role("link", name="All things").click()
    page.wait_for_url("**/categories/all")
    page.locator("[data-basket]").click()
    page.wait_for_url("**/basket")
    context.close()


def fill_basket(page: Page) -> None:
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="2"]').wait_for()


def test_the_drawer_shows_the_basket_and_gives_the_focus_back(context: BrowserContext) -> None:
    page = open_page(context, "/products/item08")
    fill_basket(page)
    page.locator("[data-basket]").focus()
    page.keyboard.press("Enter")
    drawer = page.locator(DRAWER)
    expect(drawer).to_be_visible()
    expect(drawer.locator("li")).to_have_count(1)
    expect(drawer.locator("li")).to_contain_text("Product item08")
    expect(drawer.locator(".drawer__price")).to_have_text("£3.90")
    expect(drawer.locator("[data-drawer-subtotal]")).to_have_text("£3.90")
    assert page.evaluate("() => document.activeElement.closest('[data-drawer]') !== null")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator("[data-basket]")).to_be_focused()
    assert page.url.endswith("/products/item08")


def test_the_drawer_leads_to_the_basket_and_closes_beside_it(context: BrowserContext) -> None:
    page = open_page(context, "/products/item09")
    fill_basket(page)
    page.locator("[data-basket]").click()
    expect(page.locator(DRAWER)).to_be_visible()
    page.mouse.click(100, 400)
    expect(page.locator(DRAWER)).to_be_hidden()
    page.locator("[data-basket]").click()
    page.get_by_role("link", name="View basket").click()
    page.wait_for_selector("main[data-page=basket]")
    expect(page.locator(DRAWER)).to_be_hidden()


def test_an_empty_basket_says_so_and_one_that_cannot_be_read_is_a_page(context: BrowserContext) -> None:
    page = open_page(context, "/")
    page.locator("[data-basket]").click()
    expect(page.locator(DRAWER)).to_contain_text("Your basket is empty.")
    expect(page.get_by_role("link", name="Checkout")).to_be_hidden()
    page.get_by_role("button", name="Close").click()
    page.route("**/basket/summary", lambda route: route.abort())
    page.locator("[data-basket]").click()
    page.wait_for_selector("main[data-page=basket]")


def test_what_a_newcomer_picks_changes_the_list_without_a_new_page(context: BrowserContext, shop: RunningShop) -> None:
    with Redis.from_url(shop.process.redis_url) as redis:
        publish_catalog(redis, "v2", ("all", "gifts"))
    page = context.new_page()

    def has_picker() -> bool:
        page.goto("/")
        return page.locator("[data-picker]").count() == 1

    wait_until(has_picker)
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.evaluate("() => { window.mark = 'same document'; }")
    page.get_by_role("checkbox", name="Gifts").check()
    wait_until(lambda: [event["categories"] for event in shop.events("preferences_changed")] == [["gifts"]])
    (event,) = shop.events("preferences_changed")
    shop.push(visitor_of(page), ITEMS[20:32], event["event_id"])
    wait_until(lambda: items_of(page) == ITEMS[20:32])
    assert page.evaluate("() => window.mark") == "same document"
