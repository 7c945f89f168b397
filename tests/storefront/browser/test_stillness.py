"""Lists change under nobody's hand, and pages do not jump, in a real Chromium."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    RunningShop,
    items_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

TRENDING = '[data-rail="trending"]'
TOGETHER = '[data-rail="bought_together"]'
MOST_SHIFT = 0.05
WATCH_SHIFTS = """() => {
  window.shifts = [];
  const place = (rect) => [rect.x, rect.y, rect.width, rect.height].map(Math.round).join(' ');
  const name = (node) => node && (node.id || node.dataset?.item || node.className || node.nodeName);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const told = (one) => `${name(one.node)}: ${place(one.previousRect)} to ${place(one.currentRect)}`;
      const moved = entry.sources.map(told);
      window.shifts.push({ value: entry.value, at: Math.round(entry.startTime), moved });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}"""
PLACES = "() => [...document.querySelectorAll('main h1, main h2, footer')].map((e) => e.getBoundingClientRect().top)"


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_do_not_shift_while_lists_come(browser: Browser, shop: RunningShop, width: int) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 900})
    page = open_page(context, "/products/item08")
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    for path in ("/", "/products/item08", "/basket"):
        page = open_page(context, path)
        page.evaluate(WATCH_SHIFTS)
        visitor = visitor_of(page)
        for start in (20, 12, 25):
            items = ITEMS[start : start + 12]
            shop.push(visitor, items)
            shop.push_related(visitor, "goes_well_with", items[:6], "item08")
            shop.push_related(visitor, "bought_together", items[: 6 if start != 12 else 3])
            wait_until(lambda page=page, items=items: items_of(page)[:6] == items[:6])  # type: ignore[misc]
        wait_until(lambda page=page: page.locator(".is-new, .is-leaving").count() == 0)  # type: ignore[misc]
        shifts = page.evaluate("() => window.shifts")
        assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, (path, shifts)
        page.close()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_letters_that_come_late_move_nothing(browser: Browser, shop: RunningShop, width: int) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 900})
    held: list[Route] = []
    context.route("**/*.woff2", lambda route: held.append(route))
    page = context.new_page()
    page.goto("/basket", wait_until="domcontentloaded")
    page.evaluate(WATCH_SHIFTS)
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")

    for route in held:
        route.continue_()

    page.wait_for_function(
        "() => [...document.fonts].some((font) => font.family.includes('Brygada 1918') && font.status === 'loaded')"
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shifts = page.evaluate("() => window.shifts")
    assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, shifts
    context.close()


def test_a_card_that_leaves_in_the_middle_of_a_glide_fades_where_it_is_seen(page: Page, shop: RunningShop) -> None:
    """Its layout stays too: a browser counts a change of layout as a jump of the page, whatever the eye sees."""
    place = """(name) => {
      const card = document.querySelector(name), seen = card.getBoundingClientRect();
      return [seen.x, seen.y, card.offsetLeft, card.offsetTop].map(Math.round);
    }"""
    later = "() => { const now = performance.now.bind(performance); performance.now = () => now() + 1000; }"
    card = f'{FOR_YOU} [data-item="item21"]'
    shop.push(visitor_of(page), ITEMS[20:32])
    wait_until(lambda: items_of(page) == ITEMS[20:32])
    wait_until(lambda: page.locator(".is-new, .is-leaving").count() == 0)
    page.evaluate(
        """() => {
          const play = Element.prototype.animate;
          Element.prototype.animate = function (...given) {
            const animation = play.apply(this, given);
            animation.pause();
            return animation;
          };
        }"""
    )
    start = page.evaluate(place, card)
    page.evaluate(later)
    shop.push(visitor_of(page), ITEMS[12:24])
    wait_until(lambda: items_of(page) == ITEMS[12:24])
    gliding = page.evaluate(place, card)
    assert gliding[:2] == pytest.approx(start[:2], abs=1)
    assert gliding[2:] != start[2:]

    page.evaluate(later)
    shop.push(visitor_of(page), ITEMS[25:37])

    wait_until(lambda: items_of(page) == ITEMS[25:37])
    assert page.locator(card).get_attribute("aria-hidden") == "true"
    assert page.evaluate(place, card) == pytest.approx(gliding, abs=1)


def test_nothing_moves_on_the_page_while_the_pointer_is_on_a_list(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/products/item08")
    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    page = open_page(context, "/basket")
    visitor = visitor_of(page)
    page.locator(f"{FOR_YOU} .card").first.hover()
    places = page.evaluate(PLACES)

    shop.push_related(visitor, "bought_together", ITEMS[20:26])
    shop.push(visitor, ITEMS[20:32])
    page.get_by_role("button", name="Show updated list").first.wait_for()

    assert page.evaluate(PLACES) == places
    assert not page.locator(TOGETHER).is_visible()
    page.mouse.move(2, 2)
    wait_until(lambda: items_of(page, TOGETHER) == ITEMS[20:26])
    wait_until(lambda: items_of(page) == ITEMS[20:28])


def test_other_lists_go_on_under_a_pointer_as_long_as_they_keep_their_height(page: Page, shop: RunningShop) -> None:
    page.locator(f"{TRENDING} .card").nth(1).hover()
    places = page.evaluate(PLACES)
    shop.push(visitor_of(page), ITEMS[20:32])
    wait_until(lambda: items_of(page) == ITEMS[20:32])
    assert page.evaluate(PLACES) == places


def test_a_list_waits_for_the_finger_and_until_it_has_stopped_rolling(phone: BrowserContext, shop: RunningShop) -> None:
    page = open_page(phone, "/")
    before = items_of(page)
    place = page.locator(f"{FOR_YOU} .card").first.bounding_box()
    assert place is not None
    touch = phone.new_cdp_session(page)
    at = {"x": place["x"] + 60, "y": place["y"] + 60}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    for step in range(1, 6):
        points = [{"x": at["x"] - 10 * step, "y": at["y"]}]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    shop.push(visitor_of(page), ITEMS[20:32])
    page.get_by_role("button", name="Show updated list").wait_for()
    assert items_of(page) == before

    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    wait_until(lambda: items_of(page) == ITEMS[20:32])


def test_who_is_on_a_list_by_keyboard_is_told_that_something_waits(page: Page, shop: RunningShop) -> None:
    page.locator(f"{FOR_YOU} .card__link").first.focus()
    shop.push(visitor_of(page), ITEMS[20:32])
    wait_until(lambda: "list has been updated" in page.locator("[data-announce]").inner_text())
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.innerText") == "Show updated list"

    page.keyboard.press("Enter")

    wait_until(lambda: items_of(page) == ITEMS[20:32])
    assert page.evaluate("() => document.activeElement.innerText") == "Recommended for you"
