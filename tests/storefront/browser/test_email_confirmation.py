"""A sign-up and a change of address by links in letters, in a real Chromium, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from redis import Redis

from infra.programs.ports import free_port
from tests.storefront.accounts.people import PASSWORD
from tests.storefront.browser.axe import faults_of
from tests.storefront.running_shop import RunningShop, ShopProcess, learner_at, publish_catalog, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]


@pytest.fixture(scope="module")
def shop(redis_url: str, process_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop that confirms addresses, and writes its letters to its log."""
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RIVERFRONT_CONFIRM_ADDRESSES", "yes")
        process = ShopProcess(tmp_path_factory.mktemp("home"), free_port(), process_redis_url)
    try:
        process.start()
        yield RunningShop(process, learner_at(redis_url))
    finally:
        process.stop()


def link_in(shop: RunningShop, to: str) -> str:
    """Return the link of the newest letter to an address."""

    def letters() -> list[str]:
        log = (shop.home / "log.txt").read_text(encoding="utf-8")
        return re.findall(rf"Mail to {re.escape(to)}: .*?(http://\S+/account/(?:sign-up|email)/\S+)", log, re.DOTALL)

    wait_until(letters)
    return letters()[-1]


def sign_up(page: Page, email: str) -> None:
    page.goto("/account/sign-up")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Send link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    expect(page.get_by_text(f"We’ve emailed {email}")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_sign_up_over_the_letter_to_the_basket_of_the_account(
    browser: Browser, shop: RunningShop, scripts: bool
) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=scripts)
    try:
        page = context.new_page()
        page.goto("/products/item07")
        if scripts:
            page.wait_for_selector("[data-journey][data-state=live]", state="attached")
        page.get_by_role("button", name="Add to basket").click()
        expect(page.locator("[data-count]").first).to_have_attribute("data-count", "1")
        email = f"letter{scripts}@example.com"
        sign_up(page, email)
        expect(page.locator(".header__name")).to_have_text("Sign in")

        page.goto(link_in(shop, email))
        page.get_by_role("button", name="Create account").click()

        page.wait_for_url("**/account/profile")
        expect(page.get_by_text("Your account is ready.")).to_be_visible()
        expect(page.locator("[data-count]").first).to_have_attribute("data-count", "1")
        page.goto(link_in(shop, email))
        expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()
    finally:
        context.close()


def assert_faultless(page: Page) -> None:
    assert faults_of(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"


def test_the_pages_of_the_letters_have_no_faults_however_long_the_address(browser: Browser, shop: RunningShop) -> None:
    small = ViewportSize(width=360, height=780)
    here, phone = (browser.new_context(base_url=shop.address, bypass_csp=True, viewport=small) for _ in range(2))
    old, new = f"{'long' * 16}@example.com", f"{'longer' * 10}@example.com"
    try:
        page, elsewhere = here.new_page(), phone.new_page()
        sign_up(page, old)
        assert_faultless(page)
        elsewhere.goto(link_in(shop, old))
        expect(elsewhere.get_by_label("Password", exact=True)).to_be_focused()
        assert_faultless(elsewhere)
        page.goto(link_in(shop, old))
        assert_faultless(page)
        page.get_by_role("button", name="Create account").click()
        page.wait_for_url("**/account/profile")
        page.goto("/account/email")
        page.get_by_label("Email").fill(new)
        page.get_by_role("button", name="Send link").click()
        expect(page.get_by_text("Open the link in the email to confirm your new address.")).to_be_visible()
        assert_faultless(page)
        page.goto(link_in(shop, new))
        assert_faultless(page)
        page.get_by_role("button", name="Confirm address").click()
        expect(page.locator(".facts")).to_contain_text(new)
    finally:
        here.close()
        phone.close()
