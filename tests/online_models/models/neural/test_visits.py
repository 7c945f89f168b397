"""Which visits are followed, and what is remembered of them."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.models.neural.visits import LENGTH, FollowedVisits


def begun(visits: FollowedVisits, visitor: int, *items: int) -> int:
    return visits.begin(visitor, np.array(items, np.int32))


def items_of(visits: FollowedVisits, visitor: int) -> list[int]:
    items: list[int] = visits.items(visits.slot(visitor)).tolist()
    return items


def test_a_visit_holds_its_last_items_and_none_twice_in_a_row() -> None:
    visits = FollowedVisits(units=2)
    slot = begun(visits, 7, 1)
    assert [visits.append(slot, item) for item in (1, 2, 2, 1)] == [False, True, False, True]
    assert items_of(visits, 7) == [1, 2, 1]
    for item in range(100, 100 + LENGTH):
        visits.append(slot, item)
    assert items_of(visits, 7) == list(range(100, 100 + LENGTH))


def test_what_begins_with_many_items_keeps_the_last() -> None:
    visits = FollowedVisits(units=2)
    begun(visits, 7, *range(50))
    assert items_of(visits, 7) == list(range(50 - LENGTH, 50))


def test_the_visit_without_an_event_for_longest_makes_room() -> None:
    visits = FollowedVisits(units=2, limit=2)
    begun(visits, 1, 10)
    begun(visits, 2, 20)
    visits.use(1)
    begun(visits, 3, 30)
    assert [visits.slot(visitor) >= 0 for visitor in (1, 2, 3)] == [True, False, True]
    assert items_of(visits, 3) == [30]
    assert len(visits) == 2


def test_a_visit_that_begins_anew_has_no_state() -> None:
    visits = FollowedVisits(units=2)
    slot = begun(visits, 1, 10)
    visits.steps[slot], visits.states[slot] = 1, 0.5
    assert begun(visits, 1, 11) == slot
    assert visits.steps[slot] == -1
    assert items_of(visits, 1) == [11]


def test_an_item_that_is_forgotten_leaves_no_trace() -> None:
    visits = FollowedVisits(units=2)
    slot = begun(visits, 1, 10, 11, 10, 12)
    visits.steps[slot] = 4
    visits.forget_item(1, 11)
    assert items_of(visits, 1) == [10, 12]
    assert visits.steps[slot] == -1
    visits.steps[slot] = 2
    visits.forget_item(1, 99)
    assert visits.steps[slot] == 2
    for item in (10, 12):
        visits.forget_item(1, item)
    assert visits.slot(1) == -1
    visits.forget_item(1, 10)


def test_a_visit_can_be_given_to_somebody_else_and_be_forgotten() -> None:
    visits = FollowedVisits(units=2, limit=2)
    begun(visits, 1, 10)
    visits.rename(1, 5)
    assert (visits.slot(1), items_of(visits, 5)) == (-1, [10])
    visits.remove(5)
    visits.remove(5)
    assert len(visits) == 0
    begun(visits, 1, 10)
    begun(visits, 2, 20)
    assert visits.slot(1) != visits.slot(2)


def test_states_expire_all_at_once_and_may_change_their_length() -> None:
    visits = FollowedVisits(units=2)
    slot = begun(visits, 1, 10)
    visits.steps[slot] = 1
    visits.expire(units=3)
    assert visits.steps[slot] == -1
    assert visits.states.shape[1] == 3
    assert items_of(visits, 1) == [10]


def some_visits() -> FollowedVisits:
    visits = FollowedVisits(units=2, limit=3)
    for visitor in (4, 1, 9, 2):
        slot = begun(visits, visitor, visitor, 3)
        visits.steps[slot], visits.states[slot] = 2, visitor
    visits.use(1)
    begun(visits, 9, 5)
    return visits


def test_visits_survive_dump_and_load_in_their_order() -> None:
    visits, again = some_visits(), FollowedVisits(units=2, limit=3)
    again.load(visits.dump())
    for one in (visits, again):
        begun(one, 77, 8)
        assert one.slot(2) == -1
        assert items_of(one, 1) == [1, 3]
    dumps = visits.dump(), again.dump()
    assert all(np.array_equal(dumps[0][name], dumps[1][name]) for name in dumps[0])  # type: ignore[arg-type]  # arrays


def test_a_dump_is_a_copy() -> None:
    visits = some_visits()
    dumped = visits.dump()
    visits.append(visits.slot(1), 70)
    visits.states[:] = 9
    assert 70 not in np.asarray(dumped["items"])
    assert 9 not in np.asarray(dumped["states"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("visitors", np.array([1, 1, 2], np.int32)),
        ("visitors", np.array([1, 2], np.int32)),
        ("items", np.full((3, LENGTH), -1, np.int32)),
        ("items", np.array([[-1, *range(LENGTH - 1)]] * 3, np.int32)),
        ("items", np.full((3, LENGTH), -2, np.int32)),
        ("steps", np.full(3, LENGTH + 1, np.int32)),
        ("steps", np.full(3, -2, np.int32)),
        ("states", np.full((3, 2), np.nan, np.float32)),
        ("states", np.zeros((3, 4), np.float32)),
    ],
)
def test_strange_states_are_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidState):
        FollowedVisits(units=2, limit=3).load({**some_visits().dump(), name: value})  # type: ignore[dict-item]  # some are right


def test_more_visits_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(InvalidState):
        FollowedVisits(units=2, limit=2).load(some_visits().dump())
