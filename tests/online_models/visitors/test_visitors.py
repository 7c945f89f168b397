"""Visitors: indices given, merged, taken back, and everything under them erased."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, read_array, read_part
from online_models.schema.events import EventId, ItemId, PreferencesChanged, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.declared_preferences import NOTHING_DECLARED
from online_models.visitors.visitors import Visitors

ANN, BOB, V1, V2 = VisitorId("ann"), VisitorId("bob"), VisitorId("v1"), VisitorId("v2")
NOW = 1_700_000_000.0


class Erased(list[int]):
    """Notes the indices that were to be erased elsewhere."""

    def __call__(self, index: int) -> None:
        self.append(index)


def some_visitors(limit: int = 10) -> tuple[Visitors, Erased]:
    visitors, erased = Visitors(limit, 8), Erased()
    visitors.erasers = (erased,)
    return visitors, erased


def view(visitors: Visitors, visitor: VisitorId, item: int, at: float = NOW) -> None:
    feedback = Feedback(visitor, ItemId(f"i{item}"), "view", 1.0, at)
    visitors.sessions.touch(visitors.use(visitor), item, feedback)


def declare(visitors: Visitors, visitor: VisitorId, category: str) -> None:
    event_id = EventId("e")
    visitors.declare(PreferencesChanged(event_id=event_id, visitor=visitor, occurred_at=NOW, categories=(category,)))


def weigh(visitors: Visitors, visitor: VisitorId, item: int, at: float = NOW) -> None:
    index = visitors.use(visitor)
    feedback = Feedback(visitor, ItemId(f"i{item}"), "view", 1.0, at)
    visitors.weigh(index, item, feedback)


def counted(visitors: Visitors) -> int:
    """Return how much is known of who counted for what."""
    cells = read_array(read_part(visitors.dump(), "limits"), "cells", np.uint32, None, 4, 4)
    return int((cells[:, :, 0] > 0).sum())


def items_of(visitors: Visitors, visitor: VisitorId) -> list[int]:
    items: list[int] = visitors.sessions.context(visitors.index(visitor), NOW).items.tolist()
    return items


def test_looking_somebody_up_gives_no_index() -> None:
    visitors, _ = some_visitors()
    assert (visitors.index(ANN), len(visitors)) == (-1, 0)
    assert (visitors.use(ANN), visitors.use(BOB), visitors.use(ANN), len(visitors)) == (0, 1, 0, 2)


def test_who_was_absent_longest_makes_room_and_leaves_nothing() -> None:
    visitors, erased = some_visitors(limit=2)
    view(visitors, ANN, 1)
    declare(visitors, ANN, "mugs")
    view(visitors, BOB, 2)
    view(visitors, V1, 3)
    assert visitors.index(ANN) == -1
    assert erased == [0]
    assert items_of(visitors, V1) == [3]
    assert visitors.preferences.of(visitors.index(V1)) == NOTHING_DECLARED


def test_a_first_sign_in_keeps_the_index() -> None:
    visitors, erased = some_visitors()
    view(visitors, V1, 1)
    assert visitors.identify(V1, ANN, NOW, items=9) is None
    assert (visitors.index(V1), visitors.index(ANN), items_of(visitors, ANN)) == (-1, 0, [1])
    assert erased == []


def test_a_later_sign_in_merges_and_says_which_indices() -> None:
    visitors, _ = some_visitors()
    view(visitors, ANN, 1, NOW - 20)
    view(visitors, V1, 2, NOW - 10)
    declare(visitors, V1, "mugs")
    assert visitors.identify(V1, ANN, NOW, items=9) == (1, 0)
    assert items_of(visitors, ANN) == [1, 2]
    assert visitors.preferences.of(visitors.index(ANN)).categories == ("mugs",)
    visitors.forget(V1)
    assert (visitors.index(V1), items_of(visitors, ANN)) == (-1, [1, 2])


def test_signing_in_as_oneself_or_as_a_stranger_changes_nothing() -> None:
    visitors, _ = some_visitors()
    view(visitors, ANN, 1)
    assert visitors.identify(ANN, ANN, NOW, items=9) is None
    assert visitors.identify(V1, ANN, NOW, items=9) is None
    assert (visitors.index(V1), items_of(visitors, ANN)) == (-1, [1])


def test_late_events_of_a_visitor_who_signed_in_are_the_accounts() -> None:
    visitors, _ = some_visitors()
    visitors.identify(V1, ANN, NOW, items=9)
    assert visitors.departures.follow(V1, NOW - 1) == ANN
    assert visitors.departures.follow(V1, NOW + 1) == V1


def test_what_is_forgotten_is_erased_here_and_elsewhere() -> None:
    visitors, erased = some_visitors()
    view(visitors, ANN, 1)
    declare(visitors, ANN, "mugs")
    visitors.forget(ANN)
    visitors.forget(BOB)
    assert erased == [0]
    assert len(visitors) == 0
    assert visitors.use(BOB) == 0
    assert items_of(visitors, BOB) == []
    assert visitors.preferences.of(0) == NOTHING_DECLARED


def test_an_erasure_leaves_nothing_of_whom_counted_for_what() -> None:
    visitors, _ = some_visitors()
    for item in range(40):
        weigh(visitors, V1, item, NOW + item)
    visitors.identify(V1, ANN, NOW + 50, items=40)
    weigh(visitors, V1, 3, NOW + 60)
    visitors.identify(V1, ANN, NOW + 70, items=40)
    assert counted(visitors) > 0
    visitors.forget(V1)
    visitors.forget(ANN, items=40)
    assert counted(visitors) == 0


def test_an_erasure_leaves_nothing_of_who_made_room_for_another_before() -> None:
    visitors, _ = some_visitors(limit=1)
    weigh(visitors, V1, 1)
    visitors.use(V2)
    visitors.identify(V1, ANN, NOW + 1, items=9)
    assert counted(visitors) == 2
    visitors.forget(ANN, items=9)
    assert counted(visitors) == 0


def test_a_reset_keeps_what_was_declared() -> None:
    visitors, _ = some_visitors()
    view(visitors, ANN, 1)
    declare(visitors, ANN, "mugs")
    visitors.reset(ANN, NOW)
    visitors.reset(BOB, NOW)
    assert items_of(visitors, ANN) == []
    assert visitors.preferences.of(visitors.index(ANN)).categories == ("mugs",)


def test_a_dump_loads_again_and_an_incomplete_one_is_refused() -> None:
    visitors, _ = some_visitors()
    view(visitors, ANN, 1)
    declare(visitors, BOB, "mugs")
    visitors.identify(V2, ANN, NOW, items=9)
    state = visitors.dump()
    loaded, _ = some_visitors()
    loaded.load(state)
    assert (loaded.index(ANN), loaded.index(BOB), items_of(loaded, ANN)) == (0, 1, [1])
    assert loaded.preferences.of(1).categories == ("mugs",)
    assert loaded.departures.follow(V2, NOW - 1) == ANN
    for name in state:
        with pytest.raises(InvalidState):
            some_visitors()[0].load({key: value for key, value in state.items() if key != name})
