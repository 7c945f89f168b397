"""The tracker in Chromium, beside a Riverfront that answers as each test says."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.snippet.pages import KEY, SHOP, ForeignShop, a_token

pytestmark = pytest.mark.browser

ITEM = '<meta name="riverfront:item" content="mug">'
KEPT = "() => JSON.parse(localStorage.getItem('riverfront') ?? 'null')"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(page: Page) -> Page:
    page.goto(f"{SHOP}/products/1")
    page.wait_for_function("() => window.riverfront")
    return page


def test_a_view_is_sent_once_for_an_address(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM)
    opened(page)
    page.evaluate("riverfront.view('mug'), riverfront.track({ kind: 'item_wished', item: 'mug' })")
    wished = shop.wait_for(page, 2)
    assert [event["kind"] for event in wished] == ["item_viewed", "item_wished"]
    (visitor,) = {batch["visitor"] for batch in shop.batches}
    assert visitor == page.evaluate(KEPT)["id"]
    assert {batch["key"] for batch in shop.batches} == {KEY}


def test_the_data_layer_is_read_from_its_first_entry_and_nothing_more_of_it(page: Page) -> None:
    before = (
        "dataLayer = [{ event: 'view_item', ecommerce: { items: [{ item_id: 'mug' }] } }, { ecommerce: null }, 'x']"
    )
    shop = ForeignShop(page.context, f"<script>{before}</script>")
    opened(page)
    page.evaluate(
        """() => {
          function gtag() { dataLayer.push(arguments); }
          gtag('event', 'add_to_cart', { currency: 'GBP', email: 'ann@example.com',
            items: [{ item_id: 'mug', quantity: 2, coupon: { of: 'ann' }, note: 'private' }] });
          dataLayer.push({ event: 'login', user_id: 'ann' });
          const items = [{ item_id: 'mug', price: 4.5 }];
          dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'o1', items } });
        }"""
    )
    viewed, added, bought = shop.wait_for(page, 3)
    assert (viewed["kind"], viewed["item"]) == ("item_viewed", "mug")
    assert added["name"] == "add_to_cart"
    assert added["params"]["items"] == [{"item_id": "mug", "quantity": 2}]
    assert "ann" not in str(shop.batches)
    assert bought["params"]["transaction_id"] == "o1"
    assert page.evaluate("dataLayer.length") == 6, "the page's own entries stay"


def test_what_could_not_be_sent_comes_again_under_its_id(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM)
    shop.answer = lambda _: (503, {}) if len(shop.batches) == 1 else (202, {})
    opened(page)
    first, again = shop.wait_for(page, 2)
    assert first == again
    page.wait_for_function("() => JSON.parse(localStorage.getItem('riverfront')).queue.length === 0")


def test_what_a_page_could_not_send_the_next_one_does(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM)
    shop.answer = lambda _: (503, {"Retry-After": "600", "Access-Control-Expose-Headers": "retry-after"})
    opened(page)
    (first,) = shop.wait_for(page, 1)
    page.wait_for_function("() => JSON.parse(localStorage.getItem('riverfront')).queue.length === 1")
    shop.answer = lambda _: (202, {})
    page.goto(f"{SHOP}/products/2")
    events = shop.wait_for(page, 3)
    assert {event["event_id"] for event in events} > {first["event_id"]}
    assert len({event["event_id"] for event in events}) == 2, "that of this page, and the first one again"


def test_without_consent_nothing_is_sent_and_nothing_kept(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM, 'data-consent="pending"')
    opened(page)
    page.evaluate("localStorage.setItem('shops-own', '1')")
    assert page.evaluate("riverfront.track({ kind: 'item_wished', item: 'mug' })") == ""
    assert page.evaluate("riverfront.visitor()") == ""
    assert page.evaluate(KEPT) is None
    page.evaluate("riverfront.consent(true)")
    (viewed,) = shop.wait_for(page, 1)
    assert viewed["item"] == "mug", "the page that is open counts from then on"
    page.evaluate("riverfront.consent(false)")
    assert page.evaluate(KEPT) is None
    assert page.evaluate("localStorage.getItem('shops-own')") == "1"


def test_a_refusal_deletes_what_was_kept_and_a_question_does_not(page: Page, context: BrowserContext) -> None:
    ForeignShop(context, ITEM, 'data-consent="pending"')
    opened(page)
    page.evaluate("localStorage.setItem('riverfront', JSON.stringify({ id: 'anon-' + 'a'.repeat(32), queue: [] }))")
    opened(page)
    assert page.evaluate(KEPT)["id"] == "anon-" + 32 * "a"
    page.evaluate("riverfront.consent(true)")
    assert page.evaluate("riverfront.visitor()") == "anon-" + 32 * "a"
    context.unroute_all()
    ForeignShop(context, ITEM, 'data-consent="no"')
    opened(page)
    assert page.evaluate(KEPT) is None


def test_a_token_names_the_visitor_and_takes_the_anonymous_one_over(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM, 'data-token-url="/token"')
    shop.tokens = [""]
    opened(page)
    shop.wait_for(page, 1)
    anonymous = page.evaluate("riverfront.visitor()")
    assert anonymous.startswith("anon-")
    token = a_token("Kunde ü 17", time.time() + 600)
    shop.tokens = [token]
    page.evaluate("riverfront.identify()")
    page.wait_for_function("() => riverfront.visitor() === 'Kunde ü 17'")
    _, merged = shop.wait_for(page, 2)
    assert (merged["kind"], merged["visitor"], merged["account"]) == ("visitor_identified", anonymous, "Kunde ü 17")
    assert (shop.batches[-1]["key"], shop.batches[-1]["visitor"]) == (token, "Kunde ü 17")
    assert page.evaluate(KEPT)["id"] == ""


def test_a_token_that_is_about_to_expire_is_asked_for_again(page: Page) -> None:
    shop = ForeignShop(page.context, attributes='data-token-url="/token"')
    soon, later = a_token("ann", time.time() + 30), a_token("ann", time.time() + 600)
    shop.tokens = [soon, later]
    opened(page)
    page.wait_for_function("() => riverfront.visitor() === 'ann'")
    page.evaluate("riverfront.track({ kind: 'item_wished', item: 'mug' })")
    shop.wait_for(page, 1)
    assert shop.batches[-1]["key"] == later


def test_an_answer_that_is_no_token_leaves_the_visitor_anonymous(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM, 'data-token-url="/token"')
    shop.tokens = ["<html>sign in</html>"]
    opened(page)
    shop.wait_for(page, 1)
    assert page.evaluate("riverfront.visitor()").startswith("anon-")


def test_a_page_made_ahead_counts_when_it_is_seen(page: Page) -> None:
    ahead = "Object.defineProperty(Document.prototype, 'prerendering', { get: () => window.ahead ?? true })"
    shop = ForeignShop(page.context, f"<script>{ahead}</script>{ITEM}")
    opened(page)
    page.evaluate("riverfront.view('cup')")
    assert shop.batches == []
    page.evaluate("window.ahead = false; document.dispatchEvent(new Event('prerenderingchange'))")
    (viewed,) = shop.wait_for(page, 1)
    assert viewed["item"] == "cup"


def test_kept_text_that_is_none_of_its_own_does_no_harm(page: Page) -> None:
    shop = ForeignShop(
        page.context, f'<script>localStorage.setItem(\'riverfront\', \'{{"id": "<b>", "queue": 3}}\')</script>{ITEM}'
    )
    opened(page)
    shop.wait_for(page, 1)
    assert page.evaluate("riverfront.visitor()").startswith("anon-")


def test_a_rail_is_loaded_where_there_is_one_alone(page: Page) -> None:
    shop = ForeignShop(page.context, ITEM)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    opened(page)
    shop.wait_for(page, 1)
    assert not any("rail-" in url or "socket.io" in url for url in loaded)
    page.evaluate("document.body.append(document.createElement('riverfront-rail')), riverfront.rail()")
    page.wait_for_event("request", lambda request: "/recommendations" in request.url)
    assert any("rail-" in url for url in loaded)
