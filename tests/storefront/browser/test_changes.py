"""A change of the visitor's list is seen, said once, and comes whole: in a real Chromium."""

import time
from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.messages import RANKING_CHANGED, RankingChanged, to_message, visitor_room
from online_models.schema.recommendations import card_of
from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    PICTURE,
    PRODUCTS,
    RunningShop,
    click_card,
    items_of,
    journeys_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

OPENED = "item15"
CARD = f"[data-rail=trending] [data-item={OPENED}] .card__link"
BEFORE, AFTER = ITEMS[:8], ITEMS[20:28]
NEWS = f"8 new because you viewed Product {OPENED}"
PAST = f"{FOR_YOU} .is-past"
MARK = "[data-journey-mark]"

LOOKS = """(list) => [...list.querySelectorAll('.card')]
  .filter((card) => getComputedStyle(card).opacity === '1').map((card) => card.dataset.item).sort()"""
"""The cards of a list that can be seen, whatever they are to who listens."""

NOTE_FIGURES = """(selector) => {
  window.figures = [];
  new MutationObserver(() => window.figures.push(document.querySelector(selector).textContent))
    .observe(document.querySelector(selector), { childList: true, characterData: true, subtree: true });
}"""

NOTE_OFFERS = """() => {
  window.offers = 0;
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.matches('[data-rail-new]') && !target.hidden) window.offers += 1;
  }).observe(document.body, { attributes: true, attributeFilter: ['hidden'], subtree: true });
}"""

NOTE_BLANK_CARDS = """() => {
  window.arrived = [];
  new MutationObserver((changes) => {
    for (const card of changes.flatMap((change) => [...change.addedNodes])) {
      const picture = card.querySelector('img');
      window.arrived.push([card.dataset.item, picture.complete && picture.naturalWidth > 0]);
    }
  }).observe(document.querySelector('[data-rail=for_you] .rail__list'), { childList: true });
}"""

COVERED = """() => {
  const mark = document.querySelector('[data-journey] summary').getBoundingClientRect();
  return [...document.querySelectorAll('a[href], button, .card__reason, input, summary')]
    .filter((one) => !one.closest('[data-journey]') && one.checkVisibility({ opacityProperty: true }))
    .filter((one) => !one.closest('.menu__list, .skip') && !(one.matches('.card__reason') && !one.innerText))
    .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 80)])
    .filter(([box]) => box.left < mark.right && box.right > mark.left && box.top < mark.bottom && box.bottom > mark.top)
    .map(([, html]) => html);
}"""


@pytest.fixture(params=["no-preference", "reduce"])
def phone(request: pytest.FixtureRequest, browser: Browser, shop: RunningShop) -> Iterator[Page]:
    """A page on a screen so low that no product's page has the list in view."""
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 390, "height": 420}, reduced_motion=request.param
    )
    yield open_page(context, "/")
    context.close()


def open_product(page: Page, shop: RunningShop) -> None:
    """Open a product, whose page comes after the list that answers the click."""
    held: list[Route] = []
    page.route(f"**/products/{OPENED}", lambda route: held.append(route))
    cause = click_card(page, shop, CARD)
    shop.push(visitor_of(page), AFTER, cause)
    wait_until(lambda: any(journey["cause"] == cause for journey in journeys_of(page)) and held)
    for route in held:
        route.continue_()
    page.wait_for_selector(f"main[data-item={OPENED}]")
    wait_until(lambda: items_of(page) == AFTER)
    page.unroute(f"**/products/{OPENED}")


@pytest.mark.parametrize("phone", ["no-preference"], indirect=True)
def test_a_list_that_changed_on_the_way_is_played_once_it_is_in_view(phone: Page, shop: RunningShop) -> None:
    open_product(phone, shop)
    phone.wait_for_function("() => !document.documentElement.matches(':active-view-transition')")
    assert phone.locator(FOR_YOU).evaluate(LOOKS) == sorted(BEFORE), "the list as it was"

    phone.locator(FOR_YOU).scroll_into_view_if_needed()

    wait_until(lambda: phone.locator(f"{FOR_YOU} .is-new").count() == len(AFTER))
    wait_until(lambda: phone.locator(FOR_YOU).evaluate(LOOKS) == sorted(AFTER))
    assert phone.locator(f"{FOR_YOU} [data-rail-news]").inner_text() == NEWS


def test_a_change_is_said_once_after_the_title(phone: Page, shop: RunningShop) -> None:
    phone.evaluate(
        """() => {
          window.said = [];
          const line = document.querySelector('[data-announce]');
          new MutationObserver(() => window.said.push(line.textContent)).observe(line, { childList: true });
        }"""
    )
    open_product(phone, shop)
    wait_until(lambda: NEWS in phone.evaluate("() => window.said"))
    assert phone.evaluate("() => window.said") == [f"Product {OPENED} · Riverfront", NEWS]


@pytest.mark.parametrize("phone", ["reduce"], indirect=True)
def test_who_asked_for_less_motion_has_the_new_list_at_once(phone: Page, shop: RunningShop) -> None:
    open_product(phone, shop)
    assert phone.locator(PAST).count() == 0
    assert phone.locator(FOR_YOU).evaluate(LOOKS) == sorted(AFTER)


