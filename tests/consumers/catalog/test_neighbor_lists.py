"""Which lists of content neighbors change when products come, are reworded and go."""

from collections.abc import Sequence
from typing import Any

import pytest

from consumers.catalog import neighbor_lists
from consumers.catalog.neighbor_lists import NeighborLists
from online_models.catalog.content_index import Neighbors
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from tests.consumers.builders import a_product

MUG, CUP, SPADE, NEW = map(ItemId, ("mug", "cup", "spade", "new"))


def named(item: str, title: str, **fields: Any) -> Product:
    return a_product(item, title=title, **{"category": title.rpartition(" ")[2].lower(), **fields})


SHOP = [named("mug", "Red Mug"), named("cup", "Red Cup"), named("spade", "Iron Spade")]


class Stored:
    """The lists that are stored."""

    def __init__(self, **lists: Neighbors) -> None:
        self.lists = {ItemId(item): near for item, near in lists.items()}

    def read(self, items: Sequence[ItemId]) -> list[Neighbors]:
        return [self.lists.get(item, []) for item in items]


@pytest.fixture
def lists() -> NeighborLists:
    lists = NeighborLists()
    lists.use(SHOP)
    return lists


def test_a_new_product_has_neighbors_and_is_theirs(lists: NeighborLists) -> None:
    stored = Stored(mug=[(CUP, 0.9), (SPADE, 0.0)])
    changed = lists.change([named("new", "Blue Mug")], (), stored.read)
    assert [item for item, _ in changed[NEW]] == [MUG]
    assert [item for item, _ in changed[MUG]] == [CUP, NEW, SPADE]
    assert set(changed) == {NEW, MUG}


def test_products_that_come_together_know_each_other(lists: NeighborLists) -> None:
    changed = lists.change([named("new", "Blue Mug"), named("newer", "Blue Mug")], (), Stored().read)
    assert [item for item, _ in changed[NEW]] == ["newer", "mug"]
    assert [item for item, _ in changed[ItemId("newer")]] == ["new", "mug"]


def test_a_reworded_product_leaves_the_lists_of_what_it_is_unlike_now(lists: NeighborLists) -> None:
    stored = Stored(mug=[(CUP, 0.5)], cup=[(MUG, 0.5)])
    changed = lists.change([named("mug", "Iron Spade")], (), stored.read)
    assert changed[CUP] == []
    assert [item for item, _ in changed[MUG]] == ["spade"]
    assert [item for item, _ in changed[SPADE]] == ["mug"]


def test_what_goes_is_nobodys_neighbor_any_more(lists: NeighborLists) -> None:
    assert lists.change([], [MUG], Stored().read) == {}
    stored = Stored(cup=[(MUG, 0.5)])
    changed = lists.change([named("new", "Blue Mug"), named("cup", "Red Cups")], [MUG], stored.read)
    assert changed == {NEW: [], CUP: []}


def test_a_list_does_not_grow(lists: NeighborLists) -> None:
    full = [(ItemId(f"i{number:02}"), 1.0) for number in range(50)]
    changed = lists.change([named("new", "Blue Mug")], (), Stored(mug=full).read)
    assert set(changed) == {NEW}


def test_products_beyond_the_bound_are_compared_and_not_found(
    lists: NeighborLists, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(neighbor_lists, "MOST_INDEXED", 3)
    for item in ("new", "newer"):
        changed = lists.change([named(item, "Blue Mug")], (), Stored().read)
        assert [near for near, _ in changed[ItemId(item)]] == ["mug"]
    assert caplog.text.count("products beyond 3") == 1
