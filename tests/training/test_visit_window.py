"""The window of visits: what belongs to one, what leaves, and what is forgotten."""

from typing import Any

import pytest

from online_models.schema.events import (
    AnyEvent,
    ItemDismissed,
    ItemForgotten,
    ItemId,
    TasteReset,
    VisitorId,
    VisitorIdentified,
)
from online_models.visitors.interaction_history import SESSION_GAP
from tests.consumers.builders import NOW, a_drawn_list, a_view, an_erasure, common
from training import visit_window
from training.packed_visits import LONGEST_VISIT
from training.visit_window import VISIT_ENDS_AFTER, VisitWindow


def a_window(*events: AnyEvent, most_items: int = 1_000) -> VisitWindow:
    window = VisitWindow(most_items)
    for event in events:
        window.add(event)
    return window


def views(visitor: str, items: str, at: float = NOW, **fields: Any) -> list[AnyEvent]:
    return [a_view(visitor, item, at + number, **fields) for number, item in enumerate(items)]


def visits_of(window: VisitWindow) -> list[str]:
    return ["".join(visit) for visit in window.visits()]


def test_a_visit_ends_as_it_does_for_the_models() -> None:
    assert VISIT_ENDS_AFTER == SESSION_GAP
    window = a_window(*views("ann", "ab"), *views("ann", "cd", NOW + 1 + SESSION_GAP), *views("ann", "ef", NOW + 9e3))
    assert visits_of(window) == ["abcd", "ef"]


def test_visits_of_different_visitors_are_kept_apart() -> None:
    window = a_window(*(event for pair in zip(views("ann", "abc"), views("bob", "xyz"), strict=True) for event in pair))
    assert visits_of(window) == ["abc", "xyz"]


def test_an_item_twice_in_a_row_counts_once_and_one_item_is_no_visit() -> None:
    assert visits_of(a_window(*views("ann", "aabba"), *views("bob", "xx"))) == ["aba"]


def test_only_choices_count() -> None:
    dismissal = ItemDismissed(item=ItemId("x"), **common("ann", NOW + 2))
    assert visits_of(a_window(*views("ann", "ab"), dismissal, a_drawn_list("ann", NOW + 3))) == ["ab"]


def test_a_long_visit_is_cut_into_pieces_of_which_each_begins_where_the_last_one_ended() -> None:
    window = a_window(*(a_view("ann", f"i{number}", NOW + number) for number in range(LONGEST_VISIT + 5)))
    first = tuple(f"i{number}" for number in range(LONGEST_VISIT))
    rest = tuple(f"i{number}" for number in range(LONGEST_VISIT - 1, LONGEST_VISIT + 5))
    assert window.visits() == [first, rest]
    assert window.items == len(first) + len(rest)
    window.add(an_erasure("ann", at=NOW + 100))
    assert (window.visits(), window.items) == ([], 0)


def test_the_oldest_visits_make_room() -> None:
    window = a_window(*(event for name in "abcd" for event in views(name, "xyz")), most_items=6)
    assert (len(window), window.items, visits_of(window)) == (2, 6, ["xyz", "xyz"])


def test_one_visitor_and_one_network_are_a_part_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit_window, "MOST_OF_VISITOR", 2)
    monkeypatch.setattr(visit_window, "MOST_OF_NETWORK", 3)
    again = [event for number in range(4) for event in views("ann", f"a{number}", NOW + number * 9e3)]
    assert visits_of(a_window(*again)) == ["a2", "a3"]
    network = "0123456789ab"
    farm = [event for number in range(5) for event in views(f"bot{number}", f"b{number}", network=network)]
    assert visits_of(a_window(*farm, *views("cid", "cd"))) == ["b2", "b3", "b4", "cd"]


def test_what_has_changed_is_told_once() -> None:
    window = a_window(*views("ann", "ab"), *views("bob", "xy"))
    assert (window.changed, window.take_changed()) == (2, [("a", "b"), ("x", "y")])
    window.add(a_view("bob", "z", NOW + 5))
    assert (window.changed, window.take_changed(), window.take_changed()) == (1, [("x", "y", "z")], [])


def test_an_erased_visitor_leaves_at_once_and_late_events_do_not_bring_them_back() -> None:
    window = a_window(
        *views("ann", "abc"), *views("bob", "xy"), an_erasure("ann", NOW + 10), a_view("ann", "d", NOW + 4)
    )
    assert (visits_of(window), window.items) == (["xy"], 2)
    for event in views("ann", "ef", NOW + 20):
        window.add(event)
    assert visits_of(window) == ["xy", "ef"]


def test_a_forgotten_item_leaves_the_visitors_visits() -> None:
    forgotten = ItemForgotten(item=ItemId("b"), **common("ann", NOW + 9))
    window = a_window(*views("ann", "abac"), *views("bob", "ab"), forgotten)
    assert (visits_of(window), window.items) == (["ac", "ab"], 4)
    only = a_window(*views("ann", "b"), forgotten)
    assert (len(only), only.items) == (0, 0)


def test_a_reset_forgets_all_visits_of_the_visitor() -> None:
    assert visits_of(a_window(*views("ann", "ab"), TasteReset(**common("ann", NOW + 9)), *views("bob", "xy"))) == ["xy"]


def test_after_a_sign_in_the_visits_are_the_accounts() -> None:
    signed_in = VisitorIdentified(account=VisitorId("account"), **common("ann", NOW + 5))
    window = a_window(*views("account", "xy", NOW - 9e3), *views("ann", "ab"), signed_in, a_view("ann", "c", NOW + 4))
    assert sorted(visits_of(window)) == ["abc", "xy"]
    window.add(an_erasure("account", NOW + 30))
    assert (visits_of(window), window.items) == ([], 0)


def test_it_knows_the_time_of_its_newest_event() -> None:
    assert a_window(*views("ann", "abc")).newest_at == NOW + 2
