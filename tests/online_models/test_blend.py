"""How answers become one list: weights, order, diversity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.blend import FixedBlend
from online_models.diversity import diversified
from online_models.recommender import Context, InvalidState, Scores, Touch, no_scores

NOW = 1_700_000_000.0


def said(values: dict[int, float], evidence: int = -1) -> Scores:
    rows = np.array(list(values), np.int32)
    return Scores(rows, np.array(list(values.values()), np.float32), np.full(len(rows), evidence, np.int32))


def after(items: int) -> Context:
    return Context(0, tuple(Touch(100 + item, 1.0, NOW) for item in range(items)), (), NOW)


def test_nothing_said_gives_nothing() -> None:
    assert len(FixedBlend().combine({}, after(0), 10).rows) == 0
    assert len(FixedBlend().combine({"popularity": no_scores()}, after(0), 10).rows) == 0


@pytest.mark.parametrize("items", [1, 2, 4, 5, 30])
def test_within_a_session_what_comes_next_leads(items: int) -> None:
    answers = {
        "transitions": said({1: 3.0, 2: 1.0}, evidence=100),
        "popularity": said({3: 9.0, 2: 8.0}),
        "content": said({4: 1.0}),
        "factorization": said({5: 4.0}),
        "trending": said({6: 4.0}),
    }
    blended = FixedBlend().combine(answers, after(items), 10)
    assert blended.rows[0] == 1
    assert blended.members[blended.carriers[0]] == "transitions"
    assert blended.evidence[0] == 100


def test_before_a_session_what_is_popular_leads() -> None:
    answers = {"popularity": said({3: 9.0, 2: 8.0}), "trending": said({6: 4.0})}
    blended = FixedBlend().combine(answers, after(0), 10)
    assert blended.rows.tolist()[0] == 3


def test_a_member_that_the_weights_do_not_name_is_not_heard() -> None:
    assert len(FixedBlend().combine({"stranger": said({1: 1.0})}, after(1), 10).rows) == 0


def test_a_state_of_another_blend_is_refused() -> None:
    FixedBlend().load(FixedBlend().dump())
    with pytest.raises(InvalidState):
        FixedBlend().load({"weights": np.zeros(3)})


answers_of_members = st.dictionaries(
    st.sampled_from(["transitions", "content", "popularity", "trending", "factorization"]),
    st.dictionaries(st.integers(0, 40), st.floats(-5, 5, width=32), max_size=12).map(said),
)


@given(answers_of_members, st.integers(0, 8), st.integers(1, 20))
def test_every_blend_is_well_formed(answers: dict[str, Scores], items: int, limit: int) -> None:
    blended = FixedBlend().combine(answers, after(items), limit)
    spoken = set().union(*(answer.rows.tolist() for answer in answers.values()))
    assert set(blended.rows.tolist()) <= spoken
    assert len(set(blended.rows.tolist())) == len(blended.rows) == min(limit, len(spoken))
    assert len(blended.values) == len(blended.evidence) == len(blended.carriers) == len(blended.rows)
    assert (np.diff(blended.values) <= 0).all()
    for row, carrier in zip(blended.rows.tolist(), blended.carriers.tolist(), strict=True):
        assert row in answers[blended.members[carrier]].rows.tolist()


def test_without_likeness_nothing_changes() -> None:
    values = np.array([3.0, 2.0, 1.0])
    assert np.array_equal(diversified(values, np.zeros((3, 3), np.float32)), values)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=15), st.integers(0, 2**32 - 1))
def test_diversity_only_takes_away_and_never_from_the_best(values: list[float], seed: int) -> None:
    size = len(values)
    likeness = np.random.default_rng(seed).random((size, size)).astype(np.float32)
    best_first = np.array(sorted(values, reverse=True))
    reduced = diversified(best_first, np.maximum(likeness, likeness.T))
    assert reduced[0] == best_first[0]
    assert (reduced <= best_first).all()
    assert (reduced >= 0).all()


def test_of_many_twins_others_come_between() -> None:
    twins = np.ones((6, 6), np.float32)
    twins[5, :5] = twins[:5, 5] = 0
    reduced = diversified(np.array([1.0, 0.99, 0.98, 0.97, 0.96, 0.7]), twins)
    assert np.argsort(-reduced).tolist().index(5) == 2
