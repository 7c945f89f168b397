"""A German visitor's way through the shop in a real Chromium: home, product, basket, order. No English text is left."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from online_models.schema.events import EventId, RankingId
from online_models.schema.messages import RANKING_CHANGED, RankingChanged, to_message, visitor_room
from online_models.schema.phrases import BECAUSE_YOU_VIEWED, TRENDING
from online_models.schema.recommendations import Reason, card_of
from storefront.extensions import socketio
from storefront.serving.catalog import ShopCatalog
from storefront.web.rendering.languages import FOLDER
from tests.storefront.running_shop import FOR_YOU, open_page, visitor_of
from tests.storefront.web.languages.conftest import Serve

pytestmark = pytest.mark.browser

READ_OR_HEARD = """() => {
  const found = [document.title, document.querySelector('meta[name=description]')?.content];
  const roots = [document.body, ...[...document.querySelectorAll('template')].map((one) => one.content)];
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement?.closest('script, style')) found.push(walker.currentNode.data);
    }
    for (const one of root.querySelectorAll('[aria-label], [title], [placeholder], [data-title]')) {
      found.push(...['aria-label', 'title', 'placeholder', 'data-title'].map((name) => one.getAttribute(name)));
    }
  }
  return found.filter(Boolean).map((text) => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""

PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s|%%")


def pattern_of(text: str) -> re.Pattern[str]:
    """Match a text with anything in place of what is filled in."""
    return re.compile(PLACEHOLDER.sub(lambda found: "%" if found[0] == "%%" else "(.+)", re.escape(text)))


def forms_of(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def texts() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Return all English texts that are others in German, and the German ones."""
    english, german = [], []
    with (FOLDER / "de.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="de") if message.id]
    for message in messages:
        pairs = zip(forms_of(message.id), forms_of(message.string), strict=True)
        for source, translated in pairs:
            # "in …" alone says nothing.
            if source != translated and re.search("[A-Za-z]{3}|^[^%]+$", re.sub(r"%\(\w+\)s", "%", source)):
                english.append(pattern_of(source))
                german.append(pattern_of(translated))
    return english, german


ENGLISH, GERMAN = texts()


def check(page: Page, catalog: ShopCatalog) -> None:
    """No text of the page is one of the English ones, and many are German."""
    names = {product.title for product in catalog.products.values()} | {entry.name for entry in catalog.categories}
    read = [text for text in page.evaluate(READ_OR_HEARD) if text not in names]
    left = [text for text in read if any(pattern.fullmatch(text) for pattern in ENGLISH)]
    assert left == [], page.url
    assert sum(any(pattern.fullmatch(text) for pattern in GERMAN) for text in read) > 30, page.url


@pytest.fixture
def german(app: Flask, serve: Serve, browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(
        base_url=serve(app),
        locale="de-DE",
        viewport={"width": 390, "height": 844},
        # While one page fades into the next, nothing can be pressed.
        reduced_motion="reduce",
    ) as context:
        yield context


def test_a_visit_from_home_to_order_is_german_throughout(german: BrowserContext, catalog: ShopCatalog) -> None:
    page = open_page(german, "/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    check(page, catalog)

    page.locator(f'{FOR_YOU} [data-item="mug"] .card__link').click()
    page.wait_for_selector("main[data-page=product]")
    expect(page.locator(".product__price")).to_have_text("1,95\xa0£")
    check(page, catalog)
    page.get_by_role("radio", name="4 Sterne").first.check(force=True)
    expect(page.locator("[data-stars-words]").first).to_have_text("Sie haben 4 Sterne vergeben")
    page.get_by_role("button", name="In den Warenkorb", exact=True).first.click()
    page.locator('.count[data-count="1"]').wait_for()
    check(page, catalog)

    page.locator("[data-basket]").click()
    page.locator("[data-drawer]").wait_for()
    check(page, catalog)
    page.get_by_role("link", name="Warenkorb ansehen").click()
    page.wait_for_selector("main[data-page=basket]")
    expect(page.locator("[data-subtotal]")).to_have_text("1,95\xa0£")
    page.locator("input[name=quantity]").fill("2")
    page.locator("input[name=quantity]").blur()
    expect(page.locator("[data-subtotal]")).to_have_text("3,90\xa0£")
    check(page, catalog)

    page.get_by_role("link", name="Zur Kasse").click()
    page.wait_for_selector("main[data-page=checkout]")
    check(page, catalog)
    page.get_by_role("button", name="Jetzt kaufen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank für Ihre Bestellung")
    check(page, catalog)
    for path in (
        "/orders",
        "/wishlist",
        "/account/recommendations",
        "/account/reviews",
        "/search?q=mug",
        "/account/sign-up",
        "/none",
    ):
        page.goto(path)
        check(page, catalog)


def test_what_is_pushed_is_written_in_german(german: BrowserContext, catalog: ShopCatalog) -> None:
    page = open_page(german, "/")
    products = list(catalog.products.values())
    rest = len(products) - 1
    reasons = [Reason(phrase=BECAUSE_YOU_VIEWED, named="Red Heart Mug"), *[Reason(phrase=TRENDING)] * rest]
    cards = tuple(card_of(product, reason) for product, reason in zip(products, reasons, strict=True))
    message = RankingChanged(ranking_id=RankingId("r1"), items=cards, causes=(EventId("e1"),))
    socketio.emit(RANKING_CHANGED, to_message(message), to=visitor_room(visitor_of(page)))
    expect(page.locator(f"{FOR_YOU} .card__reason")).to_have_text(
        ["Weil Sie Red Heart Mug angesehen haben", *["Gerade im Trend"] * rest]
    )
    check(page, catalog)


def test_the_footer_changes_the_language_without_javascript(app: Flask, serve: Serve, browser: Browser) -> None:
    with browser.new_context(base_url=serve(app), locale="en-GB", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/products/mug")
        page.get_by_role("button", name="Deutsch").click()
        assert page.url.endswith("/products/mug")
        expect(page.get_by_role("link", name="Warenkorb")).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("link", name="Basket")).to_be_visible()


def test_a_page_in_another_language_than_its_document_is_loaded_in_full(
    app: Flask, serve: Serve, browser: Browser
) -> None:
    with browser.new_context(base_url=serve(app), locale="en-GB") as context:
        page, other = open_page(context, "/"), open_page(context, "/")
        other.get_by_role("button", name="Deutsch").click()
        expect(other.locator("html")).to_have_attribute("lang", "de")
        page.evaluate("() => { document.body.dataset.before = '1'; }")
        page.locator(f"{FOR_YOU} .card__link").first.click()
        page.wait_for_selector("main[data-page=product]")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("link", name="Warenkorb")).to_be_visible()
        assert page.locator("body[data-before]").count() == 0
