"""Documents that were made for somebody else, in a real Chromium: a tab that missed the sign-in, and what waits."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.storefront.browser.test_account import sign_up
from tests.storefront.running_shop import RunningShop, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

DEAF = "() => { BroadcastChannel.prototype.postMessage = () => {}; }"
MISSED = "() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
IS_BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
WAITING = "() => JSON.parse(localStorage.getItem('riverfront.waiting') ?? '[]')"
MARK = "() => document.documentElement.dataset.account"
STAYS = "() => { window.stays = true; }"


def name_on(page: Page) -> Any:
    return expect(page.locator(".header__name"))


def put_away(page: Page) -> None:
    page.evaluate(MISSED)
    page.evaluate(STAYS)


def test_a_tab_that_was_away_while_another_signed_in_loads_again_as_the_account(context: BrowserContext) -> None:
    context.add_init_script(f"({DEAF})()")
    away, page = open_page(context, "/"), open_page(context, "/")
    put_away(away)
    sign_up(page, "away@example.com")
    name_on(away).to_have_text("Sign in")

    away.evaluate(IS_BACK)

    name_on(away).to_have_text("away")
    assert away.evaluate(MARK) == page.evaluate(MARK) != ""


def test_who_is_typing_is_asked_before_the_page_is_loaded_again(context: BrowserContext) -> None:
    page = open_page(context, "/")
    sign_up(page, "typing@example.com")
    typing = open_page(context, "/account/name")
    typing.get_by_label("Name").fill("Half a na")
    typing.evaluate(STAYS)

    page.get_by_role("button", name="Sign out").click()

    expect(typing.locator("[data-stale]")).to_be_visible()
    expect(typing.get_by_label("Name")).to_have_value("Half a na")
    typing.get_by_role("button", name="Reload page").click()
    name_on(typing).to_have_text("Sign in")


def test_a_page_that_was_made_for_somebody_else_is_not_put_under_the_old_header(context: BrowserContext) -> None:
    context.add_init_script(f"({DEAF})()")
    away, page = open_page(context, "/"), open_page(context, "/")
    put_away(away)
    sign_up(page, "hard@example.com")

    away.get_by_role("link", name="All things").first.click()

    away.wait_for_url("**/categories/all")
    name_on(away).to_have_text("hard")
    assert away.evaluate("() => window.stays") is None


def test_what_waits_is_gone_after_the_sign_out(page: Page) -> None:
    sign_up(page, "leaves@example.com")
    page.evaluate("() => localStorage.setItem('riverfront.waiting', JSON.stringify([{ event_id: 'e1', kind: 'x' }]))")
    page.get_by_role("button", name="Sign out").click()
    name_on(page).to_have_text("Sign in")
    wait_until(lambda: page.evaluate("() => localStorage.length") == 0)


def test_what_one_account_left_waiting_is_not_sent_as_anothers(page: Page, shop: RunningShop) -> None:
    sign_up(page, "waits@example.com")
    mark = page.evaluate(MARK)
    page.goto("/products/item07")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.context.set_offline(True)
    page.locator("[data-journey][data-state=offline]").wait_for()
    page.get_by_role("button", name="Add to basket").click()
    wait_until(lambda: page.evaluate(WAITING))
    assert {event["account"] for event in page.evaluate(WAITING)} == {mark}
    # The session ends by itself meanwhile: nobody signs out.
    page.context.clear_cookies()
    page.context.set_offline(False)

    page.goto("/basket")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")

    assert page.evaluate(MARK) == ""
    assert {event["account"] for event in page.evaluate(WAITING)} == {mark}
    assert shop.events("cart_item_added") == []


def test_times_are_told_by_the_visitors_own_clock(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, timezone_id="Asia/Tokyo", locale="en-GB")
    try:
        page = context.new_page()
        sign_up(page, "tokyo@example.com")
        page.goto("/account/devices")
        time = page.locator("time[data-time]").first
        expect(time).not_to_contain_text("UTC")
        hour = time.evaluate(
            "element => new Intl.DateTimeFormat('en-GB', "
            "{ dateStyle: 'medium', timeStyle: 'medium', timeZone: 'Asia/Tokyo' }).format(new Date(element.dateTime))"
        )
        expect(time).to_have_text(hour)
    finally:
        context.close()
