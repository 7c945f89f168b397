"""Hearts and the quick add in a real Chromium: at once, in place, on every page, by keyboard and without scripts."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    RunningShop,
    items_of,
    journeys_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

TRENDING = '[data-rail="trending"]'
ITEM = ITEMS[13]
"""It is in the second list of the home page."""


def heart(page: Page, item: str = ITEM) -> Locator:
    return page.get_by_role("button", name=f"Wish list: Product {item}", exact=True)


def said(shop: RunningShop, page: Page, kind: str) -> list[dict[str, Any]]:
    return [event for event in shop.events(kind) if event["visitor"] == visitor_of(page)]


def press(shop: RunningShop, page: Page, item: str = ITEM) -> dict[str, Any]:
    """Press an item's heart, and return the event that the shop has taken in."""
    before = len(said(shop, page, "item_wished"))
    heart(page, item).click()
    wait_until(lambda: len(said(shop, page, "item_wished")) > before)
    return said(shop, page, "item_wished")[-1]


def test_a_heart_moves_the_list_without_leaving_the_page(page: Page, shop: RunningShop) -> None:
    page.evaluate("() => { window.mark = 'same document'; }")
    event = press(shop, page)
    assert (event["item"], event["surface"]) == (ITEM, "trending")
    expect(heart(page)).to_have_attribute("aria-pressed", "true")
    page.mouse.move(2, 2)
    shop.push(visitor_of(page), [*ITEMS[20:31], ITEM], event["event_id"])
    wait_until(lambda: items_of(page) == [*ITEMS[20:31], ITEM])
    assert journeys_of(page)[-1]["cause"] == event["event_id"]
    arrived = page.locator(FOR_YOU).get_by_role("button", name=f"Wish list: Product {ITEM}")
    expect(arrived).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("() => window.mark") == "same document"


def test_the_list_moves_although_the_click_was_on_it(page: Page, shop: RunningShop) -> None:
    event = press(shop, page, ITEMS[3])
    shop.push(visitor_of(page), ITEMS[20:32], event["event_id"])
    page.get_by_role("button", name="Show updated list").first.wait_for()
    page.mouse.move(2, 2)
    wait_until(lambda: items_of(page) == ITEMS[20:32])


def test_the_wish_list_has_what_was_wished_for_and_loses_what_is_taken_off(page: Page, shop: RunningShop) -> None:
    press(shop, page)
    press(shop, page, ITEMS[15])
    page.get_by_role("link", name="Wish list", exact=True).first.click()
    page.wait_for_selector("main[data-page=wishlist]")
    cards = page.locator("[data-surface=wishlist] .card")
    assert cards.evaluate_all("all => all.map((one) => one.dataset.item)") == [ITEMS[15], ITEM]
    heart(page).click()
    expect(heart(page)).to_have_attribute("aria-pressed", "false")
    wait_until(lambda: [event["item"] for event in said(shop, page, "item_unwished")] == [ITEM])
    page.reload()
    assert cards.evaluate_all("all => all.map((one) => one.dataset.item)") == [ITEMS[15]]


def test_every_page_of_the_visitor_follows(context: BrowserContext, page: Page, shop: RunningShop) -> None:
    product = open_page(context, f"/products/{ITEM}")
    press(shop, page)
    own = product.get_by_role("button", name="Wish list", exact=True)
    expect(own).to_have_attribute("aria-pressed", "true")
    own.click()
    expect(heart(page)).to_have_attribute("aria-pressed", "false")


def test_hearts_by_keyboard(page: Page, shop: RunningShop) -> None:
    page.locator(f"{TRENDING} [data-item={ITEM}] .card__link").focus()
    page.keyboard.press("Tab")
    expect(heart(page)).to_be_focused()
    page.keyboard.press("Space")
    expect(heart(page)).to_have_attribute("aria-pressed", "true")
    expect(heart(page)).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text("Added to your wish list")
    page.keyboard.press("Enter")
    expect(heart(page)).to_have_attribute("aria-pressed", "false")
    wait_until(lambda: said(shop, page, "item_unwished"))


def test_a_card_adds_to_the_basket_without_leaving_the_page(page: Page, shop: RunningShop) -> None:
    page.evaluate("() => { window.mark = 'same document'; }")
    page.get_by_role("button", name=f"Add Product {ITEM} to basket").dblclick()
    page.locator('.count[data-count="1"]').wait_for()
    (event,) = said(shop, page, "cart_item_added")
    assert (event["item"], event["surface"]) == (ITEM, "trending")
    assert page.evaluate("() => window.mark") == "same document"


def test_what_was_wished_for_offline_is_kept(context: BrowserContext, page: Page, shop: RunningShop) -> None:
    context.set_offline(True)
    heart(page).click()
    expect(heart(page)).to_have_attribute("aria-pressed", "true")
    context.set_offline(False)
    wait_until(lambda: [event["item"] for event in said(shop, page, "item_wished")] == [ITEM])


def test_under_a_finger_hearts_are_always_there_and_large_enough(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = open_page(context, "/")
    for control in (heart(page, ITEMS[0]), page.get_by_role("button", name=f"Add Product {ITEMS[0]} to basket")):
        assert float(control.evaluate("control => getComputedStyle(control).opacity")) > 0.7
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    heart(page, ITEMS[0]).tap()
    expect(heart(page, ITEMS[0])).to_have_attribute("aria-pressed", "true")
    context.close()


def test_without_scripts_hearts_and_the_quick_add_are_forms(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    heart(page).click()
    page.wait_for_url(f"{shop.address}/")
    expect(heart(page)).to_have_attribute("aria-pressed", "true")
    heart(page).click()
    expect(heart(page)).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name=f"Add Product {ITEM} to basket").click()
    page.wait_for_url("**/basket")
    assert page.locator(f"[data-basket-line={ITEM}]").count() == 1
    assert [len(said(shop, page, kind)) for kind in ("item_wished", "item_unwished")] == [1, 1]
    context.close()
