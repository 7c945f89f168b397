"""A built catalog as a table."""

from bootstrap.built_catalog import BuiltCatalog, catalog_table
from tests.bootstrap.builders import a_catalog, a_listing


def test_the_table_has_a_row_for_each_product_in_the_catalogs_order() -> None:
    table = catalog_table(a_catalog(a_listing("1", "Red Retrospot Mug"), a_listing("2", "Cushion", sold=3)))
    assert table["item"].tolist() == ["1", "2"]
    assert table["title"].tolist() == ["Red Retrospot Mug", "Cushion"]
    assert (table["colour"][0], table["tags"][0]) == ("red", "retrospot red ceramic mug")
    assert table["sold"].tolist() == [10, 3]


def test_an_empty_catalog_is_a_table_without_rows() -> None:
    table = catalog_table(BuiltCatalog((), (), {}, {}))
    assert (len(table), "title" in table.columns) == (0, True)
