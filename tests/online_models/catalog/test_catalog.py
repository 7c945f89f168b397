"""What is for sale, by item and by index."""

from typing import Any

import numpy as np
import pytest

from online_models.arrays.id_index import ItemIdIndex
from online_models.catalog.catalog import Catalog
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.schema.requested_list import ListFilter
from online_models.visitors.declared_preferences import DeclaredPreferences

CUP, MUG, LAMP = ItemId("cup"), ItemId("mug"), ItemId("lamp")


def a_product(item: str, price: int = 100, category: str = "kitchen", sold: int = 0, **fields: Any) -> Product:
    return Product(item=ItemId(item), title=item.title(), price=price, category=category, sold=sold, **fields)


def a_catalog(*products: Product, items: ItemIdIndex | None = None) -> Catalog:
    catalog = Catalog()
    catalog.fill(products, ItemIdIndex(100) if items is None else items)
    return catalog


def test_products_get_an_index_in_order_of_item_whatever_the_order_they_come_in() -> None:
    items = ItemIdIndex(100)
    a_catalog(a_product("mug"), a_product("cup"), items=items)
    assert (items.index(CUP), items.index(MUG)) == (0, 1)


def test_an_index_that_was_given_stays() -> None:
    items = ItemIdIndex(100)
    items.add(MUG)
    a_catalog(a_product("mug"), a_product("cup"), items=items)
    assert (items.index(MUG), items.index(CUP)) == (0, 1)


def test_an_empty_catalog_excludes_nothing_and_knows_no_titles() -> None:
    catalog = Catalog()
    assert catalog.excluded(3).tolist() == [False] * 3
    assert catalog.for_sale(np.array([0, 9], np.int32)).tolist() == [True, True]
    assert (catalog.title(MUG), catalog.sold(0)) == (None, 0)


def test_what_is_not_sold_is_excluded_also_if_it_came_later() -> None:
    items = ItemIdIndex(100)
    items.add(LAMP)
    catalog = a_catalog(a_product("cup"), a_product("mug"), items=items)
    items.add(ItemId("found later"))
    assert catalog.excluded(len(items)).tolist() == [True, False, False, True]
    assert catalog.for_sale(np.array([3, 1, 0, 99], np.int32)).tolist() == [False, True, False, False]


def test_a_mask_may_be_written_to_without_harm() -> None:
    catalog = a_catalog(a_product("cup"))
    catalog.excluded(1)[0] = True
    assert catalog.excluded(1).tolist() == [False]


def test_a_new_catalog_replaces_the_one_before() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup", sold=3), items=items)
    catalog.fill([a_product("mug")], items)
    assert catalog.excluded(len(items)).tolist() == [True, False]
    assert (catalog.title(CUP), catalog.title(MUG), catalog.sold(items.index(CUP))) == (None, "Mug", 0)
    assert list(catalog.products) == [MUG]


def test_products_beyond_the_bound_of_items_are_not_recommended() -> None:
    items = ItemIdIndex(1)
    catalog = a_catalog(a_product("cup"), a_product("mug"), items=items)
    assert catalog.excluded(len(items)).tolist() == [False]
    assert catalog.best_sellers.tolist() == [0]


def test_best_sellers_come_by_units_sold_then_by_item() -> None:
    items = ItemIdIndex(100)
    sold = [a_product("b", sold=5), a_product("a", sold=5), a_product("c", sold=9), a_product("d")]
    catalog = a_catalog(*sold, items=items)
    assert [items.id(index) for index in catalog.best_sellers.tolist()] == ["c", "a", "b", "d"]


def test_categories_and_families_are_numbered_and_absent_ones_are_minus_one() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(
        a_product("a", category="x", brand="one", theme="t"),
        a_product("b", category="x", theme="t"),
        a_product("c", category="y", brand="one"),
        a_product("d", category="x", brand="one"),
        a_product("e", category="y"),
        items=items,
    )
    categories, families = catalog.groups(7)
    assert categories.tolist() == [0, 0, 1, 0, 1, -1, -1]
    assert families.tolist() == [0, 1, 2, 0, -1, -1, -1]


def test_groups_of_items_that_are_not_asked_for_are_left_out() -> None:
    categories, families = a_catalog(a_product("a"), a_product("b")).groups(1)
    assert (len(categories), len(families)) == (1, 1)


@pytest.mark.parametrize(
    ("declared", "odds"),
    [
        (DeclaredPreferences(categories=("kitchen",)), 1.5),
        (DeclaredPreferences(colours=("red",)), 1.2),
        (DeclaredPreferences(categories=("kitchen",), colours=("red",)), 1.8),
        (DeclaredPreferences(max_price=99), 0.3),
        (DeclaredPreferences(min_price=100, max_price=100), 1.0),
        (DeclaredPreferences(categories=("garden",)), 1.0),
    ],
)
def test_declared_preferences_multiply_the_odds(declared: DeclaredPreferences, odds: float) -> None:
    catalog = a_catalog(a_product("mug", price=100, colour="red"))
    assert catalog.liking(np.array([0, 7], np.int32), declared) == pytest.approx([odds, 1.0])


