"""Every page and state keeps WCAG 2.2 AA, as far as axe-core can tell; on wide and narrow screens, light and dark."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from redis import Redis

from online_models.schema import keyspace
from online_models.schema.events import VisitorId
from online_models.schema.explanation import KINDS, KnownInteraction, ReasonShare, SlateExplanation, encode_why
from online_models.schema.recommendations import decode_ranking
from tests.storefront.browser.axe import faults_of
from tests.storefront.running_shop import FOR_YOU, ITEMS, RunningShop, visitor_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
PATHS = {
    "home": "/",
    "shelf": "/categories/all",
    "product": "/products/item03",
    "empty basket": "/basket",
    "empty wish list": "/wishlist",
    "missing page": "/no-such-page",
    "operations": "/ops",
    "search": "/search?q=product",
    "search without hits": "/search?q=zzzqqqxxx",
    "link that is over": "/account/new-password",
    "reset of the taste": "/account/recommendations/reset",
    "ratings": "/account/reviews",
    "orders": "/orders",
    "sign in": "/account/sign-in",
    "sign up": "/account/sign-up",
    "new password": "/account/reset",
    "tour": "/tour",
    "why": "/account/recommendations",
}


@pytest.fixture(scope="module")
def visitor(browser: Browser, shop: RunningShop) -> Iterator[BrowserContext]:
    # The shop's policy would keep axe-core out of the page. Nothing moves, so that it sees how things end.
    context = browser.new_context(base_url=shop.address, bypass_csp=True, reduced_motion="reduce")
    yield context
    context.close()


def assert_faultless(page: Page) -> None:
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert faults_of(page) == [], f"{page.url}, {width} px, {theme}"
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"


@pytest.mark.parametrize("name", PATHS)
def test_a_page_has_no_faults(visitor: BrowserContext, name: str) -> None:
    page = visitor.new_page()
    page.goto(PATHS[name])
    page.wait_for_load_state("load")
    assert_faultless(page)
    page.close()


def dismiss(page: Page, shop: RunningShop) -> None:
    page.locator(f"{FOR_YOU} [data-dismiss]").first.click()
    page.locator("[data-undo]").wait_for()
    page.locator("[data-undo-button]").focus()


def open_menus(page: Page, shop: RunningShop) -> None:
    page.locator("[data-journey] summary").click()


def hold_news_back(page: Page, shop: RunningShop) -> None:
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.locator(f"{FOR_YOU} .card__link").first.focus()
    shop.push(visitor_of(page), [*ITEMS[20:32]])
    page.locator("[data-rail-new]:visible").wait_for()


@pytest.mark.parametrize("bring_about", [dismiss, open_menus, hold_news_back])
def test_a_state_of_the_front_page_has_no_faults(
    visitor: BrowserContext, shop: RunningShop, bring_about: Callable[[Page, RunningShop], None]
) -> None:
    page = visitor.new_page()
    page.goto("/")
    bring_about(page, shop)
    assert_faultless(page)
    page.close()


def test_a_full_basket_and_its_order_have_no_faults(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    for item in ITEMS[:2]:
        page.goto(f"/products/{item}")
        page.wait_for_selector("[data-journey][data-state=live]", state="attached")
        page.get_by_role("button", name="Add to basket").click()
        page.get_by_role("button", name="Added", exact=True).wait_for()
    page.goto("/basket")
    assert page.locator(".line").count() == 2
    assert_faultless(page)
    page.close()


def test_a_wish_list_and_the_rows_of_the_home_page_have_no_faults(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    for item in ITEMS[30:34]:
        page.goto(f"/products/{item}")
        page.wait_for_selector("[data-journey][data-state=live]", state="attached")
        page.get_by_role("button", name="Wish list", exact=True).click()
        page.locator('.wish[aria-pressed="true"]').wait_for()
    page.goto("/wishlist")
    assert page.locator("[data-surface=wishlist] .card").count() == 4
    assert_faultless(page)
    page.goto("/")
    assert page.locator("[data-surface=recently_viewed] .card").count() >= 4
    assert_faultless(page)
    page.close()


def test_pages_without_profiling_have_no_faults(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    page.get_by_role("button", name="Turn off profiling").click()
    for path in ("/", "/account/recommendations"):
        page.goto(path)
        page.get_by_role("heading", name="Popular now").wait_for()
        assert_faultless(page)
    page.close()
    visitor.clear_cookies(name="riverfront_profiling")


def test_the_receipt_of_an_erasure_has_no_faults(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/account/sign-up")
    page.get_by_label("Email").fill("erased@example.com")
    page.get_by_label("Password", exact=True).fill("a lantern on the quay")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/account/profile*")
    page.goto("/account/data")
    page.get_by_label("Password", exact=True).fill("a lantern on the quay")
    page.get_by_role("button", name="Delete account").click()
    page.get_by_role("heading", name="Receipt").wait_for()
    assert_faultless(page)
    page.close()
    visitor.clear_cookies()


def test_a_form_with_errors_and_a_profile_have_no_faults(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/account/sign-up")
    page.locator("form.form").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_label("Email").fill("not an address")
    page.get_by_role("button", name="Create account").click()
    page.locator(".field__error, [aria-invalid=true]").first.wait_for()
    assert_faultless(page)
    page.get_by_label("Email").fill("ann@example.com")
    page.get_by_label("Password", exact=True).fill("a lantern on the quay")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/account/profile*")
    assert_faultless(page)
    page.close()
    visitor.clear_cookies()


ACCOUNT_PAGES = ["devices", "data", "name", "email", "password", "confirm", "reviews", "recommendations"]


def explain(shop: RunningShop, visitor: VisitorId) -> None:
    """Write a list and what lies behind it, as the learner would."""
    shop.keep(visitor, ITEMS[:6])
    with Redis.from_url(shop.process.redis_url) as redis:
        ranking = decode_ranking(redis.get(keyspace.ranking(visitor)))
        popular = KINDS.index("popular")
        why = SlateExplanation(
            ranking_id=ranking.ranking_id,
            parts={item: (ReasonShare(0, 70, ITEMS[9]), ReasonShare(popular, 30)) for item in ITEMS[:6]},
            history=(
                KnownInteraction(ITEMS[9], "viewed", 1_700_000_000),
                KnownInteraction(ITEMS[8], "bought", 1_700_000_000),
            ),
            dismissed=(ITEMS[7],),
        )
        redis.set(keyspace.why(visitor), encode_why(why))


def test_what_somebody_with_an_account_sees_has_no_faults(visitor: BrowserContext, shop: RunningShop) -> None:
    page = visitor.new_page()
    page.goto("/account/sign-up")
    page.get_by_label("Email").fill("axe@example.com")
    page.get_by_label("Password", exact=True).fill("a lantern on the quay")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/account/profile*")
    page.goto("/products/item05")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("button", name="Added", exact=True).wait_for()
    wait_until(lambda: shop.events("visitor_identified"))
    explain(shop, VisitorId(shop.events("cart_item_added")[-1]["visitor"]))
    page.goto("/basket/checkout")
    assert_faultless(page)
    page.locator('form[action="/basket/order"] button').click()
    page.wait_for_url("**/orders/*")
    assert_faultless(page)
    for name in ACCOUNT_PAGES:
        page.goto(f"/account/{name}")
        assert page.url.endswith(name)
        assert_faultless(page)
    assert page.locator(".why__shares").count() == 6, "the page tells something"
    page.close()
    visitor.clear_cookies()


def test_targets_are_large_enough_for_fingers(visitor: BrowserContext) -> None:
    """WCAG 2.2, target size: 24 by 24 CSS pixels, but for links within a sentence."""
    script = """() => [...document.querySelectorAll('a[href], button, input, select, summary, [role=button]')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('p, .unseen, [inert], .skip'))
      .map((one) => [(one.closest('label') ?? one).getBoundingClientRect(), one.outerHTML.slice(0, 90)])
      .filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24))
      .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""
    for path in PATHS.values():
        page = visitor.new_page()
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(path)
        assert page.evaluate(script) == [], path
        page.close()


