"""A page that loses the shop and finds it again, in a real Chromium: nothing is lost, and nothing counts twice."""

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from online_models.schema.events import VisitorId
from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    RunningShop,
    items_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

SAID = ".journey__state:visible"

WAITING = "() => JSON.parse(localStorage.getItem('riverfront.waiting') ?? '[]')"
MADE = ("item_rated", "cart_item_added", "item_dismissed")


def made_by(shop: RunningShop, visitor: VisitorId) -> list[dict[str, Any]]:
    """Return what a visitor did to products, in the order in which the shop has taken it in."""
    events = [event for kind in MADE for event in shop.events(kind) if event["visitor"] == visitor]
    return sorted(events, key=lambda event: float(event["received_at"]))


def waiting_on(page: Page) -> list[dict[str, Any]]:
    return [event for event in page.evaluate(WAITING) if event["kind"] in MADE]


def state_of(page: Page) -> str | None:
    return page.locator("[data-journey]").get_attribute("data-state")


def lose_the_network(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("[data-journey][data-state=offline]").wait_for()


def test_what_happens_offline_arrives_once_in_order_and_with_its_own_times(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_page(context, "/products/item07")
    lose_the_network(page)
    page.get_by_role("radio", name="5 stars").check(force=True)
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    gone = items_of(page)[0]
    page.locator(f"{FOR_YOU} [data-item={gone}]").hover()
    page.locator(f"{FOR_YOU} [data-item={gone}] [data-dismiss]").click()
    wait_until(lambda: len(waiting_on(page)) == 3)
    kept = waiting_on(page)

    context.set_offline(False)

    wait_until(lambda: page.evaluate(WAITING) == [])
    came = made_by(shop, visitor_of(page))
    assert [event["kind"] for event in came] == list(MADE)
    assert [event["event_id"] for event in came] == [event["event_id"] for event in kept]
    assert [event["occurred_at"] for event in came] == [pytest.approx(event["occurred_at"]) for event in kept]
    wait_until(lambda: state_of(page) == "live")
    assert page.locator(".count").get_attribute("data-count") == "1"


def test_the_state_is_said_in_plain_words_and_announced(page: Page) -> None:
    lose_the_network(page)
    assert page.locator(SAID).all_inner_texts() == ["Offline. Changes will sync later."]
    wait_until(lambda: page.locator("[data-announce]").inner_text() == "Offline. Changes will sync later.")

    page.context.set_offline(False)

    wait_until(lambda: state_of(page) == "live")
    assert page.locator(SAID).count() == 0


def test_a_short_break_is_not_worth_a_word(page: Page) -> None:
    page.evaluate(
        """() => {
          const box = document.querySelector('[data-journey]');
          window.states = [];
          const note = () => window.states.push(box.dataset.state);
          new MutationObserver(note).observe(box, { attributeFilter: ['data-state'] });
          dispatchEvent(new Event('offline'));
        }"""
    )
    with page.expect_websocket():
        page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_timeout(2_500)
    assert page.evaluate("() => window.states") == []
    assert state_of(page) == "live"


def errors_of(page: Page) -> list[str]:
    """Note what goes wrong in the page's scripts from now on."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def open_basket(context: BrowserContext, *items: str) -> Page:
    page = open_page(context, "/")
    for count, item in enumerate(items, 1):
        page.goto(f"/products/{item}")
        page.get_by_role("button", name="Add to basket").click()
        page.locator(f'.count[data-count="{count}"]').wait_for()
    page.goto("/basket")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    return page


def test_a_basket_that_is_changed_offline_is_saved_when_the_connection_is_back(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_basket(context, "item21", "item22")
    errors = errors_of(page)
    lose_the_network(page)
    page.get_by_label("Quantity of Product item21").fill("4")
    page.get_by_role("button", name="Remove Product item22").click()
    expect(page.get_by_text("We’ll save this when you’re back online.")).to_have_count(2)

    context.set_offline(False)

    expect(page.locator(".line")).to_have_count(1)
    expect(page.get_by_label("Quantity of Product item21")).to_have_value("4")
    expect(page.locator("[data-subtotal]")).to_have_text("£7.80")
    page.reload()
    expect(page.get_by_label("Quantity of Product item21")).to_have_value("4")
    assert page.locator(".line").count() == 1
    assert errors == []


def test_a_page_made_before_a_quantity_was_saved_does_not_take_it_back(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_basket(context, "item26", "item27")
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/basket", lambda route: held.append((route, route.fetch())))
    page.get_by_role("button", name="Remove Product item27").click()

    def is_held() -> bool:
        # Playwright takes requests in only while it is asked for something.
        page.wait_for_timeout(20)
        return bool(held)

    wait_until(is_held)
    page.get_by_label("Quantity of Product item26").fill("4")
    page.keyboard.press("Tab")

    # The change may wait for the page; where it does not, the page must come after it.
    with suppress(PlaywrightTimeoutError):
        page.get_by_text("Saved", exact=True).wait_for(timeout=2_000)
    route, made_before = held.pop()
    route.fulfill(response=made_before)
    page.unroute("**/basket")

    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator("[data-subtotal]")).to_have_text("£7.80")
    expect(page.get_by_label("Quantity of Product item26")).to_have_value("4")
    page.reload()
    expect(page.get_by_label("Quantity of Product item26")).to_have_value("4")


def test_a_basket_that_cannot_be_fetched_anew_comes_when_it_can(context: BrowserContext, shop: RunningShop) -> None:
    page = open_basket(context, "item23", "item24")
    errors = errors_of(page)
    page.route("**/basket", lambda route: route.abort())
    page.get_by_role("button", name="Remove Product item24").click()
    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator("[data-subtotal]")).to_have_text("£1.95")
    other = open_page(context, "/products/item25")
    other.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="2"]').wait_for()
    expect(page.locator(".line")).to_have_count(1)

    page.unroute("**/basket")
    page.evaluate("() => dispatchEvent(new Event('online'))")

    expect(page.locator(".line")).to_have_count(2)
    assert errors == []


def test_a_shop_that_starts_again_finds_its_pages_waiting_and_brings_them_up_to_date(
    context: BrowserContext, shop: RunningShop
) -> None:
    page, other = open_page(context, "/products/item09"), open_page(context, "/")
    visitor = visitor_of(page)
    shop.process.stop()
    page.get_by_role("radio", name="2 stars").check(force=True)
    page.get_by_role("button", name="Add to basket").click()
    wait_until(lambda: len(waiting_on(page)) == 2)
    shop.keep(visitor, ITEMS[20:32])

    shop.process.start()

    wait_until(lambda: items_of(page) == ITEMS[20:28])
    wait_until(lambda: items_of(other) == ITEMS[20:32])
    for one in (page, other):
        one.locator('.count[data-count="1"]').wait_for()
        wait_until(lambda one=one: state_of(one) == "live")  # type: ignore[misc]  # bound early on purpose
    assert [event["kind"] for event in made_by(shop, visitor)] == ["item_rated", "cart_item_added"]


def test_a_page_that_was_put_away_has_a_live_socket_when_it_is_shown_again(page: Page, shop: RunningShop) -> None:
    visitor = visitor_of(page)
    away = "name => dispatchEvent(new PageTransitionEvent(name, { persisted: true }))"
    page.evaluate(away, "pagehide")
    shop.push(visitor, ITEMS[12:24])
    shop.keep(visitor, ITEMS[20:32])

    page.evaluate(away, "pageshow")

    wait_until(lambda: items_of(page) == ITEMS[20:32])
    shop.push(visitor, ITEMS[5:17])
    wait_until(lambda: items_of(page) == ITEMS[5:17])


def test_a_tab_that_slept_catches_up_and_agrees_with_the_other(context: BrowserContext, shop: RunningShop) -> None:
    sleeper, other = open_page(context, "/products/item05"), open_page(context, "/products/item05")
    visitor = visitor_of(other)
    session = context.new_cdp_session(sleeper)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    other.get_by_role("radio", name="3 stars").check(force=True)
    other.get_by_role("button", name="Add to basket").click()
    shop.push(visitor, ITEMS[20:32])
    wait_until(lambda: items_of(other) == ITEMS[20:28])

    session.send("Page.setWebLifecycleState", {"state": "active"})

    wait_until(lambda: items_of(sleeper) == ITEMS[20:28])
    sleeper.locator('.count[data-count="1"]').wait_for()
    sleeper.locator("[data-stars]", has_text="You gave 3 stars").wait_for()


def test_what_the_shop_cannot_store_is_kept_by_the_page_and_counts_once_when_it_can(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_page(context, "/products/item08")
    spool, away = shop.home / "spool", shop.home / "away"
    spool.rename(away)
    # Where the folder was: the spool's disk takes nothing.
    spool.write_text("")
    try:
        page.get_by_role("radio", name="4 stars").check(force=True)
        page.get_by_role("button", name="Add to basket").click()
        wait_until(lambda: len(waiting_on(page)) == 2)
        kept = waiting_on(page)
        assert page.context.request.get(f"{shop.address}/basket").status == 200
    finally:
        spool.unlink()
        away.rename(spool)

    wait_until(lambda: waiting_on(page) == [])
    taken_in = made_by(shop, visitor_of(page))
    assert [event["event_id"] for event in taken_in] == [event["event_id"] for event in kept]
    page.reload()
    page.locator('.count[data-count="1"]').wait_for()
