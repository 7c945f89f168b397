"""Items that cannot be bought any more leave open pages in a real Chromium."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.storefront.running_shop import FOR_YOU, ITEMS, RunningShop, items_of, open_page, visitor_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def test_what_is_withdrawn_leaves_every_list_and_the_next_takes_its_place(page: Page, shop: RunningShop) -> None:
    shop.push(visitor_of(page), ITEMS[20:40])
    wait_until(lambda: items_of(page) == ITEMS[20:32])

    shop.withdraw(ITEMS[21])

    wait_until(lambda: ITEMS[21] not in items_of(page))
    assert items_of(page) == [ITEMS[20], *ITEMS[22:33]]
    wait_until(lambda: page.locator(f'[data-rail] [data-item="{ITEMS[21]}"]').count() == 0)  # its card has faded out


def test_also_under_the_pointer(page: Page, shop: RunningShop) -> None:
    item = items_of(page)[2]
    page.locator(f"{FOR_YOU} [data-item={item}]").hover()
    shop.withdraw(item, deleted=[item])
    wait_until(lambda: item not in items_of(page))


def test_a_list_that_was_made_just_before_does_not_bring_it_back(page: Page, shop: RunningShop) -> None:
    shop.withdraw(ITEMS[5])
    wait_until(lambda: ITEMS[5] not in items_of(page))
    shop.push(visitor_of(page), ITEMS[3:20])
    wait_until(lambda: items_of(page)[0] == ITEMS[3])
    assert ITEMS[5] not in items_of(page)


def test_what_is_deleted_leaves_a_category_and_what_is_sold_out_stays_there(
    context: BrowserContext, shop: RunningShop
) -> None:
    page = open_page(context, "/categories/all")
    results = page.locator(".shelf--results > .card")
    first, second = (results.nth(place).get_attribute("data-item") for place in range(2))
    assert first
    assert second
    shop.withdraw(first, second, deleted=[first])
    wait_until(lambda: page.locator(f'.shelf--results [data-item="{first}"]').count() == 0)
    assert page.locator(f'.shelf--results [data-item="{second}"]').count() == 1
