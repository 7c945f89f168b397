"""The rail in Chromium, with lists that the tests make up."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.snippet.pages import RIVERFRONT, SHOP, ForeignShop

pytestmark = pytest.mark.browser

RAIL = '<riverfront-rail surface="for-you" count="3" href="/p/{item}"><h2 slot="heading">For you</h2></riverfront-rail>'
TEMPLATE = """
<style>.own { color: rgb(1, 2, 3); }</style>
<riverfront-rail count="2" href="/p/{item}" picture="/i/{item}.webp">
  <template><article class="own"><a data-field="link"><img data-field="picture"><b data-field="title"></b></a>
    <button data-field="dismiss">No</button></article></template>
  <p>Nothing yet</p>
</riverfront-rail>
"""


def an_item(item: str, **fields: Any) -> dict[str, Any]:
    reason = {"kind": "popular", "text": "Because you viewed Tea 50% <b>off</b>"}
    reason |= {"phrase": "Because you viewed %(named)s", "named": "Tea 50% <b>off</b>"}
    return {"item": item, "title": f"The {item}", "price": 1250, "currency": "GBP", "reason": reason} | fields


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(page: Page, shop: ForeignShop, *items: str) -> Locator:
    shop.items = [an_item(item) for item in items]
    page.goto(f"{SHOP}/")
    cards = page.locator("riverfront-rail [part=card]")
    expect(cards).not_to_have_count(0)
    return cards


def changed(page: Page, shop: ForeignShop, *items: str) -> None:
    """Have the rail read another list."""
    shop.items = [an_item(item) for item in items]
    page.evaluate("document.querySelector('riverfront-rail').load()")


def items_of(cards: Locator) -> list[str | None]:
    return [card.get_attribute("data-item") for card in cards.all()]


def test_a_card_says_what_it_is_what_it_costs_and_why(page: Page) -> None:
    cards = opened(page, ForeignShop(page.context, body=RAIL), "a/b ü", "cup", "bowl", "spoon")
    expect(cards).to_have_count(3)
    first = cards.first
    expect(first.locator("[part=title]")).to_have_text("The a/b ü")
    expect(first.locator("[part=price]")).to_have_text("£12.50")
    expect(first.locator("[part=reason]")).to_have_text("Because you viewed Tea 50% <b>off</b>")
    expect(first.locator("[part=link]")).to_have_attribute("href", "/p/a%2Fb%20%C3%BC")
    expect(page.get_by_role("heading", name="For you")).to_be_visible()


def test_money_has_the_digits_of_its_currency(page: Page) -> None:
    shop = ForeignShop(page.context, body=RAIL)
    cards = opened(page, shop, "cup")
    shop.items = [an_item("tea", currency="JPY", price=1250)]
    page.evaluate("document.querySelector('riverfront-rail').load()")
    expect(cards.first.locator("[part=price]")).to_have_text("¥1,250")


def test_a_page_words_reasons_itself(page: Page) -> None:
    shop = ForeignShop(page.context, body=RAIL)
    cards = opened(page, shop, "cup")
    page.evaluate("riverfront.phrase = (phrase, named) => `Weil Sie ${named} ansahen`")
    changed(page, shop, "bowl")
    expect(cards.first.locator("[part=reason]")).to_have_text("Weil Sie Tea 50% <b>off</b> ansahen")


def test_cards_are_the_pages_own_where_it_has_a_template(page: Page) -> None:
    shop = ForeignShop(page.context, body=TEMPLATE)
    opened(page, shop, "cup", "bowl", "spoon")
    own = page.locator("article.own")
    expect(own).to_have_count(2)
    expect(own.first).to_have_css("color", "rgb(1, 2, 3)")
    expect(own.first.locator("img")).to_have_attribute("src", "/i/cup.webp")
    expect(page.get_by_text("Nothing yet")).not_to_be_visible()
    changed(page, shop, "spoon", "bowl")
    expect(own.filter(has_text="The spoon")).to_be_visible()
    expect(own).to_have_count(2)
    own.filter(has_text="The bowl").get_by_role("button").click()
    expect(own).to_have_count(1)


def test_nothing_moves_under_the_pointer(page: Page) -> None:
    shop = ForeignShop(page.context, body=RAIL)
    cards = opened(page, shop, "cup", "bowl")
    cards.first.hover()
    with page.expect_event("requestfinished", lambda request: "/recommendations" in request.url):
        changed(page, shop, "spoon", "bowl")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert items_of(cards) == ["cup", "bowl"]
    page.mouse.move(0, 0)
    expect(cards.first).to_have_attribute("data-item", "spoon")


def test_a_dismissed_card_goes_the_next_takes_its_place_and_it_never_comes_back(page: Page) -> None:
    shop = ForeignShop(page.context, body=RAIL)
    cards = opened(page, shop, "cup", "bowl", "spoon", "fork")
    cards.first.get_by_role("button", name="Not interested: The cup").click()
    expect(cards.last).to_have_attribute("data-item", "fork")
    (event,) = [event for event in shop.wait_for(page, 1) if event["kind"] == "item_dismissed"]
    assert (event["item"], event["ranking_id"], event["surface"]) == ("cup", "r1", "for_you")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    changed(page, shop, "cup", "spoon")
    expect(cards.first).to_have_attribute("data-item", "spoon")


def test_a_list_that_was_seen_and_a_click_are_reported(page: Page) -> None:
    shop = ForeignShop(page.context, body=RAIL)
    cards = opened(page, shop, "cup", "bowl")
    (shown,) = shop.wait_for(page, 1)
    assert (shown["kind"], shown["items"]) == ("ranking_shown", ["cup", "bowl"])
    cards.nth(1).locator("[part=link]").click()
    page.wait_for_url("**/p/bowl")
    clicked = shop.wait_for(page, 2)[1]
    assert (clicked["kind"], clicked["item"], clicked["ranking_id"]) == ("list_item_clicked", "bowl", "r1")


def test_a_list_far_below_counts_once_it_is_seen(page: Page) -> None:
    shop = ForeignShop(page.context, body=f'<div style="height: 300vh"></div>{RAIL}')
    cards = opened(page, shop, "cup")
    assert shop.batches == []
    cards.first.scroll_into_view_if_needed()
    (shown,) = shop.wait_for(page, 1)
    assert shown["items"] == ["cup"]


def test_without_consent_the_item_on_the_page_counts_alone(page: Page) -> None:
    item = '<meta name="riverfront:item" content="mug">'
    shop = ForeignShop(page.context, item, 'data-consent="no"', RAIL)
    cards = opened(page, shop, "mug", "cup")
    assert [url.partition("?")[0] for url in shop.asked] == [f"{RIVERFRONT}/api/v1/items/mug/similar"]
    assert items_of(cards) == ["cup"], "not the item itself"
    expect(cards.first.get_by_role("button")).to_have_count(0)


def test_a_rail_without_a_list_says_what_the_page_says(page: Page) -> None:
    ForeignShop(page.context, body=TEMPLATE)
    page.goto(f"{SHOP}/")
    expect(page.get_by_text("Nothing yet")).to_be_visible()
