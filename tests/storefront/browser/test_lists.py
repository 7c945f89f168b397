"""What the shop learns from its lists in a real Chromium: what was seen, sent away, and put into the basket."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    NEW,
    RunningShop,
    click_card,
    items_of,
    journeys_of,
    open_page,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]

TOGETHER = '[data-rail="bought_together"]'
TRENDING = '[data-rail="trending"]'
WELL = '[data-rail="goes_well_with"]'


def dismissed(shop: RunningShop, page: Page) -> list[dict[str, Any]]:
    return [event for event in shop.events("item_dismissed") if event["visitor"] == visitor_of(page)]


def send_away(page: Page, place: int) -> str:
    """Dismiss the card at a place of the visitor's list, and return its item."""
    item = items_of(page)[place]
    page.locator(f"{FOR_YOU} [data-item={item}]").hover()
    page.get_by_role("button", name=f"Not interested in Product {item}").click()
    return item


def test_a_list_that_was_in_view_is_reported_once_with_what_was_seen(page: Page, shop: RunningShop) -> None:
    visitor = visitor_of(page)
    wait_until(lambda: shop.shown(visitor, "for_you"))
    shop.push(visitor, ITEMS[20:32])
    wait_until(lambda: len(shop.shown(visitor, "for_you")) == 2)

    first, second = shop.shown(visitor, "for_you")
    assert first["items"] == ITEMS[:12]
    assert "ranking_id" not in first, "made for nobody in particular"
    assert second["items"] == ITEMS[20:32]
    assert second["ranking_id"].startswith("r")
    assert "drawn_ms" not in second, "it answers no click of this page"
    page.mouse.wheel(0, 2_000)
    page.mouse.wheel(0, -2_000)
    page.wait_for_timeout(800)
    assert len(shop.shown(visitor, "for_you")) == 2


