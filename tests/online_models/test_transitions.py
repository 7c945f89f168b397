"""Sequential rules: what they say, and how they stay small."""

from collections.abc import Iterable

import pytest

from online_models.events import ItemId, VisitorId
from online_models.feedback import Feedback
from online_models.recommender import Context, Touch
from online_models.transitions import STEPS, Transitions

NOW = 1_700_000_000.0


def a_session(*rows: int) -> Context:
    return Context(0, tuple(Touch(row, 1.0, NOW) for row in rows), (), NOW)


def walked(transitions: Transitions, rows: Iterable[int], reward: float = 1.0) -> None:
    before: list[int] = []
    for row in rows:
        feedback = Feedback(VisitorId("v"), ItemId(str(row)), "view", reward, NOW)
        transitions.learn_one(row, feedback, a_session(*before))
        before = [*[other for other in before if other != row], row]


def said(transitions: Transitions, *rows: int) -> dict[int, float]:
    answer = transitions.score(a_session(*rows), 100)
    return dict(zip(answer.rows.tolist(), answer.values.tolist(), strict=True))


def pairs(transitions: Transitions, row: int) -> list[int]:
    answer = transitions.similar_items(row, 100)
    ordered = sorted(zip((-answer.values).tolist(), answer.rows.tolist(), strict=True))
    return [other for _, other in ordered]


def test_the_nearer_step_weighs_more() -> None:
    transitions = Transitions()
    walked(transitions, [1, 2, 3])
    after = said(transitions, 1)
    assert after[2] == pytest.approx(2 * after[3])


def test_rules_hold_in_both_directions() -> None:
    transitions = Transitions()
    walked(transitions, [1, 2])
    assert set(said(transitions, 2)) == {1}


def test_only_so_many_steps_are_looked_back() -> None:
    transitions = Transitions()
    walked(transitions, range(STEPS + 2))
    assert 0 not in said(transitions, STEPS + 1)
    assert 1 in said(transitions, STEPS + 1)


def test_the_last_click_leads_over_a_best_seller_before_it() -> None:
    transitions = Transitions()
    for row in (2, 3, 2, 3, 2, 3, 2, 3):
        walked(transitions, [1, row])
    for _ in range(2):
        walked(transitions, [5, 6])
    after = said(transitions, 1, 5)
    assert max(after, key=after.__getitem__) == 6
    answer = transitions.score(a_session(1, 5), 100)
    assert dict(zip(answer.rows.tolist(), answer.evidence.tolist(), strict=True)) == {2: 1, 3: 1, 6: 5}


def test_opening_an_item_again_and_again_adds_nothing() -> None:
    once, often = Transitions(), Transitions()
    walked(once, [1, 2])
    walked(often, [1, 2, 2, 2, 1, 2, 1, 2])
    assert str(once.dump()) == str(often.dump())


def test_what_speaks_against_an_item_is_no_step() -> None:
    transitions = Transitions()
    walked(transitions, [1, 2], reward=-1.0)
    assert said(transitions, 1) == {}


def test_an_item_keeps_the_strongest_others() -> None:
    transitions = Transitions(width=3)
    for _ in range(5):
        walked(transitions, [0, 1])
    for row in range(2, 30):
        walked(transitions, [0, row])
    assert len(said(transitions, 0)) == 3
    assert said(transitions, 0)[1] == max(said(transitions, 0).values())


def test_a_best_seller_does_not_go_well_with_everything() -> None:
    transitions = Transitions()
    for row in range(10, 60):
        walked(transitions, [row, 0])
    for _ in range(6):
        walked(transitions, [1, 2])
        walked(transitions, [1, 0])
    assert pairs(transitions, 1)[0] == 2


def test_a_chance_meeting_proves_less_than_a_habit() -> None:
    transitions = Transitions()
    for _ in range(8):
        walked(transitions, [1, 2])
    walked(transitions, [1, 3])
    assert pairs(transitions, 1) == [2, 3]


def test_unknown_items_have_no_pairs() -> None:
    assert pairs(Transitions(), 4) == []
    assert said(Transitions(), 4) == {}
