"""Two-step verification in a real Chromium: with a keyboard, without faults on any screen, and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.storefront.accounts.factors import SET_UP, STEP, App
from tests.storefront.accounts.people import PASSWORD
from tests.storefront.browser.test_accessibility import assert_faultless
from tests.storefront.browser.test_account import sign_up
from tests.storefront.running_shop import RunningShop

pytestmark = [pytest.mark.browser, pytest.mark.integration]


@pytest.fixture
def lenient(browser: Browser, shop: RunningShop) -> Iterator[BrowserContext]:
    """A browser into whose pages axe-core gets."""
    context = browser.new_context(base_url=shop.address, bypass_csp=True, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def plain(browser: Browser, shop: RunningShop) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    yield context
    context.close()


def app_on(page: Page) -> App:
    return App(page.locator(".key code").inner_text().replace(" ", ""), [])


def turn_on(page: Page) -> App:
    """Turn it on, from the page that shows the secret, by the keyboard alone."""
    found = app_on(page)
    page.get_by_label("Code from your app").fill(found.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Save your recovery codes")).to_be_visible()
    return App(found.secret, page.locator(".codes code").all_inner_texts())


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{STEP}")


def test_every_page_of_it_has_no_faults_wide_or_narrow_light_or_dark(lenient: BrowserContext) -> None:
    page = lenient.new_page()
    sign_up(page, "two-step-axe@example.com")
    page.goto("/account/two-step")
    assert_faultless(page)
    page.get_by_role("link", name="Turn on").click()
    page.wait_for_url(f"**{SET_UP}")
    assert_faultless(page)
    found = turn_on(page)
    assert_faultless(page)
    page.get_by_role("link", name="I’ve saved them").click()
    expect(page.get_by_text("10 unused codes left.")).to_be_visible()
    assert_faultless(page)
    page.get_by_role("link", name="Turn off").click()
    assert_faultless(page)
    page.context.clear_cookies()
    sign_in(page, "two-step-axe@example.com")
    assert_faultless(page)
    page.get_by_label("Code from your app").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code from your app")).to_be_focused()
    expect(page.get_by_label("Code from your app")).to_have_accessible_description(
        "That code isn’t right. Enter the newest one from your app: each works once, for about a minute."
    )
    assert_faultless(page)
    page.get_by_role("link", name="Use a recovery code").click()
    assert_faultless(page)
    page.get_by_label("Recovery code").fill(found.codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have 9 recovery codes left.")).to_be_visible()


def test_it_works_without_scripts(plain: BrowserContext) -> None:
    page = plain.new_page()
    page.goto("/account/sign-up")
    page.get_by_label("Email").fill("two-step-plain@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.goto(SET_UP)
    found = turn_on(page)
    page.goto("/account/profile")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "two-step-plain@example.com")
    expect(page.get_by_label("Code from your app")).to_be_focused()
    page.get_by_label("Code from your app").fill(found.code(1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/profile")


def test_the_page_with_the_secret_asks_no_other_host_for_anything(context: BrowserContext, shop: RunningShop) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_up(page, "two-step-requests@example.com")
    page.goto(SET_UP)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".qr svg")).to_be_visible()
    assert asked
    assert all(url.startswith((shop.address, shop.address.replace("http", "ws"))) for url in asked)
