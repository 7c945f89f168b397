"""The content index of a catalog that lives."""

from typing import Any

import pytest

from online_models.catalog import content_index
from online_models.catalog.content_index import ContentIndex, Neighbors
from online_models.schema.events import ItemId
from online_models.schema.product import Product


def a_product(item: str, title: str, category: str = "gifts", **fields: Any) -> Product:
    return Product(item=ItemId(item), title=title, price=100, category=category, **fields)


MUG = a_product("mug", "Red Spotty Mug", "mugs", tags=("red", "spotty", "mug"))
CUP = a_product("cup", "Red Spotty Cup", "mugs", tags=("red", "spotty", "cup"))
BLUE = a_product("blue", "Blue Mug", "mugs", tags=("blue", "mug"))
SPADE = a_product("spade", "Garden Spade", "garden", tags=("garden", "spade"))
SHOP = [MUG, CUP, BLUE, SPADE]


def an_index(*products: Product) -> ContentIndex:
    index = ContentIndex()
    for product in products:
        index.add(product)
    return index


def ids(neighbors: Neighbors) -> list[str]:
    return [str(item) for item, _ in neighbors]


def test_what_shares_words_is_near_the_likest_first() -> None:
    near = an_index(*SHOP).nearest(MUG)
    assert ids(near) == ["cup", "blue"]
    assert 1 > near[0][1] > near[1][1] > 0


def test_plural_and_singular_are_one_word() -> None:
    assert ids(an_index(*SHOP).nearest(a_product("spades", "Spades"))) == ["spade"]


def test_a_product_is_not_its_own_neighbor_and_its_twin_is_as_like_as_can_be() -> None:
    twin = a_product("twin", MUG.title, MUG.category, tags=MUG.tags)
    near = an_index(*SHOP, twin).nearest(MUG)
    assert near[0][0] == "twin"
    assert near[0][1] == pytest.approx(1, abs=1e-3)
    assert "mug" not in ids(near)


def test_what_is_removed_or_replaced_is_found_as_it_is_now() -> None:
    index = an_index(*SHOP)
    index.remove(CUP.item)
    index.remove(ItemId("never heard of"))
    index.add(a_product("blue", "Blue Spade", "garden"))
    assert ids(index.nearest(MUG)) == []
    assert ids(index.nearest(SPADE)) == ["blue"]
    assert len(index) == 3


def test_a_product_need_not_be_in_the_index_to_be_compared() -> None:
    assert ids(an_index(*SHOP).nearest(a_product("new", "Garden Fork", "garden"))) == ["spade"]
    assert ContentIndex().nearest(MUG) == []


def test_it_does_not_grow_with_what_was_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_index, "MOST_REMOVED", 3)
    index, fresh = an_index(*SHOP), an_index(*SHOP[1:], MUG)
    for number in range(50):
        index.add(a_product("mug", f"Mug {number} of another kind", "mugs"))
    index.add(MUG)
    assert len(index._items) <= 2 * len(index) + 4
    index._compact()
    assert index.nearest(BLUE) == fresh.nearest(BLUE)


def test_the_best_of_many_are_kept_and_of_equals_the_first() -> None:
    index = an_index(*(a_product(f"m{number:02}", "Red Mug", "mugs") for number in reversed(range(30))), BLUE)
    assert ids(index.nearest(a_product("m99", "Red Mug", "mugs"), limit=3)) == ["m27", "m28", "m29"]


def test_a_shop_that_began_empty_compares_as_one_that_was_there_at_once() -> None:
    products = [a_product(f"i{number}", f"Thing {number % 7} Kind {number % 3}") for number in range(60)]
    grown, late = ContentIndex(), ContentIndex()
    for product in products:
        grown.add(product)
        grown.nearest(product)
        late.add(product)
    grown._weigh()
    assert grown.nearest(products[5]) == late.nearest(products[5])
