"""Items before and after one another, as vectors."""

import numpy as np
import pytest

from online_models.arrays.draws import draw
from online_models.arrays.state import InvalidState, State
from online_models.models.factors.implicit_factors import ImplicitFactors
from online_models.models.recommender import retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from tests.online_models.contexts import NOW, evidence_of, touching, viewing

PAIRS = 5
"""Items 0 and 1, 2 and 3, and so on, are touched one after the other."""


def learn(model: ImplicitFactors, *session: int, kind: FeedbackKind = "view") -> None:
    """Learn the last item, after the earlier ones."""
    item = session[-1]
    feedback = Feedback(VisitorId("ann"), ItemId(f"i{item}"), kind, REWARDS[kind], NOW)
    model.learn_one(item, feedback, viewing(*session[:-1]))


def taught(rounds: int = 300, index_size: int = 100) -> ImplicitFactors:
    model = ImplicitFactors(seed=1, index_size=index_size)
    for count in range(rounds):
        first = 2 * draw(count, PAIRS)
        learn(model, first)
        learn(model, first, first + 1)
    return model


def best(model: ImplicitFactors, *session: int, limit: int = 1, visitor: int = 0) -> list[int]:
    rows = retrieve(model, viewing(*session, visitor=visitor), limit).items[0]
    return [row for row in rows.tolist() if row >= 0]


@pytest.mark.parametrize("first", range(0, 2 * PAIRS, 2))
def test_what_comes_after_an_item_is_found(first: int) -> None:
    assert best(taught(), first) == [first + 1]


def test_the_newest_item_says_most() -> None:
    model = taught()
    assert best(model, 0, 4) == [5]
    assert best(model, 4, 0) == [1]
    assert sorted(best(model, 0, 4, limit=2)) == [1, 5]


def test_of_a_new_session_the_earlier_items_speak() -> None:
    assert retrieve(taught(), touching(history=[(6, 1.0)]), 1).items.tolist() == [[7]]


def test_a_stranger_who_touched_a_known_item_gets_an_answer_and_others_none() -> None:
    model = taught()
    assert best(model, 2, visitor=-1) == [3]
    assert best(model) == []
    assert best(model, 77) == []
    assert best(model, 2, 77) == [3]


def test_barred_items_are_left_out() -> None:
    assert retrieve(taught(), touching((0, 1.0), excluded=[1]), 10).items.tolist()[0].count(1) == 0


def test_what_speaks_against_an_item_teaches_nothing() -> None:
    model = taught()
    before = retrieve(model, viewing(0), 5)
    learn(model, 0, 9, kind="dismissal")
    learn(model, 0, 33, kind="uncart")
    learn(model, 1, 1)
    after = retrieve(model, viewing(0), 5)
    assert np.array_equal(before.items, after.items)
    assert np.array_equal(before.scores, after.scores)


def test_the_evidence_is_the_item_that_says_most() -> None:
    model = taught()
    context = viewing(0, 4)
    assert evidence_of(model, "implicit_factors", context, 1) == 0
    assert evidence_of(model, "implicit_factors", context, 5) == 4
    assert evidence_of(model, "implicit_factors", context, 77) == -1
    assert evidence_of(model, "implicit_factors", viewing(77), 1) == -1


def test_only_the_items_learned_most_recently_are_answered() -> None:
    model = taught(index_size=4)
    for item in (6, 7, 8, 9) * 3:
        learn(model, item)
    assert sorted(best(model, 0, limit=10)) == [6, 7, 8, 9]


def test_the_same_stream_gives_the_same_answers_and_goes_on_where_it_was_saved() -> None:
    straight, other, resumed = taught(), taught(), ImplicitFactors(seed=1, index_size=100)
    resumed.load(straight.dump())
    for model in (straight, other, resumed):
        learn(model, 0, 3)
        learn(model, 0, 3, 12)
    answers = [retrieve(model, viewing(0), 11) for model in (straight, other, resumed)]
    assert all(np.array_equal(answers[0].items, answer.items) for answer in answers)
    assert all(np.array_equal(answers[0].scores, answer.scores) for answer in answers)


@pytest.mark.parametrize("part", ["inputs", "outputs", "squares", "index", "stream", "learned"])
def test_a_strange_state_is_refused(part: str) -> None:
    state: State = {**taught(rounds=20).dump(), part: "something else"}
    with pytest.raises(InvalidState):
        ImplicitFactors(seed=1, index_size=100).load(state)


@pytest.mark.parametrize(
    "strange",
    [
        {"learned": 7},
        {"learned": -1, "stream": np.zeros(0, np.int32)},
        {"stream": np.full(40, 99, np.int32)},
        {"squares": np.zeros((10, 3), np.float32)},
        {"inputs": ImplicitFactors().dump()["inputs"]},
    ],
    ids=str,
)
def test_parts_that_do_not_fit_are_refused(strange: State) -> None:
    with pytest.raises(InvalidState):
        ImplicitFactors(seed=1, index_size=100).load({**taught(rounds=20).dump(), **strange})
