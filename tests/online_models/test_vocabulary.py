"""Rows of items are stable; rows of visitors are given on, the longest absent first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.events import ItemId, VisitorId
from online_models.recommender import InvalidState
from online_models.vocabulary import ItemVocabulary, VisitorVocabulary

names = st.lists(st.sampled_from("abcdefgh"), max_size=60)


def test_an_item_above_the_limit_gets_no_row() -> None:
    items = ItemVocabulary(limit=1)
    assert items.add(ItemId("a")) == 0
    assert items.add(ItemId("b")) == -1
    assert items.row(ItemId("b")) == -1
    assert len(items) == 1


@given(names)
def test_items_keep_their_rows_through_dump_and_load(stream: list[str]) -> None:
    items = ItemVocabulary(limit=100)
    rows = {name: items.add(ItemId(name)) for name in stream}
    loaded = ItemVocabulary(limit=100)
    loaded.load(items.dump())
    assert {name: loaded.row(ItemId(name)) for name in rows} == rows
    assert [loaded.id(row) for row in range(len(loaded))] == [items.id(row) for row in range(len(items))]


@given(names)
def test_no_two_visitors_share_a_row(stream: list[str]) -> None:
    visitors = VisitorVocabulary(limit=3)
    latest: list[str] = []
    for name in stream:
        row, _ = visitors.use(VisitorId(name))
        latest = [*[other for other in latest if other != name][-2:], name]
        rows = [visitors.row(VisitorId(other)) for other in latest]
        assert 0 <= row < 3
        assert -1 not in rows
        assert len(set(rows)) == len(rows)
        assert len(visitors) <= 3


@given(names, names)
def test_visitors_go_on_as_before_after_dump_and_load(first: list[str], second: list[str]) -> None:
    visitors, loaded = VisitorVocabulary(limit=3), VisitorVocabulary(limit=3)
    for name in first:
        visitors.use(VisitorId(name))
    if first:
        visitors.remove(VisitorId(first[-1]))
    loaded.load(visitors.dump())
    assert [visitors.use(VisitorId(name)) for name in second] == [loaded.use(VisitorId(name)) for name in second]


def test_a_removed_row_is_given_to_the_next_visitor_clean() -> None:
    visitors = VisitorVocabulary(limit=5)
    visitors.use(VisitorId("ann"))
    visitors.use(VisitorId("bob"))
    visitors.remove(VisitorId("ann"))
    assert visitors.row(VisitorId("ann")) == -1
    assert visitors.use(VisitorId("cid")) == (0, False)


def test_a_renamed_visitor_keeps_the_row() -> None:
    visitors = VisitorVocabulary(limit=5)
    visitors.use(VisitorId("anonymous"))
    visitors.rename(VisitorId("anonymous"), VisitorId("ann"))
    assert visitors.row(VisitorId("ann")) == 0
    assert visitors.row(VisitorId("anonymous")) == -1


def test_a_state_that_does_not_fit_is_refused() -> None:
    visitors = VisitorVocabulary(limit=5)
    for name in ("ann", "bob"):
        visitors.use(VisitorId(name))
    with pytest.raises(InvalidState):
        VisitorVocabulary(limit=5).load({**visitors.dump(), "ids": ["ann"]})
    with pytest.raises(InvalidState):
        VisitorVocabulary(limit=1).load(visitors.dump())
    with pytest.raises(InvalidState):
        ItemVocabulary(limit=1).load({"ids": ["a", "b"]})
    with pytest.raises(InvalidState):
        ItemVocabulary(limit=5).load({"ids": ["a", "a"]})
