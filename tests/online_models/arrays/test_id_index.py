"""Rows of items are stable; rows of visitors are given on, the longest absent first."""

from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.id_index import ItemIdIndex, VisitorIdIndex
from online_models.arrays.state import InvalidState
from online_models.schema.events import ItemId, VisitorId

names = st.lists(st.sampled_from("abcdefgh"), max_size=60)


def test_an_item_above_the_limit_gets_no_row() -> None:
    items = ItemIdIndex(limit=1)
    assert items.add(ItemId("a")) == 0
    assert items.add(ItemId("b")) == -1
    assert items.index(ItemId("b")) == -1
    assert len(items) == 1


@given(names)
def test_items_keep_their_rows_through_dump_and_load(stream: list[str]) -> None:
    items = ItemIdIndex(limit=100)
    rows = {name: items.add(ItemId(name)) for name in stream}
    loaded = ItemIdIndex(limit=100)
    loaded.load(items.dump())
    assert {name: loaded.index(ItemId(name)) for name in rows} == rows
    assert [loaded.id(row) for row in range(len(loaded))] == [items.id(row) for row in range(len(items))]


@given(names)
def test_no_two_visitors_share_a_row(stream: list[str]) -> None:
    visitors = VisitorIdIndex(limit=3)
    latest: list[str] = []
    for name in stream:
        row, _ = visitors.use(VisitorId(name))
        latest = [*[other for other in latest if other != name][-2:], name]
        rows = [visitors.index(VisitorId(other)) for other in latest]
        assert 0 <= row < 3
        assert -1 not in rows
        assert len(set(rows)) == len(rows)
        assert len(visitors) <= 3


@given(names, names)
def test_visitors_go_on_as_before_after_dump_and_load(first: list[str], second: list[str]) -> None:
    visitors, loaded = VisitorIdIndex(limit=3), VisitorIdIndex(limit=3)
    for name in first:
        visitors.use(VisitorId(name))
    if first:
        visitors.remove(VisitorId(first[-1]))
    loaded.load(visitors.dump())
    assert [visitors.use(VisitorId(name)) for name in second] == [loaded.use(VisitorId(name)) for name in second]


@given(st.lists(st.tuples(st.sampled_from(["use", "again", "remove"]), st.integers(0, 150)), max_size=300))
def test_visitors_are_found_as_in_a_dictionary(moves: list[tuple[str, int]]) -> None:
    visitors, expected = VisitorIdIndex(limit=90), OrderedDict[str, int]()
    last = 0
    for move, number in moves:
        move, number = ("use", last) if move == "again" else (move, number)
        last = number
        name = f"visitor {number}"
        if move == "remove" and name in expected:
            visitors.remove(VisitorId(name))
            del expected[name]
        elif move == "use":
            known = name in expected
            if not known and len(expected) == 90:
                expected.popitem(last=False)
            row, _ = visitors.use(VisitorId(name))
            assert not known or row == expected[name]
            expected[name] = row
            expected.move_to_end(name)
        assert len(visitors) == len(expected)
    assert {number: visitors.index(VisitorId(f"visitor {number}")) for number in range(151)} == {
        number: expected.get(f"visitor {number}", -1) for number in range(151)
    }


def test_no_id_can_be_read_from_what_is_saved() -> None:
    visitors = VisitorIdIndex(limit=5)
    visitors.use(VisitorId("ann@example.com"))
    visitors.use(VisitorId("bob"))
    visitors.remove(VisitorId("bob"))
    state = visitors.dump()
    assert all(isinstance(value, np.ndarray) for value in state.values())
    assert len(np.asarray(state["keys"])) == 1


def test_a_removed_row_is_given_to_the_next_visitor_clean() -> None:
    visitors = VisitorIdIndex(limit=5)
    visitors.use(VisitorId("ann"))
    visitors.use(VisitorId("bob"))
    visitors.remove(VisitorId("ann"))
    assert visitors.index(VisitorId("ann")) == -1
    assert visitors.use(VisitorId("cid")) == (0, False)


def test_a_renamed_visitor_keeps_the_row() -> None:
    visitors = VisitorIdIndex(limit=5)
    visitors.use(VisitorId("anonymous"))
    visitors.rename(VisitorId("anonymous"), VisitorId("ann"))
    assert visitors.index(VisitorId("ann")) == 0
    assert visitors.index(VisitorId("anonymous")) == -1


def test_a_state_that_does_not_fit_is_refused() -> None:
    visitors = VisitorIdIndex(limit=5)
    for name in ("ann", "bob"):
        visitors.use(VisitorId(name))
    with pytest.raises(InvalidState):
        VisitorIdIndex(limit=5).load({**visitors.dump(), "keys": np.zeros((1, 2), np.int64)})
    with pytest.raises(InvalidState, match="two rows"):
        VisitorIdIndex(limit=5).load({**visitors.dump(), "keys": np.zeros((2, 2), np.int64)})
    with pytest.raises(InvalidState):
        VisitorIdIndex(limit=1).load(visitors.dump())
    with pytest.raises(InvalidState):
        ItemIdIndex(limit=1).load({"ids": ["a", "b"]})
    with pytest.raises(InvalidState):
        ItemIdIndex(limit=5).load({"ids": ["a", "a"]})


def test_the_indices_of_several_items_are_told_at_once() -> None:
    items = ItemIdIndex(limit=9)
    for name in ("mug", "plate"):
        items.add(ItemId(name))
    indices = items.indices([ItemId(name) for name in ("plate", "vase", "mug")])
    assert indices.dtype == np.int32
    assert indices.tolist() == [1, -1, 0]
    assert len(items) == 2
