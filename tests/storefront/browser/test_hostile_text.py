"""Hostile text in a real Chromium: no script of it runs, and the policy has nothing to report on any page."""

import time
from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.index.search_index import build_search_index
from bootstrap.publish.publish import publish_catalog
from online_models.schema.events import EventId, RankingId
from online_models.schema.messages import RANKING_CHANGED, RankingChanged, to_message, visitor_room
from online_models.schema.phrases import Phrase
from online_models.schema.recommendations import Journey, Reason, card_of
from tests.storefront.accounts.people import PASSWORD
from tests.storefront.running_shop import FOR_YOU, PICTURE, RunningShop, answers, open_page, wait_until
from tests.storefront.search.builders import a_catalog, a_product

pytestmark = [pytest.mark.integration, pytest.mark.browser]

HOSTILE = "\"'><img src=x onerror=steal()><script>steal()</script><svg onload=steal()>"
PRODUCTS = tuple(
    a_product(
        f"mug{number:02}", f"Mug {number} {HOSTILE}", category="mugs", picture="/pictures/p.svg", sold=99 - number
    )
    for number in range(16)
)
MUG = "/products/mug00"
WATCH = """
  window.reports = [];
  window.steal = () => { window.reports.push('a script ran'); };
  document.addEventListener('securitypolicyviolation', (event) => {
    window.reports.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
  });
"""


@pytest.fixture(scope="module", autouse=True)
def mugs(shop: RunningShop, redis_url: str) -> None:
    """Serve mugs whose titles would like to be scripts."""
    categories = a_catalog(PRODUCTS).categories
    index = build_search_index(PRODUCTS, categories)
    with redis.Redis.from_url(redis_url) as client:
        publish_catalog(client, BuiltCatalog(PRODUCTS, categories, {}, {"p": PICTURE.decode()}, index), time.time())
    wait_until(lambda: answers(f"{shop.address}{MUG}"))


@pytest.fixture
def page(browser: Browser, shop: RunningShop) -> Iterator[Page]:
    """A page that notes what the policy had to keep from happening, from its very beginning."""
    context = browser.new_context(base_url=shop.address, viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    yield open_page(context, "/")
    context.close()


def sign_up(page: Page, email: str) -> None:
    page.goto("/account/sign-up")
    page.get_by_label("Name").fill(HOSTILE)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/account/profile")


def write_a_review(page: Page) -> None:
    page.goto(MUG)
    page.locator(".reviews__write summary").click()
    page.get_by_label("Your review").fill(f"Lovely. {HOSTILE}")
    page.locator("form.write label", has_text="5 stars").click()
    page.locator("form.write").get_by_role("button", name="Save").click()
    expect(page.locator(".review__text").first).to_contain_text("<script>steal()</script>")


def buy(page: Page) -> str:
    page.goto(MUG)
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("button", name="Added", exact=True).wait_for()
    page.goto("/basket/checkout")
    page.locator('form[action="/basket/order"] button').click()
    page.wait_for_url("**/orders/*")
    return page.url.partition("?")[0]


def reports_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate("() => window.reports")
    return found


def push_hostile_list(page: Page, shop: RunningShop) -> None:
    now = time.time()
    visitor = shop.events("visitor_identified")[-1]["account"]
    moments = dict.fromkeys(("appended_at", "polled_at", "learned_at", "ranked_at", "pushed_at", "received_at"), now)
    journey = Journey(event_id=EventId("e0"), partition=0, offset=1, **moments)
    reason = Reason(phrase=Phrase(f"{HOSTILE} %(named)s"), named=HOSTILE)
    message = RankingChanged(
        ranking_id=RankingId("hostile"),
        items=tuple(card_of(product, reason) for product in PRODUCTS[::-1][:12]),
        causes=(EventId("e0"),),
        journey=journey,
    )
    shop.learner.emit(RANKING_CHANGED, to_message(message), to=visitor_room(visitor))


def test_no_text_of_anybody_becomes_a_script_on_any_page(page: Page, shop: RunningShop) -> None:
    sign_up(page, "eve@example.com")
    write_a_review(page)
    order = buy(page)
    paths = [
        "/", MUG, "/categories/mugs", "/search?q=mug", "/search?q=%3Cscript%3Esteal()", "/basket", "/basket/checkout",
        "/orders", order.removeprefix(shop.address), "/account/profile", "/account/recommendations",
        "/account/recommendations/reset", "/account/reviews", "/account/devices", "/account/data", "/account/password",
        "/account/name", "/account/email", "/account/confirm", "/ops", "/no-such-page", "/account/reset",
    ]  # fmt: skip
    for path in paths:
        page.goto(path)
        assert reports_of(page) == [], path

    page.goto("/")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.evaluate("() => { window.isTheSame = true; }")
    for path in paths:
        if path not in {"/ops", "/basket/checkout"}:
            page.evaluate("(path) => navigation.navigate(path).finished.then(() => null)", path)
            assert page.evaluate("() => window.isTheSame"), f"{path} came without a new document"
            assert reports_of(page) == [], path


def test_no_list_suggestion_or_undo_becomes_a_script(page: Page, shop: RunningShop) -> None:
    sign_up(page, "mallory@example.com")
    page.goto("/")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.mouse.move(2, 2)
    push_hostile_list(page, shop)
    wait_until(lambda: HOSTILE in page.locator(FOR_YOU).inner_text())
    page.locator(f"{FOR_YOU} [data-dismiss]").first.click()
    page.locator("[data-undo]").wait_for()
    page.locator("[data-undo-button]").click()

    page.keyboard.press("/")
    page.keyboard.type("mug script")
    page.get_by_role("option").first.wait_for()
    assert "<script>" in page.get_by_role("listbox").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    page.goto("/account/recommendations")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    push_hostile_list(page, shop)
    page.goto(MUG)
    page.locator("[data-stars] label").nth(1).click()
    expect(page.locator("[data-stars-words]")).to_have_text("You gave 2 stars")
    assert reports_of(page) == []


def test_the_policy_does_keep_a_script_out(page: Page) -> None:
    """Else the tests above would see nothing, whatever happened."""
    page.evaluate("() => { try { document.body.innerHTML += '<img src=x onerror=steal()>'; } catch {} }")
    wait_until(lambda: any("require-trusted-types-for" in one for one in reports_of(page)))
    assert "a script ran" not in reports_of(page)