def test_wishes_are_the_best_sellers_of_what_was_declared_within_the_prices() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(
        a_product("a", sold=1, colour="red"),
        a_product("b", sold=9, colour="red", price=900),
        a_product("c", sold=5, category="garden"),
        a_product("d", sold=7),
        items=items,
    )
    wishes = catalog.wished(DeclaredPreferences(categories=("garden",), colours=("red",), max_price=500), 10)
    assert [items.id(index) for index in wishes.items.tolist()] == ["c", "a"]
    assert wishes.scores.tolist() == [2.0, 1.0]
    assert len(catalog.wished(DeclaredPreferences(colours=("red",)), 1).items) == 1
    assert len(catalog.wished(DeclaredPreferences(max_price=500), 10).items) == 0


def test_what_is_sold_out_is_known_and_not_recommended() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup"), a_product("mug", availability="out_of_stock"), items=items)
    assert catalog.excluded(2).tolist() == [False, True]
    assert (list(catalog.products), list(catalog.known)) == ([CUP], [CUP, MUG])
    assert catalog.best_sellers.tolist() == [0]


def changed(catalog: Catalog, items: ItemIdIndex, *products: Product, gone: tuple[str, ...] = ()) -> Any:
    return catalog.change(products, map(ItemId, gone), items)


def test_an_item_that_sells_out_is_excluded_until_it_is_back() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("a", sold=1), a_product("b", sold=3), a_product("c", sold=2), items=items)
    change = changed(catalog, items, a_product("b", sold=3, availability="out_of_stock"))
    assert (catalog.excluded(3).tolist(), catalog.best_sellers.tolist()) == ([False, True, False], [2, 0])
    assert (change.returned.tolist(), change.regrouped) == ([], False)
    change = changed(catalog, items, a_product("b", sold=3))
    assert (catalog.excluded(3).tolist(), catalog.best_sellers.tolist()) == ([False] * 3, [1, 2, 0])
    assert change.returned.tolist() == [1]


def test_an_item_that_is_gone_is_excluded_and_has_no_title() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup"), a_product("mug"), items=items)
    changed(catalog, items, gone=("cup", "never heard of"))
    assert catalog.excluded(2).tolist() == [True, False]
    assert catalog.title(CUP) is None
    assert list(catalog.known) == [MUG]


def test_a_catalog_that_has_sold_everything_excludes_everything() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup"), items=items)
    changed(catalog, items, a_product("cup", availability="out_of_stock"))
    assert catalog.excluded(1).tolist() == [True]


def test_another_category_is_another_group_and_type() -> None:
    items = ItemIdIndex(100)
    others = a_product("a", category="hats"), a_product("b", category="hats")
    catalog = a_catalog(a_product("cup"), a_product("lamp", category="garden"), a_product("mug"), *others, items=items)
    change = changed(catalog, items, a_product("mug", category="garden"))
    assert change.regrouped
    assert catalog.groups(5)[0].tolist() == [0, 0, 1, 2, 2]
    assert catalog.types.tolist() == [0, 0, 1, 2, 2]


def test_a_product_that_comes_later_is_known_and_waits_for_its_index() -> None:
    items, catalog = ItemIdIndex(100), Catalog()
    catalog.fill([a_product("cup"), a_product("mug")], items, later={CUP}, gone=[LAMP])
    assert [items.index(item) for item in (LAMP, MUG, CUP)] == [0, 1, -1]
    assert catalog.title(CUP) == "Cup"
    assert catalog.excluded(2).tolist() == [True, False]
    catalog.fill([a_product("cup"), a_product("mug")], items)
    assert items.index(CUP) == 2
    assert catalog.excluded(3).tolist() == [True, False, False]


def test_where_all_products_come_later_nothing_is_for_sale_yet() -> None:
    items, catalog = ItemIdIndex(100), Catalog()
    catalog.fill([a_product("cup")], items, later={CUP})
    items.add(MUG)
    assert catalog.for_sale(np.array([0, 5], np.int32)).tolist() == [False, False]
    assert catalog.excluded(1).tolist() == [True]


def test_a_new_product_is_for_sale_in_its_group() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup"), a_product("hat", category="hats"), items=items)
    items.add(ItemId("seen in an event"))
    change = changed(catalog, items, a_product("mug", sold=1))
    assert items.index(MUG) == 3
    assert change.returned.tolist() == [3]
    assert change.regrouped
    assert catalog.excluded(4).tolist() == [False, False, True, False]
    assert catalog.best_sellers.tolist() == [3, 0, 1]
    assert catalog.groups(4)[0].tolist() == [0, 1, -1, 0]


def test_filters_go_by_the_prices_of_now() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup", price=100), a_product("mug", price=300), items=items)
    assert catalog.filters.fitting(ListFilter(max_price=200)).tolist() == [True, False]
    changed(catalog, items, a_product("mug", price=150))
    assert catalog.filters.fitting(ListFilter(max_price=200)).tolist() == [True, True]


def test_a_catalog_that_has_lost_its_last_product_excludes_everything() -> None:
    items = ItemIdIndex(100)
    catalog = a_catalog(a_product("cup"), items=items)
    changed(catalog, items, gone=("cup",))
    assert catalog.excluded(1).tolist() == [True]
    assert catalog.for_sale(np.array([0], np.int32)).tolist() == [False]
