"""What comes after two items in a row."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.models.recommender import retrieve
from online_models.models.sequence.second_order import CELLS, WIDTH, SecondOrder
from online_models.schema.feedback import FeedbackKind
from tests.online_models.contexts import evidence_of
from tests.online_models.visits import a_visitor, learn, said, walk

NAME = "second_order"


def test_two_items_in_a_row_decide() -> None:
    model = SecondOrder()
    for _ in range(3):
        walk(model, [1, 2, 3])
        walk(model, [4, 2, 5])
    assert said(model, NAME, a_visitor(1, 2)) == {3: 3.0}
    assert said(model, NAME, a_visitor(9, 4, 2)) == {5: 3.0}
    assert said(model, NAME, a_visitor(2, 1)) == {}


def test_one_item_is_not_enough() -> None:
    model = SecondOrder()
    walk(model, [1, 2])
    walk(model, [1, 2, 3], session=1)
    assert said(model, NAME, a_visitor(1, 2)) == {}
    walk(model, [1, 2, 3])
    assert said(model, NAME, a_visitor(2)) == {}
    assert said(model, NAME, a_visitor(1, 2, session=1)) == {}
    assert said(model, NAME, a_visitor()) == {}


def test_a_new_session_is_answered_from_the_earlier_ones() -> None:
    model = SecondOrder()
    walk(model, [1, 2, 3])
    assert said(model, NAME, a_visitor(1, 2, session=0)) == {3: 1.0}


def test_opening_an_item_again_counts_nothing() -> None:
    model = SecondOrder()
    learn(model, 2, a_visitor(1, 2))
    assert said(model, NAME, a_visitor(1, 2)) == {}


@pytest.mark.parametrize("kind", ["uncart", "dismissal"])
def test_what_speaks_against_an_item_counts_nothing(kind: FeedbackKind) -> None:
    model = SecondOrder()
    walk(model, [1, 2, 3], kind=kind)
    assert said(model, NAME, a_visitor(1, 2)) == {}


def test_the_more_frequent_comes_first_and_barred_items_not_at_all() -> None:
    model = SecondOrder()
    for row in (3, 4, 4, 5, 5, 5):
        walk(model, [1, 2, row])
    assert list(said(model, NAME, a_visitor(1, 2))) == [5, 4, 3]
    assert list(said(model, NAME, a_visitor(1, 2, excluded=[5]), limit=1)) == [4]


def test_so_many_items_are_kept_and_the_rarest_makes_room() -> None:
    model = SecondOrder()
    for row in range(10, 10 + WIDTH):
        walk(model, [1, 2, row])
        walk(model, [1, 2, row])
    walk(model, [1, 2, 50])
    walk(model, [1, 2, 51])
    answer = said(model, NAME, a_visitor(1, 2))
    assert len(answer) == WIDTH
    assert 51 in answer
    assert 50 not in answer


def test_a_crowd_of_pairs_never_mixes_them_up() -> None:
    model = SecondOrder()
    for first in range(300):
        for second in range(300):
            learn(model, 1_000 + first, a_visitor(first, 400 + second))
    kept = 0
    for first in range(0, 300, 7):
        for second in range(0, 300, 7):
            answer = said(model, NAME, a_visitor(first, 400 + second), limit=3)
            assert answer in ({}, {1_000 + first: 1.0})
            kept += bool(answer)
    assert kept > 200


def test_a_habit_stands_its_ground_in_a_crowd_until_it_fades() -> None:
    model = SecondOrder()
    habits = [(first, 900) for first in range(20)]
    for first, second in habits * 30:
        learn(model, 7, a_visitor(first, second))
    for first in range(300):
        for second in range(300):
            learn(model, 1_000, a_visitor(first, 400 + second))
    counts = [said(model, NAME, a_visitor(*habit))[7] for habit in habits]
    assert max(counts) == 30
    assert 1 < min(counts) < 30


def test_rows_never_learned_say_nothing() -> None:
    model = SecondOrder()
    walk(model, [1, 2, 3])
    assert said(model, NAME, a_visitor(10**6, 2**31 - 1)) == {}


def test_the_evidence_is_the_last_item() -> None:
    model = SecondOrder()
    walk(model, [1, 2, 3])
    assert evidence_of(model, NAME, a_visitor(1, 2), 3) == 2
    assert evidence_of(model, NAME, a_visitor(1, 2), 4) == -1
    assert evidence_of(model, NAME, a_visitor(2), 3) == -1
    assert evidence_of(model, "walk", a_visitor(1, 2), 3) == -1


def test_it_survives_dump_and_load() -> None:
    model, again = SecondOrder(), SecondOrder()
    walk(model, [1, 2, 3, 4, 5])
    again.load(model.dump())
    walk(model, [1, 2, 9])
    assert said(again, NAME, a_visitor(3, 4)) == {5: 1.0}
    assert said(again, NAME, a_visitor(1, 2)) == {3: 1.0}
    assert len(retrieve(again, a_visitor(1, 2), 4).items) == 1


def _moved(state: State) -> None:
    for name, array in state.items():
        assert isinstance(array, np.ndarray)
        state[name] = np.roll(array, 1, axis=0)


def _no_count(state: State) -> None:
    state["counts"] = np.full((CELLS, WIDTH), np.nan, np.float32)


def _count_of_nothing(state: State) -> None:
    counts = state["counts"]
    assert isinstance(counts, np.ndarray)
    counts[0, 0] = 1


def _twice(state: State) -> None:
    rows, counts = state["next"], state["counts"]
    assert isinstance(rows, np.ndarray)
    assert isinstance(counts, np.ndarray)
    cell = int(counts[:, 0].argmax())
    rows[cell, 1], counts[cell, 1] = rows[cell, 0], counts[cell, 0]


def _too_few(state: State) -> None:
    state["keys"] = np.full(CELLS - 1, -1, np.int64)


@pytest.mark.parametrize("break_it", [_moved, _no_count, _count_of_nothing, _twice, _too_few])
def test_a_broken_state_is_refused(break_it: object) -> None:
    model = SecondOrder()
    walk(model, [1, 2, 3])
    state = model.dump()
    assert callable(break_it)
    break_it(state)
    with pytest.raises(InvalidState):
        SecondOrder().load(state)
