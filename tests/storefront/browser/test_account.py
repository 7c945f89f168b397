"""The account in a real Chromium: sign up, declare, see the lists change; and what other pages make of it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from online_models.schema.events import VisitorId
from tests.storefront.accounts.people import ANOTHER, PASSWORD
from tests.storefront.running_shop import FOR_YOU, ITEMS, RunningShop, items_of, open_page, visitor_of, wait_until

pytestmark = pytest.mark.browser


def sign_up(page: Page, email: str) -> None:
    page.goto("/account/sign-up")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/account/profile")


def account_of(shop: RunningShop) -> VisitorId:
    return VisitorId(shop.events("visitor_identified")[-1]["account"])


def test_from_the_sign_up_to_preferences_that_change_the_list(page: Page, shop: RunningShop) -> None:
    anonymous = visitor_of(page)
    sign_up(page, "journey@example.com")
    wait_until(lambda: shop.events("visitor_identified"))
    assert shop.events("visitor_identified")[-1]["visitor"] == anonymous

    page.get_by_role("checkbox", name="All things").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Your recommendations")).to_be_visible()
    wait_until(lambda: shop.events("preferences_changed"))
    assert shop.events("preferences_changed")[-1]["visitor"] == account_of(shop)

    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.mouse.move(2, 2)
    wished = ITEMS[20:28]
    shop.push(account_of(shop), wished)
    wait_until(lambda: items_of(page, FOR_YOU) == wished)


def test_a_wrong_field_has_the_focus_and_its_words_are_read_with_it(page: Page) -> None:
    page.goto("/account/sign-up")
    page.get_by_label("Email").fill("focus@example.com")
    page.get_by_label("Password", exact=True).fill("Password123!")
    page.get_by_role("button", name="Create account").click()
    field = page.get_by_label("Password", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "This password is one of those that attackers try first. Try a few unrelated words. "
        "At least 10 characters. A few unrelated words are easy to remember."
    )
    expect(page.get_by_label("Email")).to_have_value("focus@example.com")


def test_a_password_can_be_shown(page: Page) -> None:
    page.goto("/account/sign-in")
    field = page.get_by_label("Password", exact=True)
    field.fill(ANOTHER)
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "password")


def test_another_tab_follows_the_sign_in_and_the_sign_out(context: BrowserContext) -> None:
    other = open_page(context, "/")
    page = open_page(context, "/")
    sign_up(page, "tabs@example.com")
    expect(other.locator(".header__name")).to_have_text("tabs")
    other.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.get_by_role("button", name="Sign out").click()
    expect(other.locator(".header__name")).to_have_text("Sign in")
