"""The demo's real data, as committed: the figures that the documentation states."""

from collections import Counter

import pytest

from bootstrap.catalog import tag_listings
from bootstrap.enrich.icons import demo_chooser
from bootstrap.enrich.tags import OTHER, demo_tagger
from bootstrap.read.shop import ShopData, read_demo_shop


@pytest.fixture(scope="module")
def shop() -> ShopData:
    return read_demo_shop()


def test_cleaning_leaves_about_four_thousand_products_and_four_hundred_thousand_purchases(shop: ShopData) -> None:
    counted = shop.cleaning
    assert counted["raw_rows"] == 525_461
    assert (counted["products"], counted["purchase_rows"], counted["visitors"]) == (4_056, 396_467, 4_275)
    taken = (
        counted["repeated_rows"]
        + counted["cancelled_rows"]
        + counted["bookkeeping_rows"]
        + counted["non_product_rows"]
        + counted["unnamed_rows"]
        + counted["junk_name_rows"]
        + counted["stock_movement_rows"]
        + counted["free_rows"]
        + counted["taken_back_rows"]
        + counted["anonymous_rows"]
    )
    assert counted["raw_rows"] - taken == counted["purchase_rows"]


def test_prices_are_plausible(shop: ShopData) -> None:
    prices = sorted(listing.price for listing in shop.listings)

    assert prices[0] > 0
    assert prices[len(prices) // 2] == 210
    assert prices[-1] <= 30_000


def test_few_products_stand_on_the_shelf_for_the_rest(shop: ShopData) -> None:
    shelves = Counter(tags.category for tags in tag_listings(shop.listings, demo_tagger()))

    assert shelves[OTHER] < 0.02 * len(shop.listings)
    assert min(count for slug, count in shelves.items() if slug != OTHER) > 100


def test_nearly_every_best_seller_has_an_icon_of_its_own(shop: ShopData) -> None:
    chooser = demo_chooser()

    unknown = [listing.title for listing in shop.listings[:1500] if not chooser.choose(listing.title).known]

    assert len(unknown) < 15, unknown
