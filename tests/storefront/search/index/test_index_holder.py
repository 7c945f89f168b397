"""An index comes in with its version, aside, whole or not at all; what was there before goes on serving."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from online_models.schema.events import ItemId
from storefront.search.index.index_folder import IndexFolder, UnusableIndex
from storefront.search.index.index_holder import IndexHolder
from storefront.search.index.text_index import TextIndex
from storefront.search.index.title_scan import TitleScan
from storefront.search.index.words import parse
from tests.storefront.in_memory import MemoryServingReader
from tests.storefront.search.builders import a_catalog, a_product, a_reader

MUG, BAG = a_product("M1", "Red Mug"), a_product("B1", "Blue Bag")


def at_once(task: Callable[[], None]) -> None:
    task()


def found(shelves: IndexHolder, text: str) -> list[str]:
    shelf = shelves.search()
    return [shelf.columns.products[place].item for place in shelf.text.find_exact(parse(text)).docs.tolist()]


def publish(reader: MemoryServingReader, *products: object, version: str) -> None:
    other = a_reader(a_catalog(products, version))  # type: ignore[arg-type]  # products
    reader.catalog = other.catalog
    reader.search_indexes |= other.search_indexes


def test_titles_are_read_until_the_index_is_there(tmp_path: Path) -> None:
    tasks: list[Callable[[], None]] = []
    shelves = IndexHolder(a_reader(a_catalog([MUG, BAG])), tmp_path, tasks.append)

    assert found(shelves, "mug") == ["M1"]
    assert isinstance(shelves.search().text, TitleScan)
    assert len(tasks) == 1

    tasks.pop()()

    assert isinstance(shelves.search().text, TextIndex)
    assert found(shelves, "mug") == ["M1"]


def test_the_last_index_serves_until_the_next_is_there(tmp_path: Path) -> None:
    tasks: list[Callable[[], None]] = []
    reader = a_reader(a_catalog([MUG]))
    shelves = IndexHolder(reader, tmp_path, tasks.append)
    shelves.prepare()
    tasks.pop()()
    publish(reader, BAG, version="v2")

    assert found(shelves, "mug") == ["M1"]
    tasks.pop()()

    assert found(shelves, "mug") == []
    assert found(shelves, "bag") == ["B1"]


def test_only_the_version_in_use_stays_on_disk(tmp_path: Path) -> None:
    reader = a_reader(a_catalog([MUG]))
    shelves = IndexHolder(reader, tmp_path, at_once)
    shelves.prepare()
    publish(reader, BAG, version="v2")
    shelves.prepare()

    assert [path.name for path in tmp_path.iterdir()] == ["v2"]


def test_a_version_without_an_index_is_served_all_the_same(tmp_path: Path) -> None:
    shelves = IndexHolder(MemoryServingReader(a_catalog([MUG])), tmp_path, at_once)

    assert found(shelves, "mug") == ["M1"]


def test_an_index_of_other_products_is_not_used(tmp_path: Path) -> None:
    reader = a_reader(a_catalog([MUG]))
    reader.catalog = a_catalog([MUG, BAG])
    shelves = IndexHolder(reader, tmp_path, at_once)

    assert isinstance(shelves.search().text, TitleScan)


def test_a_best_seller_that_is_missing_does_not_shift_the_others(tmp_path: Path) -> None:
    reader = a_reader(a_catalog([MUG, BAG]))
    reader.catalog = replace(reader.catalog, products={ItemId("B1"): BAG})

    assert found(IndexHolder(reader, tmp_path, at_once), "bag") == ["B1"]


def test_an_index_broken_on_disk_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1" / "meta.json").write_text("{")
    shelves = IndexHolder(a_reader(a_catalog([MUG])), tmp_path, at_once)

    assert found(shelves, "mug") == ["M1"]
    assert isinstance(shelves.search().text, TextIndex)


def test_a_second_process_finds_what_the_first_has_written(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    first = folder.unpack("v1", {"meta.json": b"1"})

    assert IndexFolder(tmp_path).unpack("v1", {"meta.json": b"1"}) == first
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]


@pytest.mark.parametrize("name", ["../meta.json", "/etc/passwd", "a/b", "", "..", "a\0b"])
def test_a_file_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableIndex):
        IndexFolder(tmp_path).unpack("v1", {name: b""})


@pytest.mark.parametrize("version", ["..", "a/b", ""])
def test_a_version_that_leads_elsewhere_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(UnusableIndex):
        IndexFolder(tmp_path).unpack(version, {})
