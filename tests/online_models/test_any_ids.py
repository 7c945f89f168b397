"""Items with ids as shops have them: learned, listed, saved and read again, each as itself."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.id_index import ItemIdIndex
from online_models.hybrid import Hybrid
from online_models.models.neural.weights import read_weights, write_weights
from online_models.schema.events import ItemId, VisitorId, from_mapping
from online_models.schema.product import Product
from online_models.schema.ranker_update import LoggedUpdate, RankerUpdate
from online_models.schema.ranker_update import decode as decode_update
from online_models.schema.ranker_update import encode as encode_update
from online_models.snapshot import decode, encode
from tests.online_models.networks import a_network
from tests.online_models.shops import HEADER, NOW, ids
from tests.shop_ids import ODD_IDS, shop_ids

V1 = VisitorId("v1")
PRODUCTS = [Product(item=ItemId(item), title=f"Mug {n}", price=100, category="mugs") for n, item in enumerate(ODD_IDS)]
NEIGHBORS = {ItemId(one): [(ItemId(other), 0.5)] for one, other in pairwise((*ODD_IDS, ODD_IDS[0]))}


def a_shop() -> Hybrid:
    hybrid = Hybrid()
    hybrid.use_catalog(PRODUCTS, NEIGHBORS)
    return hybrid


def test_a_shop_learns_and_lists_each_and_goes_on_from_its_snapshot() -> None:
    hybrid = a_shop()
    for number, item in enumerate(ODD_IDS * 3):
        fields = {"kind": "item_viewed", "event_id": f"e{number}", "visitor": f"v{number % 7}", "item": item}
        hybrid.learn_one(from_mapping({**fields, "occurred_at": NOW + number}))
    listed = ids(hybrid.rank(V1, NOW + 99, 24))
    assert listed
    assert set(listed) <= set(ODD_IDS)

    restored = a_shop()
    restored.load(decode(b"".join(encode(hybrid.dump(), HEADER)))[1])
    assert ids(restored.rank(V1, NOW + 99, 24)) == listed


@given(st.lists(shop_ids, unique=True, min_size=1, max_size=20))
def test_a_snapshot_keeps_them(items: list[str]) -> None:
    index = ItemIdIndex(limit=100)
    for item in items:
        index.add(ItemId(item))
    read = ItemIdIndex(limit=100)
    read.load(decode(b"".join(encode(index.dump(), HEADER)))[1])
    assert read.ids(range(len(items))) == items


@given(st.lists(shop_ids, unique=True, min_size=1, max_size=20))
def test_the_weights_file_keeps_them(items: list[str]) -> None:
    weights = a_network(items)
    assert read_weights(write_weights(weights)).item_ids == tuple(items)


def test_the_longest_list_of_the_longest_ids_is_an_update_of_the_ranker() -> None:
    items = tuple(ItemId(f"{number:02}" + 126 * "\U0001fad6") for number in range(24))
    logged = LoggedUpdate(0, 7, RankerUpdate(7, "shown", "v1", items, NOW, top_sources=bytes(24)))  # type: ignore[arg-type]
    assert decode_update(encode_update(logged)) == logged


@pytest.mark.parametrize("item", ODD_IDS)
def test_an_id_is_nobody_elses(item: str) -> None:
    index = ItemIdIndex(limit=100)
    known = [index.add(ItemId(one)) for one in ODD_IDS]
    assert index.index(ItemId(item)) == known[ODD_IDS.index(item)]
    assert len(set(known)) == len(ODD_IDS)
