"""What visitors come for, from end to end, on a real shop; and the pictures of it (docs/journeys.md)."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.album import Album

pytestmark = [pytest.mark.browser, pytest.mark.integration]

LIST = '[data-rail="for_you"]'
SECONDS = 15_000
expect.set_options(timeout=SECONDS)


def go(page: Page, path: str) -> None:
    """Open a page by its address, and wait until it is live."""
    page.goto(path)
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.mouse.move(1, 1)


def items(page: Page, rail: str = LIST) -> list[str]:
    script = "list => [...list.children].filter((one) => !one.inert).map((one) => one.dataset.item)"
    found: list[str] = page.locator(f"{rail} .rail__list").evaluate(script)
    return found


def wait_for_another_list(page: Page, before: list[str], rail: str = LIST) -> None:
    page.wait_for_function(
        "([rail, before]) => [...document.querySelector(rail).querySelectorAll('.card')]"
        ".filter((one) => !one.inert).map((one) => one.dataset.item).join() !== before",
        arg=[rail, ",".join(before)],
        timeout=SECONDS,
    )


def in_basket(page: Page, count: int) -> None:
    expect(page.locator("[data-basket] .count")).to_have_attribute("data-count", str(count))


def sign_up(page: Page) -> str:
    address = f"ann-{secrets.token_hex(4)}@example.com"
    page.goto("/account/sign-up")
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill("a lantern on the quay")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(re.compile("/account/profile"))
    return address


def test_sign_up(page: Page, album: Album) -> None:
    """Sign up, say what you like, and the list follows."""
    go(page, "/account/sign-up")
    album.take(page, "the-form")
    sign_up(page)
    go(page, "/account/profile")
    before = items(page)
    album.take(page, "profile")
    page.locator('label:has(input[name="categories"])').nth(3).click()
    page.locator("#preferences").get_by_role("button", name="Save").click()
    expect(page.locator('input[name="categories"]').nth(3)).to_be_checked()
    wait_for_another_list(page, before)
    page.locator(LIST).scroll_into_view_if_needed()
    album.take(page, "the-list-follows")
    page.goto("/account/recommendations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recommendations")
    album.take(page, "why")


def test_search_and_rate(page: Page, album: Album) -> None:
    """Search with a slip of the finger, open a product, give it stars, and the list moves."""
    go(page, "/")
    before = items(page)[:8]
    album.take(page, "home")
    page.locator("#search").fill("ligth")
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-page=search]")
    assert page.locator("main .card").count() > 0
    album.take(page, "found")
    page.locator("main [data-surface=search] .card__link").first.click()
    page.wait_for_selector("main[data-page=product]")
    page.mouse.move(1, 1)
    answered = int(page.evaluate("() => window.riverfront.journeys.length"))
    page.locator(".product__rate label", has_text="5 stars").click()
    expect(page.locator(".product__rate [data-stars-words]")).to_have_text("You gave 5 stars")
    page.wait_for_function("before => window.riverfront.journeys.length > before", arg=answered, timeout=SECONDS)
    wait_for_another_list(page, before)
    album.take(page, "rated")


def test_basket_to_order(page: Page, album: Album) -> None:
    """Fill the basket, check out, and find the order again."""
    go(page, "/")
    for number in (1, 2):
        page.locator(f"{LIST} .card__link").nth(number).click()
        page.wait_for_selector("main[data-page=product]")
        page.get_by_role("button", name="Add to basket").click()
        in_basket(page, number)
        page.go_back()
        page.wait_for_selector("main[data-page=home]")
    go(page, "/basket")
    album.take(page, "basket")
    page.get_by_label("Quantity of").first.fill("3")
    page.keyboard.press("Tab")
    in_basket(page, 4)
    page.get_by_role("link", name="Checkout").click()
    page.wait_for_selector("main[data-page=checkout]")
    album.take(page, "checkout")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
    in_basket(page, 0)
    album.take(page, "thank-you")
    page.goto("/orders")
    assert page.locator(".orders__link").count() == 1
    album.take(page, "orders")


def test_offline_and_back(page: Page, album: Album) -> None:
    """Lose the connection, go on, and lose nothing."""
    go(page, "/")
    page.locator(f"{LIST} .card__link").first.click()
    page.wait_for_selector("main[data-page=product]")
    page.context.set_offline(True)
    page.wait_for_selector("[data-journey][data-state=offline]", state="attached", timeout=2 * SECONDS)
    page.get_by_role("button", name="Add to basket").click()
    album.take(page, "offline")
    page.context.set_offline(False)
    page.wait_for_selector("[data-journey][data-state=live]", state="attached", timeout=2 * SECONDS)
    in_basket(page, 1)
    album.take(page, "back")
    page.goto("/basket")
    assert page.locator(".line").count() == 1


def test_two_tabs(visit: Callable[..., BrowserContext], album: Album) -> None:
    """What is done in one tab shows in the other."""
    visitor = visit()
    one, two = visitor.new_page(), visitor.new_page()
    go(one, "/")
    go(two, "/")
    before = items(two)
    one.locator(f"{LIST} .card__link").nth(3).click()
    one.wait_for_selector("main[data-page=product]")
    wait_for_another_list(two, before)
    one.get_by_role("button", name="Add to basket").click()
    in_basket(two, 1)
    album.take(one, "here")
    two.bring_to_front()
    album.take(two, "there")


def test_without_scripts(visit: Callable[..., BrowserContext], album: Album) -> None:
    """Everything but the moving lists works in a browser without scripts."""
    page = visit(scripts=False).new_page()
    page.goto("/")
    before = [card.get_attribute("data-item") for card in page.locator(f"{LIST} .card").all()]
    album.take(page, "home")
    page.locator("#search").fill("lantern")
    page.locator("#search").press("Enter")
    page.locator("main [data-surface=search] .card__link").first.click()
    page.locator(".product__rate label", has_text="4 stars").click()
    page.get_by_role("button", name="Rate", exact=True).click()
    expect(page.locator(".product__rate [data-stars-words]")).to_have_text("You gave 4 stars")
    album.take(page, "rated")
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="Checkout").click()
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
    album.take(page, "ordered")
    page.goto("/")
    assert [card.get_attribute("data-item") for card in page.locator(f"{LIST} .card").all()] != before
