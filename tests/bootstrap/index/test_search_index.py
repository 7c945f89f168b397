"""The search index: files that tantivy opens, in the order of the products."""

from pathlib import Path

import tantivy

from bootstrap.catalog import slug_of
from bootstrap.index.search_index import build_search_index
from tests.bootstrap.builders import a_catalog, a_listing


def searched(files: dict[str, bytes], folder: Path, text: str) -> list[int]:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    hits = searcher.search(index.parse_query(text, ["title"]), 10).hits
    return sorted(int(place or 0) for place in searcher.fast_field_values("place", [address for _, address in hits]))


def test_words_find_products_by_their_place(tmp_path: Path) -> None:
    catalog = a_catalog(a_listing("1", "Red Mug"), a_listing("2", "Blue Lamp"), a_listing("3", "Green Mug"))
    files = dict(build_search_index(catalog.products, catalog.categories))
    assert searched(files, tmp_path, "mug") == [0, 2]


def test_progress_counts_every_product() -> None:
    catalog = a_catalog()
    told: list[int] = []
    build_search_index(catalog.products, catalog.categories, told.append)
    assert sum(told) == len(catalog.products)


def test_locks_are_no_part_of_it() -> None:
    catalog = a_catalog()
    assert not [name for name in build_search_index(catalog.products, catalog.categories) if name.endswith(".lock")]


def test_slugs_are_short_and_never_empty() -> None:
    assert slug_of("Mugs & Tableware!") == "mugs-tableware"
    assert slug_of("***") == slug_of("")
    assert len(slug_of("word " * 50)) <= 64