def test_a_list_out_of_sight_is_reported_when_it_comes_into_view(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": 1280, "height": 500})
    page = open_page(context, "/")
    visitor = visitor_of(page)
    wait_until(lambda: shop.shown(visitor, "for_you"))
    assert set(shop.shown(visitor, "for_you")[0]["items"]) < set(ITEMS[:12]), "the second row is below the fold"
    assert not shop.shown(visitor, "new_arrivals")

    page.locator("[data-rail=new_arrivals]").scroll_into_view_if_needed()

    wait_until(lambda: shop.shown(visitor, "new_arrivals"))
    assert shop.shown(visitor, "new_arrivals")[0]["items"] == NEW
    context.close()


def test_a_list_that_answers_a_click_out_of_sight_gives_a_time_and_no_impression(
    browser: Browser, shop: RunningShop
) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": 1280, "height": 300})
    page = open_page(context, "/")
    cause = click_card(page, shop, f"{FOR_YOU} .card__link")
    page.wait_for_selector("main[data-page=product]")
    page.mouse.move(2, 2)
    shop.push(visitor_of(page), ITEMS[20:32], cause)

    wait_until(lambda: [event for event in shop.events("ranking_shown") if event.get("cause") == cause])

    (shown,) = [event for event in shop.events("ranking_shown") if event.get("cause") == cause]
    assert shown["items"] == []
    assert shown["drawn_ms"] == pytest.approx(journeys_of(page)[-1]["drawn_ms"])
    context.close()


def test_clicks_and_what_follows_name_the_list_that_led_there(page: Page, shop: RunningShop) -> None:
    visitor = visitor_of(page)
    shop.push(visitor, ITEMS[20:32])
    wait_until(lambda: items_of(page) == ITEMS[20:32])
    ranking_id = page.locator(FOR_YOU).get_attribute("data-ranking-id")
    click_card(page, shop, f"{FOR_YOU} .card__link")
    page.wait_for_selector("main[data-item=item20]")
    page.get_by_role("button", name="Add to basket").click()
    wait_until(lambda: any(event["visitor"] == visitor for event in shop.events("cart_item_added")))

    view = shop.events("item_viewed")[-1]
    (added,) = [event for event in shop.events("cart_item_added") if event["visitor"] == visitor]
    assert (view["item"], view["surface"], view["ranking_id"]) == ("item20", "for_you", ranking_id)
    assert (added["surface"], added["ranking_id"]) == ("product", ranking_id)


def test_a_product_opened_in_another_tab_still_says_where_it_was_found(page: Page, shop: RunningShop) -> None:
    with page.context.expect_page() as opened:
        page.locator(f"[data-rail=new_arrivals] [data-item={NEW[0]}] .card__link").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_selector("[data-journey][data-state=live]", state="attached")
    visitor = visitor_of(page)
    wait_until(lambda: any(event["visitor"] == visitor for event in shop.events("item_viewed")))
    (view,) = [event for event in shop.events("item_viewed") if event["visitor"] == visitor]
    assert (view["item"], view["surface"]) == (NEW[0], "new_arrivals")


def test_a_card_that_is_sent_away_leaves_at_once_and_the_shop_is_told_at_once(page: Page, shop: RunningShop) -> None:
    page.evaluate(
        """() => { window.motions = []; const play = Element.prototype.animate; Element.prototype.animate =
          function (...given) { window.motions.push(this.dataset.item); return play.apply(this, given); }; }"""
    )
    item = send_away(page, 2)

    assert items_of(page) == [other for other in ITEMS[:12] if other != item]
    assert item in page.evaluate("() => window.motions"), "it leaves with motion"
    wait_until(lambda: dismissed(shop, page))
    assert page.get_by_role("button", name="Undo").is_visible()
    (event,) = dismissed(shop, page)
    assert (event["item"], event["surface"]) == (item, "for_you")

    page.mouse.move(2, 2)
    shop.push(visitor_of(page), [*ITEMS[20:31], item], event["event_id"])
    wait_until(lambda: items_of(page)[:11] == ITEMS[20:31])
    assert item not in items_of(page), "a late list does not bring it back"
    assert journeys_of(page)[-1]["cause"] == event["event_id"]


def test_the_next_of_the_list_takes_the_free_place_even_under_the_pointer(page: Page, shop: RunningShop) -> None:
    shop.push(visitor_of(page), ITEMS[10:30])
    wait_until(lambda: items_of(page) == ITEMS[10:22])
    item = send_away(page, 4)
    assert items_of(page) == [*[other for other in ITEMS[10:22] if other != item], ITEMS[22]]
    assert page.get_by_role("button", name=f"Not interested in Product {ITEMS[22]}").count() == 1


def test_a_free_place_is_taken_by_what_comes_while_the_pointer_is_on_the_list(page: Page, shop: RunningShop) -> None:
    item = send_away(page, 4)
    shop.push(visitor_of(page), [*ITEMS[30:33], *ITEMS[:12]])
    wait_until(lambda: items_of(page) == [*[other for other in ITEMS[:12] if other != item], ITEMS[30]])


def test_undo_brings_the_card_back_and_the_shop_forgets_it(page: Page, shop: RunningShop) -> None:
    before = items_of(page)
    item = send_away(page, 3)
    page.get_by_role("button", name="Undo").click()

    wait_until(lambda: items_of(page) == before)
    wait_until(lambda: shop.events("item_forgotten"))
    (forgotten,) = [event for event in shop.events("item_forgotten") if event["visitor"] == visitor_of(page)]
    (event,) = dismissed(shop, page)
    assert (forgotten["item"], event["item"]) == (item, item)
    assert forgotten["surface"] == "for_you", "so that what was viewed before stays"
    assert forgotten["occurred_at"] >= event["occurred_at"]
    page.reload()
    page.wait_for_selector(FOR_YOU)
    assert item in items_of(page)


def test_what_was_sent_away_is_in_no_other_list_and_no_suggestion(page: Page, shop: RunningShop) -> None:
    new = page.locator(f"[data-rail=new_arrivals] [data-item={NEW[0]}]")
    assert new.count() == 1
    shop.push(visitor_of(page), [NEW[0], *ITEMS[10:24]])
    wait_until(lambda: items_of(page)[0] == NEW[0])
    send_away(page, 0)
    new.wait_for(state="detached")


def test_what_was_sent_away_stays_away_after_a_restart_even_from_what_is_pushed_to_everybody(
    page: Page, shop: RunningShop
) -> None:
    item = send_away(page, 2)
    wait_until(lambda: dismissed(shop, page))
    page.reload()
    assert item not in items_of(page)

    shop.process.stop()
    shop.process.start()
    page.goto("/")
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    assert page.locator(f"main [data-item={item}]").count() == 0
    shop.push_trending([item, *ITEMS[30:33]])
    wait_until(lambda: items_of(page, TRENDING)[:3] == ITEMS[30:33])
    assert item not in items_of(page, TRENDING)


def test_who_leaves_the_page_is_believed_at_once(page: Page, shop: RunningShop) -> None:
    item = send_away(page, 0)
    page.goto("about:blank")
    wait_until(lambda: any(event["item"] == item for event in shop.events("item_dismissed")))


def test_a_card_is_sent_away_and_brought_back_by_keyboard(page: Page, shop: RunningShop) -> None:
    before = items_of(page)
    page.locator(f"{FOR_YOU} .card__link").nth(1).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText") == f"Not interested in Product {before[1]}"
    page.keyboard.press("Enter")
    assert items_of(page) == [before[0], *before[2:]]
    assert page.evaluate("() => document.activeElement.innerText") == "Undo"
    page.keyboard.press("Enter")
    wait_until(lambda: items_of(page) == before)
    focused = "() => document.activeElement.closest('.card')?.dataset.item"
    assert page.evaluate(focused) == before[1]


def test_more_like_this_is_answered_at_once_under_the_pointer_and_the_card_stays(page: Page, shop: RunningShop) -> None:
    item = items_of(page)[3]
    page.locator(f"{FOR_YOU} [data-item={item}]").hover()
    page.get_by_role("button", name=f"More like Product {item}").click()
    wait_until(lambda: [event for event in shop.events("item_liked") if event["visitor"] == visitor_of(page)])
    (event,) = [event for event in shop.events("item_liked") if event["visitor"] == visitor_of(page)]
    assert (event["item"], event["surface"]) == (item, "for_you")
    assert items_of(page) == ITEMS[:12], "nothing goes before the answer comes"

    shop.push(visitor_of(page), ITEMS[20:32], event["event_id"])

    wait_until(lambda: items_of(page) == [*ITEMS[20:23], item, *ITEMS[23:31]])
    assert page.get_by_role("button", name="Show updated list").count() == 0
    shop.push(visitor_of(page), ITEMS[10:22])
    page.get_by_role("button", name="Show updated list").wait_for()
    assert items_of(page)[:3] == ITEMS[20:23], "what was not asked for waits as ever"


def test_under_a_finger_the_control_is_always_there_and_large_enough(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(
        base_url=shop.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = open_page(context, "/")
    control = page.get_by_role("button", name=f"Not interested in Product {ITEMS[0]}")
    assert float(control.evaluate("control => getComputedStyle(control).opacity")) > 0.7
    box = control.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    control.tap()
    assert items_of(page)[0] == ITEMS[1]
    context.close()


def test_without_scripts_a_card_is_sent_away_by_a_form(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/categories/all")
    page.goto("/")
    page.locator(f"{FOR_YOU} [data-item=item03]").hover()
    page.get_by_role("button", name="More like Product item03").click()
    page.wait_for_url(f"{shop.address}/")
    assert [event["item"] for event in shop.events("item_liked") if event["visitor"] == visitor_of(page)] == ["item03"]
    page.goto("/products/item09")
    page.locator(f"{FOR_YOU} [data-item=item02]").hover()
    page.get_by_role("button", name="Not interested in Product item02").click()
    page.wait_for_url("**/products/item09")
    assert page.locator(f"{FOR_YOU} .card").count() == 8
    assert page.locator(f"{FOR_YOU} [data-item=item02]").count() == 0
    assert [event["item"] for event in dismissed(shop, page)] == ["item02"]
    context.close()


def test_what_is_bought_together_follows_the_basket_without_a_reload(
    context: BrowserContext, shop: RunningShop
) -> None:
    product = open_page(context, "/products/item08")
    product.get_by_role("button", name="Add to basket").click()
    product.locator('.count[data-count="1"]').wait_for()
    page = open_page(context, "/basket")
    page.evaluate("() => { window.mark = 'same document'; }")
    assert not page.locator(TOGETHER).is_visible()
    visitor = visitor_of(page)

    shop.push_related(visitor, "bought_together", ITEMS[20:26])
    wait_until(lambda: items_of(page, TOGETHER) == ITEMS[20:26])
    assert page.get_by_role("heading", name="Often bought together").is_visible()
    shop.push_related(visitor, "bought_together", ["item30", "item21"])
    wait_until(lambda: items_of(page, TOGETHER) == ["item30", "item21"])
    shop.push_related(visitor, "bought_together", [])
    wait_until(lambda: not page.locator(TOGETHER).is_visible())
    assert page.evaluate("() => window.mark") == "same document"


def test_what_goes_well_with_the_open_product_becomes_the_visitors_own(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_page(context, "/products/item10")
    visitor = visitor_of(page)
    shop.push_related(visitor, "goes_well_with", ITEMS[30:34], "item11")
    ranking_id = shop.push_related(visitor, "goes_well_with", ITEMS[20:24], "item10")
    wait_until(lambda: items_of(page, WELL) == ITEMS[20:24])
    page.locator(WELL).scroll_into_view_if_needed()
    wait_until(lambda: shop.shown(visitor, "goes_well_with"))
    (shown,) = shop.shown(visitor, "goes_well_with")
    assert (shown["ranking_id"], shown["items"]) == (ranking_id, ITEMS[20:24])


def test_no_product_is_in_two_lists_of_a_products_page_however_they_change(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_page(context, "/products/item10")
    visitor = visitor_of(page)
    shop.push_related(visitor, "goes_well_with", ITEMS[20:24], "item10")
    wait_until(lambda: items_of(page, WELL) == ITEMS[20:24])
    shop.push(visitor, ITEMS[22:34])
    wait_until(lambda: items_of(page) == ITEMS[24:32])
    shop.push_related(visitor, "goes_well_with", [*ITEMS[31:33], *ITEMS[20:24]], "item10")
    wait_until(lambda: items_of(page, WELL) == ["item32", *ITEMS[20:24]])
    assert not set(items_of(page)) & set(items_of(page, WELL))
