"""Search over a catalog that changes: by an index as the bootstrap builds it, with what has changed laid over it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.product import Product
from storefront.search.engine import Search
from storefront.search.index import live_text
from storefront.search.index.text_index import TextIndex
from storefront.search.selection import Selection
from storefront.serving.catalog_changes import with_changes
from tests.storefront.in_memory import MemoryServingReader
from tests.storefront.search.builders import a_catalog, a_product, a_reader, a_search

ANN = VisitorId("ann")
PRODUCTS = [
    a_product("m1", "Red Spotty Mug", category="mugs", sold=5),
    a_product("m2", "Blue Mug", category="mugs", sold=4),
    a_product("b1", "Jumbo Bag", category="bags", sold=3),
    a_product("b2", "Lunch Bag", category="bags", sold=2),
]


@pytest.fixture
def reader() -> MemoryServingReader:
    return a_reader(a_catalog(PRODUCTS), with_vectors=True)


@pytest.fixture
def search(reader: MemoryServingReader, tmp_path: Path) -> Search:
    return a_search(reader, tmp_path)


def change(reader: MemoryServingReader, *products: Product, gone: tuple[str, ...] = ()) -> None:
    present = {product.item: product for product in products}
    named = (*present, *map(ItemId, gone))
    categories = a_catalog([*PRODUCTS, *products]).categories
    reader.catalog = with_changes(reader.catalog, named, present, categories, reader.catalog.applied + 1)


def found(search: Search, text: str) -> list[str]:
    return [hit.product.item for hit in search.find(Selection(text=text), ANN).hits]


def test_a_new_item_is_found_by_its_words_and_their_other_forms(search: Search, reader: MemoryServingReader) -> None:
    assert found(search, "teapot") == []
    change(reader, a_product("t1", "Green Teapot", category="tea", tags=("porcelain",)))
    for text in ("teapots", "porcelain", "green tea pot"):
        assert found(search, text) == ["t1"]
    assert found(search, "t1") == ["t1"]
    assert found(search, "mug") == ["m1", "m2"]


def test_a_new_item_stands_beside_what_was_there_before(search: Search, reader: MemoryServingReader) -> None:
    change(reader, a_product("m3", "Yellow Mug", category="mugs"))
    assert sorted(found(search, "mug")) == ["m1", "m2", "m3"]
    assert [hit.product.item for hit in search.browse(Selection(category_page="mugs")).hits] == ["m1", "m2", "m3"]
    assert "m3" in [hit.product.item for hit in search.suggest("yel", ANN).hits]


def test_a_deleted_item_is_found_nowhere(search: Search, reader: MemoryServingReader) -> None:
    change(reader, gone=("m1",))
    assert found(search, "mug") == ["m2"]
    assert found(search, "spotty mug") != ["m1"]
    results = search.browse(Selection(category_page="mugs"))
    assert ([hit.product.item for hit in results.hits], results.total) == (["m2"], 1)
    assert [hit.product.item for hit in search.suggest("mu", ANN).hits] == ["m2"]
    assert "m1" not in found(search, "something to drink from")


def test_a_new_title_replaces_the_old_one(search: Search, reader: MemoryServingReader) -> None:
    change(reader, structs.replace(PRODUCTS[0], title="Striped Beaker"))
    assert found(search, "beaker") == ["m1"]
    assert found(search, "spotty") == []
    change(reader, PRODUCTS[0])
    assert found(search, "spotty") == ["m1"]


def test_prices_are_those_of_now(search: Search, reader: MemoryServingReader) -> None:
    change(reader, structs.replace(PRODUCTS[1], price=1))
    results = search.find(Selection(text="mug", sort="price"), ANN)
    assert [(hit.product.item, hit.product.price) for hit in results.hits] == [("m2", 1), ("m1", 295)]


def test_an_item_that_comes_back_is_found_once(search: Search, reader: MemoryServingReader) -> None:
    change(reader, gone=("m1",))
    change(reader, PRODUCTS[0])
    assert found(search, "spotty") == ["m1"]


def test_who_loads_the_index_after_a_change_finds_the_same(reader: MemoryServingReader, tmp_path: Path) -> None:
    change(reader, a_product("t1", "Green Teapot", category="mugs"), gone=("b1",))
    late = a_search(reader, tmp_path)
    assert found(late, "teapot") == ["t1"]
    assert found(late, "bag") == ["b2"]


def test_a_shop_whose_products_have_all_come_since_searches_them_all(tmp_path: Path) -> None:
    shelves = a_catalog(PRODUCTS)
    reader = MemoryServingReader(replace(shelves, published=(), applied=4))
    search = a_search(reader, tmp_path)
    assert found(search, "mugs") == ["m1", "m2"]
    assert found(search, "jumbbo") == ["b1"]
    change(reader, a_product("t1", "Green Teapot", category="tea", tags=("porcelain",)), gone=("m1",))
    assert found(search, "porcelain") == ["t1"]
    assert found(search, "mug") == ["m2"]


def test_items_that_come_one_by_one_are_found_and_indexed_a_few_times_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed: list[int] = []
    index_beside = TextIndex.index_beside

    def counted(index: TextIndex, products: Iterable[tuple[int, Product]], names: Mapping[str, str]) -> TextIndex:
        products = list(products)
        indexed.append(len(products))
        return index_beside(index, products, names)

    monkeypatch.setattr(TextIndex, "index_beside", counted)
    reader = MemoryServingReader(replace(a_catalog(PRODUCTS), published=(), applied=4))
    search = a_search(reader, tmp_path)
    for number in range(40):
        change(reader, a_product(f"t{number}", f"Green Teapot Number{number}", category="tea"))
        assert found(search, f"number{number}") == [f"t{number}"]
    assert sum(indexed) < 40 * 8
    assert len(found(search, "teapots")) == 40
    change(reader, a_product("t7", "Yellow Jug", category="tea"), gone=("t3", "m1"))
    assert len(found(search, "teapots")) == 38
    assert found(search, "jug") == ["t7"]
    assert found(search, "number39") == ["t39"]
    change(reader, a_product("t3", "Green Teapot Again", category="tea"))
    assert len(found(search, "teapots")) == 39


def test_another_price_indexes_nothing_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = MemoryServingReader(replace(a_catalog(PRODUCTS), published=(), applied=4))
    search = a_search(reader, tmp_path)
    assert found(search, "mug") == ["m1", "m2"]
    monkeypatch.setattr(TextIndex, "index_beside", lambda *_: pytest.fail("indexed anew"))
    change(reader, structs.replace(PRODUCTS[0], price=5))
    assert found(search, "mug") == ["m1", "m2"]


def test_pieces_of_what_was_reworded_again_and_again_do_not_add_up(
    search: Search, reader: MemoryServingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_text, "SPARE", 3)
    for number in range(30):
        change(reader, a_product("m1", f"Mug Number{number}", category="mugs"))
        assert found(search, f"number{number}") == ["m1"]
    live = search._indexes._live
    assert sum(len(piece.products) for piece in live._pieces) <= 5
