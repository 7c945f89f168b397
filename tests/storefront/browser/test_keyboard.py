"""The shop by keyboard alone, and what it says to those who listen."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.storefront.running_shop import FOR_YOU, ITEMS, RunningShop, items_of, open_page, visitor_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

WHERE = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  // A radio button is drawn by the label around it.
  const shown = one.closest('label') ?? one;
  const box = shown.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 40));
  const parts = [one, shown, ...shown.querySelectorAll('*')];
  const drawn = parts.flatMap((part) => [getComputedStyle(part), getComputedStyle(part, '::before')]);
  window.stops ??= [];
  const before = window.stops.at(-1);
  window.stops.push(one);
  return {
    name: one.outerHTML.slice(0, 120),
    isAgain: window.stops.indexOf(one) < window.stops.length - 1,
    isAfter: !before || Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING),
    isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isOnTop: shown.contains(top) || Boolean(top?.contains(shown)),
    isMarked: drawn.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1),
  };
}"""


def stops_of(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the page ends, and return every stop."""
    stops: list[dict[str, Any]] = []
    for _ in range(300):
        page.keyboard.press("Tab")
        stop = page.evaluate(WHERE)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError("the page does not let go of the focus")


@pytest.mark.parametrize("path", ["/", "/products/item03", "/categories/all", "/basket"])
def test_tab_goes_through_the_page_in_order_and_is_always_seen(context: BrowserContext, path: str) -> None:
    page = open_page(context, path)
    stops = stops_of(page)
    assert "skip" in stops[0]["name"]
    for check in ("isAfter", "isInView", "isOnTop", "isMarked"):
        assert [stop["name"] for stop in stops if not stop[check]] == [], check
    assert not any(stop["isAgain"] for stop in stops), "no stop comes twice"
    if path == "/":
        rails = page.locator("[data-rail]").evaluate_all("all => all.map((one) => one.dataset.rail)")
        reached = page.evaluate("() => window.stops.map((one) => one.closest('[data-rail]')?.dataset.rail)")
        assert set(rails) <= set(reached)


def test_the_first_stop_leads_past_the_header(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("(one) => one.getBoundingClientRect().top") >= 0, "it shows when it has the focus"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_sending_a_card_away_and_taking_it_back_keeps_the_focus(page: Page) -> None:
    second = items_of(page)[1]
    card = page.locator(f"{FOR_YOU} [data-item={second}]")
    card.locator(".card__link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert second not in items_of(page)
    assert page.evaluate("() => document.activeElement.matches('[data-undo-button]')")
    page.keyboard.press("Enter")
    assert items_of(page)[1] == second
    assert page.evaluate("() => document.activeElement.closest('[data-item]').dataset.item") == second


def test_a_list_that_changes_never_takes_the_focus_away(page: Page, shop: RunningShop) -> None:
    page.locator(f"{FOR_YOU} .card__link").nth(2).focus()
    before = items_of(page)
    shop.push(visitor_of(page), ITEMS[20:32])
    page.locator(f"{FOR_YOU} [data-rail-new]").wait_for()
    assert items_of(page) == before

    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert items_of(page) == before, "the focus is still in the list"
    button = page.locator(f"{FOR_YOU} [data-rail-new]")
    while button.evaluate("(one) => one !== document.activeElement"):
        page.keyboard.press("Shift+Tab")
        assert items_of(page) == before
    page.keyboard.press("Enter")
    assert items_of(page) == ITEMS[20:32]
    assert page.evaluate("() => document.activeElement.id") == "rail-for_you"


def test_the_focus_goes_to_the_new_page(context: BrowserContext) -> None:
    page = open_page(context, "/")
    page.locator(f"{FOR_YOU} .card__link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-page=product]")
    wait_until(lambda: page.evaluate("() => document.activeElement.matches('main h1')"))
    wait_until(lambda: page.locator("[data-announce]").inner_text() == page.title())


def test_what_changed_is_said_at_most_every_four_seconds(context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    address = page.locator('link[rel=modulepreload][href$="/js/announce.js"]').get_attribute("href")
    say = "async ([address, words]) => { const { announce } = await import(address); words.forEach(announce); }"
    said = page.locator("[data-announce]")
    page.clock.run_for(10_000)

    page.evaluate(say, [address, ["one", "two"]])
    page.clock.run_for(10)
    assert said.inner_text() == "two"
    page.evaluate(say, [address, ["three", "four"]])
    page.clock.run_for(3_500)
    assert said.inner_text() == "two"
    page.clock.run_for(1_000)
    assert said.inner_text() == "four"
    assert said.get_attribute("aria-live") == "polite"
