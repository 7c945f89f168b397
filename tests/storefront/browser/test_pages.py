"""The shop's pages in a real Chromium (see `running_shop`)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    RunningShop,
    click_card,
    items_of,
    journeys_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def test_a_pushed_list_arrives_moves_and_leaves(page: Page, shop: RunningShop) -> None:
    before = items_of(page)
    assert before == ITEMS[:12]
    after = ["item30", *reversed(before[1:])]
    page.evaluate(
        """() => {
          window.motions = [];
          const play = Element.prototype.animate;
          Element.prototype.animate = function (frames, options) {
            window.motions.push({item: this.dataset.item, frames, ms: options.duration});
            return play.call(this, frames, options);
          };
        }"""
    )

    shop.push(visitor_of(page), after)

    wait_until(lambda: items_of(page) == after)
    motions = {motion["item"]: motion for motion in page.evaluate("() => window.motions")}
    assert "opacity" in motions["item30"]["frames"][0], "slides in"
    assert motions["item00"]["frames"][1]["opacity"] == 0, "fades"
    assert motions["item11"]["frames"][0]["transform"].startswith("translate("), "glides"
    assert "item06" not in motions, "what stays in its place stays still"
    assert all(200 <= motion["ms"] <= 300 for motion in motions.values())
    assert page.locator(f"{FOR_YOU} [data-item=item30] .card__reason").inner_text() == "Pushed by the test"
    wait_until(lambda: page.locator(".is-leaving, .is-new").count() == 0)
    assert page.locator(f"{FOR_YOU} .card").count() == 12


def test_two_quick_pushes_end_in_the_last_one(page: Page, shop: RunningShop) -> None:
    visitor = visitor_of(page)
    for start in (20, 25, 12):
        shop.push(visitor, ITEMS[start : start + 12])
    wait_until(lambda: items_of(page) == ITEMS[12:24])
    wait_until(lambda: page.locator(f"{FOR_YOU} .card").count() == 12)


def test_the_rail_holds_still_under_the_pointer(page: Page, shop: RunningShop) -> None:
    page.locator(f"{FOR_YOU} .card").nth(2).hover()
    before = items_of(page)
    shop.push(visitor_of(page), ITEMS[20:32])

    button = page.get_by_role("button", name="Show updated list")
    button.wait_for()
    assert items_of(page) == before

    page.mouse.move(2, 2)
    wait_until(lambda: items_of(page) == ITEMS[20:32])
    assert not button.is_visible()


def test_the_rail_holds_still_under_the_keyboard_and_a_button_shows_what_is_new(page: Page, shop: RunningShop) -> None:
    page.locator(f"{FOR_YOU} .card__link").nth(1).focus()
    before = items_of(page)
    shop.push(visitor_of(page), ITEMS[20:32])
    button = page.get_by_role("button", name="Show updated list")
    button.wait_for()
    assert items_of(page) == before

    button.evaluate("button => button.click()")

    assert items_of(page) == ITEMS[20:32]
    assert not button.is_visible()


def test_nothing_moves_for_those_who_asked_for_less_motion(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, reduced_motion="reduce")
    page = open_page(context, "/")
    page.evaluate("() => { window.motions = 0; Element.prototype.animate = () => { window.motions += 1; }; }")

    shop.push(visitor_of(page), ITEMS[20:32])

    wait_until(lambda: items_of(page) == ITEMS[20:32])
    assert page.evaluate("() => window.motions") == 0
    assert page.locator(".is-new, .is-leaving").count() == 0
    context.close()


def test_what_changed_is_announced(page: Page, shop: RunningShop) -> None:
    shop.push(visitor_of(page), [*ITEMS[:10], "item30", "item31"])
    wait_until(lambda: page.locator("[data-announce]").inner_text() == "2 new recommendations")


def test_two_pages_agree_on_list_basket_and_stars(context: BrowserContext, shop: RunningShop) -> None:
    one = open_page(context, "/products/item05")
    two = open_page(context, "/products/item05")

    shop.push(visitor_of(one), ITEMS[20:32])
    wait_until(lambda: items_of(one) == items_of(two) == ITEMS[20:28])

    one.get_by_role("button", name="Add to basket").click()
    one.get_by_role("radio", name="4 stars").check(force=True)
    for page in (one, two):
        page.locator('.count[data-count="1"]').wait_for()
        page.locator("[data-stars]", has_text="You gave 4 stars").wait_for()


def test_the_product_that_is_open_is_not_recommended_on_its_own_page(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_page(context, "/products/item21")
    shop.push(visitor_of(page), ITEMS[20:32])
    wait_until(lambda: items_of(page) == [item for item in ITEMS[20:29] if item != "item21"])


def test_pages_change_without_losing_the_socket(page: Page, shop: RunningShop) -> None:
    sockets: list[object] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    page.evaluate("() => { window.mark = 'same document'; }")

    click_card(page, shop, f"{FOR_YOU} .card__link")
    page.wait_for_selector("main[data-page=product]")
    assert page.title() == "Product item00 · Riverfront"
    shop.push(visitor_of(page), ITEMS[20:32])
    page.mouse.move(2, 2)
    wait_until(lambda: items_of(page) == ITEMS[20:28])
    page.go_back()
    page.wait_for_selector("main[data-page=home]")
    page.get_by_role("link", name="All things", exact=True).first.click()
    page.wait_for_selector("main[data-page=category]")

    assert page.evaluate("() => window.mark") == "same document"
    assert page.locator(".menu__list a[aria-current=page]").inner_text() == "All things"
    assert sockets == []


def test_a_view_is_counted_once_however_the_page_is_opened(context: BrowserContext, shop: RunningShop) -> None:
    def views(item: str) -> list[dict[str, Any]]:
        return [event for event in shop.events("item_viewed") if event["item"] == item]

    page = open_page(context, "/")
    click_card(page, shop, "[data-rail=trending] [data-item=item13] .card__link")
    page.wait_for_selector("main[data-item=item13]")
    open_page(context, "/products/item35")
    wait_until(lambda: views("item35"))

    assert [event["surface"] for event in views("item13") if event["visitor"] == visitor_of(page)] == ["trending"]
    assert [event["surface"] for event in views("item35")] == ["product"]


def test_a_click_is_followed_to_the_drawn_list(page: Page, shop: RunningShop) -> None:
    cause = click_card(page, shop, "[data-rail=trending] .card__link")
    page.wait_for_selector("main[data-page=product]")
    page.mouse.move(2, 2)

    shop.push(visitor_of(page), ITEMS[20:32], cause)

    wait_until(lambda: journeys_of(page) and journeys_of(page)[-1]["painted_ms"] is not None)
    journey = journeys_of(page)[-1]
    assert journey["cause"] == cause
    assert journey["items"] == ITEMS[20:28]
    assert 0 < journey["arrived_ms"] <= journey["drawn_ms"] <= journey["painted_ms"]
    assert journey["hops"]["offset"] == 1234
    wait_until(lambda: any(event.get("cause") == cause for event in shop.events("ranking_shown")))
    shown = next(event for event in shop.events("ranking_shown") if event.get("cause") == cause)
    assert shown["items"] == ITEMS[20:28]
    assert shown["drawn_ms"] == pytest.approx(journey["drawn_ms"])


def test_the_journey_opens_and_closes_by_keyboard(page: Page, shop: RunningShop) -> None:
    cause = click_card(page, shop, "[data-rail=trending] .card__link")
    page.wait_for_selector("main[data-page=product]")
    page.mouse.move(2, 2)
    shop.push(visitor_of(page), ITEMS[20:32], cause)
    wait_until(lambda: "Learned from your last click" in page.locator("[data-journey] summary").inner_text())

    page.locator("[data-journey] summary").focus()
    page.keyboard.press("Enter")

    wait_until(lambda: page.locator(".hop").count() == 6)
    names = page.locator(".hop__name").all_inner_texts()
    assert names == ["Received", "In Kafka", "Learned", "Ranked", "Pushed", "Shown"]
    assert page.get_by_text("partition 2, offset 1234").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".journey__panel").is_visible()
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_the_basket_is_filled_changed_and_ordered(context: BrowserContext, shop: RunningShop) -> None:
    page = open_page(context, "/products/item08")
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Add to basket").click()
    wait_until(lambda: page.locator(".count").get_attribute("data-count") == "3")
    page.locator("[data-basket]").click()
    page.get_by_role("link", name="View basket").click()
    page.wait_for_selector("main[data-page=basket]")
    quantity = page.get_by_label("Quantity of Product item08")
    quantity.fill("2")
    quantity.press("Tab")
    wait_until(lambda: page.locator("[data-subtotal]").inner_text() == "£3.90")

    page.get_by_role("link", name="Checkout").click()
    page.wait_for_selector("main[data-page=checkout]")
    page.get_by_role("button", name="Place order").click()

    page.get_by_role("heading", name="Thank you for your order").wait_for()
    (bought,) = [event for event in shop.events("item_purchased") if event["visitor"] == visitor_of(page)]
    assert (bought["item"], bought["quantity"], bought["price"]) == ("item08", 2, 195)
    assert page.locator(".count").get_attribute("data-count") == "0"


def test_everything_works_without_scripts(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/products/item09")
    wait_until(lambda: any(event["item"] == "item09" for event in shop.events("item_viewed")))
    page.locator("input[name=stars][value='3']").check(force=True)
    page.get_by_role("button", name="Rate").click()
    assert page.get_by_text("You gave 3 stars").is_visible()
    page.get_by_role("button", name="Add to basket").click()
    page.wait_for_url("**/basket")
    page.get_by_label("Quantity of Product item09").fill("4")
    page.get_by_role("button", name="Update").click()
    assert page.get_by_text("£7.80").first.is_visible()
    page.get_by_role("link", name="Checkout").click()
    page.get_by_role("button", name="Place order").click()
    assert page.get_by_role("heading", name="Thank you for your order").is_visible()
    assert not page.locator("[data-journey]").is_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_breaks_its_policy_throws_or_scrolls_sideways(browser: Browser, shop: RunningShop, width: int) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 844})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    for path in ("/", "/products/item01", "/categories/all", "/basket", "/orders", "/account/reviews", "/ops"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => document.documentElement.scrollWidth") == width, path
    assert problems == []
    context.close()


def test_controls_are_large_enough_for_a_finger(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    for path in ("/", "/products/item01"):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('header a, main button, main input:not([type=hidden]), summary')]
              .map(element => [element.outerHTML.slice(0, 60), element.getBoundingClientRect()])
              .filter(([, box]) => box.width && box.height < 43.5).map(([name, box]) => `${name} ${box.height}`)"""
        )
        assert small == [], path
    context.close()


def test_on_a_phone_the_rail_stays_where_it_was_scrolled_to(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": 390, "height": 844})
    page = open_page(context, "/")
    scrolled = f"() => document.querySelector('{FOR_YOU} .rail__list').scrollLeft"
    after = [*ITEMS[20:25], *ITEMS[:7]]

    shop.push(visitor_of(page), after)

    wait_until(lambda: items_of(page) == after)
    wait_until(lambda: page.locator(".is-new").count() == 0)
    assert page.evaluate(scrolled) == 0
    context.close()
