"""Items with ids as shops have them: each is found by its title, and by its id as it is."""

from pathlib import Path

import pytest

from online_models.schema.events import VisitorId
from storefront.search.engine import Search
from storefront.search.selection import Selection
from tests.shop_ids import ODD_IDS
from tests.storefront.search.builders import a_catalog, a_product, a_reader, a_search

V1 = VisitorId("v1")
WOODS = (
    *("alder", "birch", "cedar", "elm", "fir", "hazel", "juniper", "larch"),
    *("maple", "oak", "pine", "rowan", "spruce", "willow", "yew", "beech"),
)


@pytest.fixture
def search(tmp_path: Path) -> Search:
    products = [a_product(item, f"Cup of {name}") for item, name in zip(ODD_IDS, WOODS, strict=True)]
    return a_search(a_reader(a_catalog(products)), tmp_path)


def found(search: Search, text: str) -> list[str]:
    return [hit.product.item for hit in search.find(Selection(text=text), V1).hits]


def test_each_is_found_by_its_title(search: Search) -> None:
    assert sorted(found(search, "cup")) == sorted(ODD_IDS)
    assert found(search, "Cup of birch") == [ODD_IDS[1]]


@pytest.mark.parametrize("item", ["gid://shopify/Product/1", "a/b c?é", "01", "1.0", "日本語/茶碗", "a\\b", "null"])
def test_an_id_is_found_as_it_is(search: Search, item: str) -> None:
    assert found(search, item)[:1] == [item]
