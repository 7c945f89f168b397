"""Sequential rules: what their six readings say, and how they stay small."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.models.recommender import retrieve
from online_models.models.sequence.pair_table import WIDTH
from online_models.models.sequence.transitions import STEPS, Transitions
from online_models.schema.feedback import FeedbackKind
from tests.online_models.contexts import evidence_of
from tests.online_models.visits import a_visitor, learn, said, walk

NAMES = Transitions.names


def alike(transitions: Transitions, row: int) -> list[int]:
    rows: list[int] = transitions.similar_items(row, 100).items.tolist()
    return rows


def a_shop(sessions: int = 400, seed: int = 2) -> Transitions:
    """Two halves, even and odd: a session stays within one and goes up by two, three times of four."""
    draw = np.random.default_rng(seed)
    transitions = Transitions()
    for _ in range(sessions):
        row = int(draw.integers(40))
        rows = [row]
        for _ in range(4):
            row = (row + 2) % 40 if draw.random() < 0.75 else (row + 2 * int(draw.integers(20))) % 40
            rows.append(row)
        walk(transitions, rows)
    return transitions


def test_the_nearer_step_weighs_more() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2, 3])
    after = said(transitions, "transitions", a_visitor(1))
    assert after[2] == pytest.approx(2 * after[3])


def test_most_readings_look_both_ways() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2, 3])
    assert set(said(transitions, "transitions", a_visitor(2))) == {1, 3}
    assert set(said(transitions, "association", a_visitor(2))) == {1, 3}
    assert set(said(transitions, "co_occurrence", a_visitor(2))) == {1, 3}
    assert set(said(transitions, "next_item", a_visitor(2))) == {3}
    assert set(said(transitions, "previous_item", a_visitor(2))) == {1}


def test_next_and_previous_are_shares_of_what_was_done_around_the_last_item() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2])
    walk(transitions, [1, 2])
    walk(transitions, [1, 3])
    assert said(transitions, "next_item", a_visitor(9, 1)) == pytest.approx({2: 2 / 4, 3: 1 / 4})
    assert said(transitions, "previous_item", a_visitor(1, 2)) == pytest.approx({1: 2 / 3})


def test_the_walk_reaches_what_was_never_done_in_one_session() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2])
    walk(transitions, [2, 3])
    reached = said(transitions, "walk", a_visitor(1))
    assert 3 not in said(transitions, "transitions", a_visitor(1))
    assert reached == pytest.approx({3: 1 / 2 * 1 / 2})


def test_a_new_session_is_answered_from_the_earlier_ones() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2])
    assert set(said(transitions, "transitions", a_visitor(1, 8, session=0))) == {2}
    assert said(transitions, "transitions", a_visitor(1, 8, session=1)) == {}


def test_nothing_is_learned_across_sessions() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2, 3], session=0)
    assert said(transitions, "transitions", a_visitor(1)) == {}


def test_only_so_many_steps_are_looked_back() -> None:
    transitions = Transitions()
    walk(transitions, range(STEPS + 2))
    assert 0 not in said(transitions, "transitions", a_visitor(STEPS + 1))
    assert 1 in said(transitions, "transitions", a_visitor(STEPS + 1))


def test_an_item_that_comes_back_is_no_step_to_itself() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2, 1])
    assert 1 not in said(transitions, "transitions", a_visitor(1))
    assert said(transitions, "next_item", a_visitor(2)) == pytest.approx({1: 1 / 2})


def test_the_last_click_leads_over_a_best_seller_before_it() -> None:
    transitions = Transitions()
    for row in (2, 3, 2, 3, 2, 3, 2, 3):
        walk(transitions, [1, row])
    for _ in range(2):
        walk(transitions, [5, 6])
    visitor = a_visitor(1, 5)
    assert next(iter(said(transitions, "transitions", visitor))) == 6
    assert [evidence_of(transitions, "transitions", visitor, row) for row in (2, 3, 6)] == [1, 1, 5]


def test_opening_an_item_again_and_again_ties_nothing() -> None:
    once, often = Transitions(), Transitions()
    walk(once, [1, 2])
    walk(often, [1, 1, 2, 2, 2])
    for name in ("association", "next_item"):
        assert said(once, name, a_visitor(1)) == said(often, name, a_visitor(1))


@pytest.mark.parametrize("kind", ["uncart", "dismissal"])
def test_what_speaks_against_an_item_is_no_step(kind: FeedbackKind) -> None:
    transitions = Transitions()
    walk(transitions, [1, 2], kind=kind)
    assert said(transitions, "transitions", a_visitor(1)) == {}


def test_what_nobody_chose_is_no_start_of_a_step() -> None:
    transitions = Transitions()
    learn(transitions, 2, a_visitor(1, 5_000_000))
    assert said(transitions, "transitions", a_visitor(2)) == {}
    assert len(retrieve(transitions, a_visitor(1), 5).items) == 6


@pytest.mark.parametrize("name", NAMES)
def test_in_a_regular_shop_every_reading_stays_in_the_right_half(name: str) -> None:
    answer = said(a_shop(), name, a_visitor(6, 8), limit=5)
    assert len(answer) == 5
    assert all(row % 2 == 0 for row in answer)


def test_in_a_regular_shop_the_next_item_leads() -> None:
    transitions = a_shop()
    assert next(iter(said(transitions, "next_item", a_visitor(6, 8)))) == 10
    assert next(iter(said(transitions, "previous_item", a_visitor(6, 8)))) == 6
    assert next(iter(said(transitions, "transitions", a_visitor(6, 8, excluded=[6, 8])))) == 10


@pytest.mark.parametrize("name", NAMES)
def test_barred_items_make_room_for_others(name: str) -> None:
    transitions = a_shop()
    free = list(said(transitions, name, a_visitor(6, 8), limit=20))
    kept = list(said(transitions, name, a_visitor(6, 8, excluded=free[:3]), limit=5))
    assert kept == [row for row in free if row not in free[:3]][:5]


@pytest.mark.parametrize("name", NAMES)
def test_rows_never_learned_say_nothing(name: str) -> None:
    transitions = a_shop()
    assert said(transitions, name, a_visitor(41, 10**6)) == {}
    assert said(transitions, name, a_visitor()) == {}
    assert evidence_of(transitions, name, a_visitor(41, 10**6), 3) == -1
    assert evidence_of(transitions, name, a_visitor(6, 8), 10**6) == -1
    assert said(Transitions(), name, a_visitor(4)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_has_evidence_among_the_visitor_s_items(name: str) -> None:
    transitions = a_shop()
    visitor = a_visitor(11, 6, 8)
    answer = said(transitions, name, visitor)
    assert answer
    assert all(evidence_of(transitions, name, visitor, row) in (11, 6, 8) for row in answer)


def test_the_evidence_of_a_walk_is_where_it_started() -> None:
    transitions = Transitions()
    walk(transitions, [1, 2])
    walk(transitions, [2, 3])
    walk(transitions, [7, 8])
    assert evidence_of(transitions, "walk", a_visitor(1, 7), 3) == 1
    assert evidence_of(transitions, "walk", a_visitor(1, 7), 9) == -1


def test_an_item_keeps_so_many_others() -> None:
    transitions = Transitions()
    for _ in range(5):
        walk(transitions, [0, 1])
    for row in range(2, 3 * WIDTH):
        walk(transitions, [0, row])
    answer = said(transitions, "next_item", a_visitor(0))
    assert len(answer) == WIDTH
    assert next(iter(answer)) == 1


def test_asking_twice_answers_the_same() -> None:
    transitions = a_shop()
    first, again = (retrieve(transitions, a_visitor(4, 6, 8, 9), 20) for _ in range(2))
    assert np.array_equal(first.items, again.items)
    assert np.array_equal(first.scores, again.scores)


def test_equals_are_in_order_of_row() -> None:
    transitions = Transitions()
    for row in (9, 3, 7, 5):
        walk(transitions, [1, row])
    for name in ("transitions", "association", "next_item", "co_occurrence"):
        assert list(said(transitions, name, a_visitor(1), limit=3)) == [3, 5, 7]


def test_a_best_seller_does_not_go_well_with_everything() -> None:
    transitions = Transitions()
    for row in range(10, 60):
        walk(transitions, [row, 0])
    for _ in range(6):
        walk(transitions, [1, 2])
        walk(transitions, [1, 0])
    assert alike(transitions, 1)[0] == 2


def test_a_chance_meeting_proves_less_than_a_habit() -> None:
    transitions = Transitions()
    for _ in range(8):
        walk(transitions, [1, 2])
    walk(transitions, [1, 3])
    assert alike(transitions, 1) == [2, 3]


def test_likeness_looks_both_ways() -> None:
    transitions = a_shop()
    assert transitions.similar_items(8, 2).items.tolist() == transitions.similar_items(8, 40).items.tolist()[:2]
    assert set(alike(transitions, 8)[:2]) == {6, 10}
    there, back = (
        dict(zip(*(part.tolist() for part in transitions.similar_items(row, 100)), strict=True)) for row in (8, 10)
    )
    assert there[10] == pytest.approx(back[8])


def test_unknown_items_are_like_nothing() -> None:
    assert alike(Transitions(), 4) == []
    assert alike(a_shop(), 10**6) == []
    assert alike(a_shop(), -1) == []


def test_it_survives_dump_and_load() -> None:
    straight, stopped, resumed = Transitions(), a_shop(50), Transitions()
    straight = a_shop(50)
    resumed.load(stopped.dump())
    for model in (straight, resumed):
        walk(model, [3, 8, 90, 12])
    visitor = a_visitor(8, 90)
    assert np.array_equal(retrieve(straight, visitor, 30).scores, retrieve(resumed, visitor, 30).scores)
    assert np.array_equal(retrieve(straight, visitor, 30).items, retrieve(resumed, visitor, 30).items)


def test_a_dump_is_a_copy() -> None:
    transitions = a_shop(50)
    state, before = transitions.dump(), str(transitions.dump())
    walk(transitions, [1, 2, 3])
    assert str(state) == before


@pytest.mark.parametrize("part", ["after", "before", "damping"])
def test_a_broken_state_is_refused_and_changes_nothing(part: str) -> None:
    transitions = a_shop(20)
    state = transitions.dump()
    del state[part]
    before = said(transitions, "transitions", a_visitor(8))
    with pytest.raises(InvalidState):
        transitions.load(state)
    assert said(transitions, "transitions", a_visitor(8)) == before


def test_tables_of_different_lengths_are_refused() -> None:
    state = a_shop(20).dump()
    state["damping"] = {"counts": np.ones(3, np.float32)}
    with pytest.raises(InvalidState):
        Transitions().load(state)
