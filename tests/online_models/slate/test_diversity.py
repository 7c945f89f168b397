"""Items that are like better ones lose score; everything else stays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.slate.diversity import LIKENESS_COST, diversified


def likeness(*pairs: tuple[int, int, float], size: int) -> np.ndarray:
    matrix = np.zeros((size, size), np.float32)
    for one, other, value in pairs:
        matrix[one, other] = matrix[other, one] = value
    return matrix


def test_without_similarity_nothing_changes() -> None:
    scores = np.array([3.0, 2.0, 1.0])
    assert diversified(scores, likeness(size=3)).tolist() == scores.tolist()


def test_an_item_exactly_like_a_better_one_keeps_its_share_of_the_odds() -> None:
    reduced = diversified(np.array([1.0, 1.0]), likeness((0, 1, 1.0), size=2))
    assert np.exp(reduced[1] - reduced[0]) == pytest.approx(1 / (1 + LIKENESS_COST))


def test_each_further_item_of_a_kind_loses_more() -> None:
    alike = np.ones((4, 4), np.float32) - np.eye(4, dtype=np.float32)
    losses = -diversified(np.zeros(4), alike, cost=1.0)
    assert losses == pytest.approx(np.log([1, 2, 3, 4]))


def test_only_better_items_count() -> None:
    reduced = diversified(np.array([5.0, 4.0, 3.0]), likeness((1, 2, 1.0), size=3))
    assert reduced[:2].tolist() == [5.0, 4.0]
    assert reduced[2] < 3.0


def test_the_scores_that_were_given_stay() -> None:
    scores = np.array([1.0, 0.9])
    diversified(scores, likeness((0, 1, 1.0), size=2))
    assert scores.tolist() == [1.0, 0.9]


@given(st.lists(st.floats(0, 1), min_size=6, max_size=6), st.floats(0, 2))
def test_no_score_rises_and_the_best_keeps_its_own(values: list[float], cost: float) -> None:
    pairs = [(one, other) for one in range(4) for other in range(one)]
    alike = likeness(*((one, other, value) for (one, other), value in zip(pairs, values, strict=True)), size=4)
    scores = np.array([4.0, 3.0, 2.0, 1.0])
    reduced = diversified(scores, alike, cost)
    assert reduced[0] == scores[0]
    assert (reduced <= scores).all()