@pytest.mark.parametrize("phone", ["no-preference"], indirect=True)
def test_a_list_that_the_page_itself_brought_is_a_change_too_and_waits_through_pages(
    phone: Page, shop: RunningShop
) -> None:
    shop.keep(visitor_of(phone), ITEMS[20:32])
    phone.locator(CARD).click()
    phone.wait_for_selector(f"main[data-item={OPENED}]")
    assert items_of(phone) == AFTER
    assert phone.locator(PAST).count() == len(BEFORE)

    phone.go_back()

    phone.wait_for_selector("main[data-page=home]")
    wait_until(lambda: phone.locator(FOR_YOU).evaluate(LOOKS) == sorted(ITEMS[:12]))
    phone.locator(FOR_YOU).scroll_into_view_if_needed()
    wait_until(lambda: phone.locator(FOR_YOU).evaluate(LOOKS) == sorted(ITEMS[20:32]))


def test_no_offer_flashes_while_another_page_is_under_way(page: Page, shop: RunningShop) -> None:
    page.evaluate(NOTE_OFFERS)
    held: list[Route] = []
    page.route("**/products/item02", lambda route: held.append(route))
    cause = click_card(page, shop, f"{FOR_YOU} [data-item=item02] .card__link")
    shop.push(visitor_of(page), AFTER, cause)
    wait_until(lambda: any(journey["cause"] == cause for journey in journeys_of(page)) and held)
    for route in held:
        route.continue_()
    page.wait_for_selector("main[data-item=item02]")
    wait_until(lambda: items_of(page) == AFTER)
    assert page.evaluate("() => window.offers") == 0


def test_a_page_that_is_given_up_leaves_the_offer(page: Page, shop: RunningShop) -> None:
    page.route("**/products/item02", lambda route: None)
    cause = click_card(page, shop, f"{FOR_YOU} [data-item=item02] .card__link")
    shop.push(visitor_of(page), AFTER, cause)
    wait_until(lambda: any(journey["cause"] == cause for journey in journeys_of(page)))
    button = page.get_by_role("button", name="Show updated list")
    assert not button.is_visible()
    page.evaluate("() => window.stop()")
    page.evaluate("() => navigation.navigate('#given-up')")
    button.wait_for()


def test_the_mark_shows_one_figure_for_a_click(page: Page, shop: RunningShop) -> None:
    page.evaluate(NOTE_FIGURES, MARK)
    open_product(page, shop)
    wait_until(lambda: page.evaluate("() => window.figures"))
    wait_until(lambda: journeys_of(page)[-1]["painted_ms"] is not None)
    (figure,) = page.evaluate("() => [...new Set(window.figures)]")
    assert float(figure.removesuffix(" ms")) == pytest.approx(journeys_of(page)[-1]["drawn_ms"], abs=0.51)


def push_with_pictures(shop: RunningShop, visitor: VisitorId, items: list[ItemId], picture: str) -> None:
    products = [msgspec.structs.replace(PRODUCTS[item], picture=f"/pictures/{picture}-{item}.svg") for item in items]
    message = RankingChanged(
        ranking_id=RankingId(f"r{time.monotonic_ns()}"),
        items=tuple(card_of(product, None) for product in products),
        causes=(EventId("e0"),),
    )
    shop.learner.emit(RANKING_CHANGED, to_message(message), to=visitor_room(visitor))


PATIENT = """() => {
  const later = window.setTimeout;
  window.setTimeout = (work, ms, ...rest) => later(work, ms === 250 ? 30_000 : ms, ...rest);
}"""
"""Has the page wait for pictures as long as a busy machine takes to answer for them."""


def test_cards_arrive_with_their_pictures(page: Page, shop: RunningShop) -> None:
    page.route(
        "**/pictures/soon-*.svg", lambda route: route.fulfill(body=PICTURE, content_type="image/svg+xml", status=200)
    )
    page.evaluate(NOTE_BLANK_CARDS)
    page.evaluate(PATIENT)
    push_with_pictures(shop, visitor_of(page), ITEMS[20:32], "soon")
    wait_until(lambda: items_of(page) == ITEMS[20:32])
    assert dict(page.evaluate("() => window.arrived")) == dict.fromkeys(ITEMS[20:32], True)


def test_a_picture_that_does_not_come_holds_no_list_back(page: Page, shop: RunningShop) -> None:
    page.route("**/pictures/never-*.svg", lambda route: None)
    push_with_pictures(shop, visitor_of(page), ITEMS[20:32], "never")
    wait_until(lambda: items_of(page) == ITEMS[20:32])


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_the_mark_covers_nothing_and_says_its_figure(browser: Browser, shop: RunningShop, width: int) -> None:
    context: BrowserContext = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 800})
    page = open_page(context, "/")
    open_product(page, shop)
    wait_until(lambda: page.locator(MARK).inner_text().endswith(" ms"))
    for path in (f"/products/{OPENED}", "/"):
        page.goto(path)
        for _ in range(8):
            assert page.evaluate(COVERED) == [], path
            page.mouse.wheel(0, 300)
    box = page.locator(MARK).bounding_box()
    assert box is not None
    assert box["width"] > 10
    assert box["x"] + box["width"] <= width
    context.close()