def test_text_at_twice_its_size_and_four_times_the_zoom_loses_nothing(visitor: BrowserContext) -> None:
    """WCAG reflow: at 320 CSS pixels, with text twice as large, and both, nothing scrolls sideways or is cut off."""
    cut = """() => [...document.querySelectorAll('a, button, h1, h2, p, label, summary, dd, dt')]
      .filter((one) => one.checkVisibility() && !one.closest('.unseen, ol[role=list], [role=region], .menu__list'))
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
      .map((one) => one.outerHTML.slice(0, 90))"""
    for path in PATHS.values():
        page = visitor.new_page()
        page.goto(path)
        # Tables may be wider than the screen (WCAG 1.4.10), as the operators' are on a phone with large text.
        both = [] if path == PATHS["operations"] else [(320, "200%")]
        for across, size in [(320, "100%"), (640, "200%"), *both]:
            page.set_viewport_size({"width": across, "height": 640})
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
            width = page.evaluate("() => document.documentElement.scrollWidth")
            assert width <= across, f"{path} at {size} of text is {width} px wide"
            assert page.evaluate(cut) == [], f"{path} at {size}"
        page.close()


def test_the_page_can_be_used_in_forced_colours(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.emulate_media(forced_colors="active")
    page.goto("/products/item03")
    page.keyboard.press("Tab")
    focused = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert focused != "none", "the focus is an outline, which forced colours keep"
    chosen = page.locator("[data-stars] label").first
    page.get_by_role("radio", name="3 stars").check(force=True)
    fills = page.locator("[data-stars] svg").evaluate_all("all => all.map((one) => getComputedStyle(one).fill)")
    assert len(set(fills)) > 1, "given stars differ from others"
    assert chosen.is_visible()
    wait_until(lambda: page.locator("[data-stars-words]").inner_text() == "You gave 3 stars")
    page.close()
