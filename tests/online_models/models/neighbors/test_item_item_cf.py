"""Pairs across sessions: what they say, and how they stay small."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.models.neighbors.item_item_cf import LENGTH, ItemItemCF
from online_models.models.recommender import retrieve
from online_models.models.sequence.pair_table import WIDTH
from online_models.schema.feedback import FeedbackKind
from tests.online_models.contexts import evidence_of
from tests.online_models.visits import a_visitor, learn, said, walk

NAME = "companions"


def a_checkerboard(visitors: int = 60, seed: int = 4) -> ItemItemCF:
    """Half of the visitors touch even rows alone, half odd rows."""
    draw = np.random.default_rng(seed)
    companions = ItemItemCF()
    for visitor in range(visitors):
        rows = (2 * draw.permutation(15)[:8] + visitor % 2).tolist()
        walk(companions, rows, session=0)
    return companions


def test_a_visitor_of_even_items_is_told_of_even_items() -> None:
    companions = a_checkerboard()
    for row in range(30):
        answer = said(companions, NAME, a_visitor(row, excluded=[row]))
        assert set(answer) == {other for other in range(row % 2, 30, 2) if other != row}


def test_pairs_hold_in_both_directions_and_across_sessions() -> None:
    companions = ItemItemCF()
    walk(companions, [1, 2], session=0)
    assert set(said(companions, NAME, a_visitor(1, session=0))) == {2}
    assert set(said(companions, NAME, a_visitor(2, session=0))) == {1}


def test_items_further_back_are_tied_less() -> None:
    companions = ItemItemCF()
    walk(companions, [1, *range(10, 20), 2], session=0)
    answer = said(companions, NAME, a_visitor(2))
    assert answer[1] == pytest.approx(answer[19] / 2)


def test_items_of_long_ago_speak_less() -> None:
    companions = ItemItemCF()
    walk(companions, [1, 2])
    walk(companions, [3, 4])
    answer = said(companions, NAME, a_visitor(1, 3))
    assert answer[2] == pytest.approx(0.9 * answer[4])


def test_only_so_many_items_are_looked_back() -> None:
    companions = ItemItemCF()
    walk(companions, range(LENGTH + 1))
    learn(companions, LENGTH + 1, a_visitor(*range(LENGTH + 1)))
    assert LENGTH + 1 not in said(companions, NAME, a_visitor(0))
    assert LENGTH + 1 in said(companions, NAME, a_visitor(1))


def test_opening_an_item_again_ties_nothing() -> None:
    once, often = ItemItemCF(), ItemItemCF()
    walk(once, [1, 2])
    walk(often, [1, 2, 2, 2])
    assert str(once.dump()["pairs"]) == str(often.dump()["pairs"])


@pytest.mark.parametrize("kind", ["uncart", "dismissal"])
def test_what_speaks_against_an_item_ties_nothing(kind: FeedbackKind) -> None:
    companions = ItemItemCF()
    walk(companions, [1, 2], kind=kind)
    assert said(companions, NAME, a_visitor(1)) == {}


def test_rows_never_learned_say_nothing() -> None:
    companions = a_checkerboard()
    assert said(companions, NAME, a_visitor(31, 10**6)) == {}
    assert said(companions, NAME, a_visitor()) == {}
    assert evidence_of(companions, NAME, a_visitor(10**6), 2) == -1
    learn(companions, 2, a_visitor(10**6))
    assert 10**6 not in said(companions, NAME, a_visitor(2))


def test_barred_items_make_room_for_others() -> None:
    companions = a_checkerboard()
    free = list(said(companions, NAME, a_visitor(3), limit=14))
    assert list(said(companions, NAME, a_visitor(3, excluded=free[:2]), limit=5)) == free[2:7]


def test_the_evidence_is_the_item_that_brought_it() -> None:
    companions = ItemItemCF()
    walk(companions, [1, 2])
    walk(companions, [3, 4])
    assert evidence_of(companions, NAME, a_visitor(1, 3), 2) == 1
    assert evidence_of(companions, NAME, a_visitor(1, 3), 4) == 3
    assert evidence_of(companions, NAME, a_visitor(1, 3), 5) == -1
    assert evidence_of(companions, "walk", a_visitor(1, 3), 4) == -1


def test_a_best_seller_is_not_like_everything() -> None:
    companions = ItemItemCF()
    for row in range(10, 60):
        walk(companions, [row, 0])
    for _ in range(6):
        walk(companions, [1, 2])
        walk(companions, [1, 0])
    assert companions.similar_items(1, 5).items.tolist() == [2, 0]
    assert companions.similar_items(10**6, 5).items.tolist() == []


def test_an_item_keeps_so_many_others() -> None:
    companions = ItemItemCF()
    for row in range(1, 2 * WIDTH):
        walk(companions, [0, row])
    assert len(said(companions, NAME, a_visitor(0))) == WIDTH


def test_it_survives_dump_and_load() -> None:
    straight, resumed = a_checkerboard(), ItemItemCF()
    resumed.load(a_checkerboard().dump())
    for model in (straight, resumed):
        walk(model, [3, 5, 90, 8])
    one, other = retrieve(straight, a_visitor(5, 90), 30), retrieve(resumed, a_visitor(5, 90), 30)
    assert np.array_equal(one.items, other.items)
    assert np.array_equal(one.scores, other.scores)


@pytest.mark.parametrize("part", ["pairs", "damping"])
def test_a_broken_state_is_refused_and_changes_nothing(part: str) -> None:
    companions = a_checkerboard()
    state = companions.dump()
    state[part] = {}
    before = said(companions, NAME, a_visitor(8))
    with pytest.raises(InvalidState):
        companions.load(state)
    assert said(companions, NAME, a_visitor(8)) == before
