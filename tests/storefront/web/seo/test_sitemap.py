from xml.etree import ElementTree

import pytest

from online_models.schema.events import ItemId
from online_models.schema.product import Category
from storefront.serving.catalog import ShopCatalog
from storefront.web.seo.sitemap import PIECE, Prefixes, count_parts, write_part

PREFIXES = Prefixes("https://shop.example/", "https://shop.example/categories/", "https://shop.example/products/")


def a_catalog(products: int) -> ShopCatalog:
    items = tuple(ItemId(f"i{number}") for number in range(products))
    return ShopCatalog(categories=(Category(slug="all", name="All", size=products),), by_category={"all": items})


def addresses_of(pieces: list[str]) -> list[str]:
    urls = ElementTree.fromstring("".join(pieces))
    return [str(url[0].text) for url in urls]


@pytest.mark.parametrize(("products", "parts"), [(0, 1), (8, 1), (9, 2), (18, 2), (19, 3)])
def test_the_addresses_are_divided_among_as_many_parts_as_it_takes(products: int, parts: int) -> None:
    catalog = a_catalog(products)
    assert count_parts(catalog, most=10) == parts
    divided = [addresses_of(list(write_part(catalog, part, PREFIXES, most=10))) for part in range(1, parts + 1)]
    assert all(len(part) <= 10 for part in divided)
    listed = [address for part in divided for address in part]
    assert listed == list(PREFIXES.addresses(catalog))
    assert len(set(listed)) == products + 2


def test_a_part_is_written_in_pieces() -> None:
    pieces = list(write_part(a_catalog(3 * PIECE), 1, PREFIXES))
    assert len(pieces) == 6
    assert max(piece.count("<url>") for piece in pieces) == PIECE
