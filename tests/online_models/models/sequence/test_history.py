"""History and habit: what was touched lately, and what is touched again and again."""

import numpy as np
import pytest

from online_models.models.recommender import retrieve
from online_models.models.sequence.history import FORGETTING, History
from online_models.visitors.context import NOTHING_EXCLUDED, Context, nothing_known
from tests.online_models.contexts import evidence_of

NOW = 1_700_000_000.0
Touched = tuple[int, int, float]
"""Row, touches, when."""


def a_context(*touched: Touched, excluded: tuple[int, ...] = (), disliked: tuple[int, ...] = ()) -> Context:
    marks = np.zeros(max(excluded) + 1, np.bool_) if excluded else NOTHING_EXCLUDED
    marks[list(excluded)] = True
    rows = [row for row, _, _ in touched]
    return nothing_known(NOW, 0, marks)._replace(
        items=np.array(rows, np.int32),
        rewards=np.array([-1.0 if row in disliked else 1.0 for row in rows], np.float32),
        times=np.array([at for _, _, at in touched]),
        counts=np.array([count for _, count, _ in touched], np.int32),
        session_length=len(rows),
    )


def said(name: str, context: Context, limit: int = 10) -> dict[int, float]:
    rows, values, _ = retrieve(History(), context, limit)
    member = History.names.index(name)
    return {int(row): float(value) for row, value in zip(rows[member], values[member], strict=True) if row >= 0}


def test_history_begins_with_the_item_touched_last() -> None:
    assert list(said("history", a_context((3, 1, NOW), (1, 9, NOW), (2, 1, NOW)))) == [2, 1, 3]


def test_the_values_are_those_of_the_equations() -> None:
    context = a_context((3, 2, NOW - FORGETTING), (1, 500, NOW))
    assert said("history", context) == pytest.approx({1: 1.1, 3: 0.502})
    assert said("habit", context) == pytest.approx({1: 500, 3: 2 / np.e}, rel=1e-4)


def test_habit_begins_with_what_is_touched_again_and_again() -> None:
    assert list(said("habit", a_context((3, 5, NOW - 60), (1, 2, NOW - 30), (2, 2, NOW)))) == [3, 2, 1]


def test_a_habit_of_long_ago_fades() -> None:
    assert list(said("habit", a_context((3, 5, NOW - 3 * FORGETTING), (1, 1, NOW)))) == [1, 3]


def test_decades_later_the_order_of_the_touches_is_left() -> None:
    long_ago = NOW - 10_000 * FORGETTING
    assert list(said("habit", a_context((3, 1, long_ago), (1, 1, long_ago)))) == [1, 3]


def test_times_that_go_back_are_no_more_than_now() -> None:
    assert said("habit", a_context((3, 1, NOW + FORGETTING)))[3] == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("name", History.names)
def test_what_is_barred_or_disliked_is_not_said(name: str) -> None:
    touched = ((3, 1, NOW), (1, 1, NOW), (2, 1, NOW))
    assert set(said(name, a_context(*touched, excluded=(2,)))) == {1, 3}
    assert set(said(name, a_context(*touched, disliked=(3,)))) == {1, 2}
    assert set(said(name, a_context(*touched, excluded=(2,)), limit=1)) == {1}


@pytest.mark.parametrize("name", History.names)
def test_who_has_no_history_gets_none(name: str) -> None:
    assert said(name, nothing_known(NOW)) == {}


def test_a_long_history_is_answered_whole() -> None:
    touched = [(row, 1, NOW) for row in range(200)]
    assert list(said("history", a_context(*touched), limit=300)) == list(range(199, -1, -1))
    model = History()
    for context in (a_context(*touched), a_context((5, 1, NOW))):
        rows, _, _ = retrieve(model, context, 300)
    assert rows[:, :2].tolist() == [[5, -1], [5, -1]]


def test_the_evidence_is_the_item_itself() -> None:
    context = a_context((3, 1, NOW))
    assert evidence_of(History(), "habit", context, 3) == 3
    assert evidence_of(History(), "history", nothing_known(NOW), 4) == -1


def test_nothing_is_kept() -> None:
    model = History()
    model.load(model.dump())
    model.forget_visitor(0)
    assert model.dump() == {}
