"""Sums of stars that fade: what adds up, what is taken back, who leads."""

import numpy as np
import pytest

from online_models.models.popularity import rating_sums
from online_models.models.popularity.rating_sums import ENOUGH, EXPECTED, HALF_LIFE, PRIOR, RatedItems

NOTHING_EXCLUDED = np.empty(0, np.bool_)


def no_votes(items: int = 4, leaders: int = 2) -> RatedItems:
    return np.zeros((items, 3)), np.zeros(3), np.full(leaders, -1, np.int32)


def test_a_vote_weighs_twice_as_much_a_half_life_later() -> None:
    rated = no_votes()
    first = rating_sums.count_vote(rated, 0, 4.0, 0.0, 0.0, 1.0)
    second = rating_sums.count_vote(rated, 0, 2.0, HALF_LIFE, 0.0, 1.0)
    assert second == pytest.approx(2 * first)
    assert rating_sums.mean_of(rated[0][0]) == pytest.approx((4 + 2 * 2) / 3)
    assert rating_sums.fading_at(HALF_LIFE, 0.0) == pytest.approx(0.5)


def test_a_vote_taken_back_leaves_nothing() -> None:
    rated = no_votes()
    weight = rating_sums.count_vote(rated, 1, 3.0, 5.0, 0.0, 0.5)
    rating_sums.take_back(rated[0][1], rated[1], 3.0, weight * 0.5, 0.5)
    assert not rated[0].any()
    assert not rated[1].any()
    assert rating_sums.mean_of(rated[0][1]) == 0.0


def test_a_better_item_replaces_the_worst_leader() -> None:
    rated = no_votes(leaders=2)
    for item, stars, votes in ((0, 2.0, 5), (1, 4.0, 5), (2, 5.0, 5), (3, 1.0, 5)):
        for _ in range(votes):
            rating_sums.count_vote(rated, item, stars, 0.0, 0.0, 1.0)
    assert sorted(rated[2].tolist()) == [1, 2]


def test_the_best_are_damped_means_above_the_mean_of_all() -> None:
    rated = no_votes(leaders=4)
    for item, stars in ((0, 5.0), (1, 1.0)):
        for _ in range(10):
            rating_sums.count_vote(rated, item, stars, 0.0, 0.0, 1.0)
    items, scores = np.full(4, -1, np.int32), np.zeros(4, np.float32)
    assert rating_sums.write_best(rated, 0.0, 0.0, NOTHING_EXCLUDED, items, scores) == 1
    assert items.tolist() == [0, -1, -1, -1]
    assert scores[0] == pytest.approx((PRIOR * (PRIOR * EXPECTED + 60) / (PRIOR + 20) + 10 * 5) / (PRIOR + 10))


def test_shares_of_votes_add_up_to_an_opinion() -> None:
    rated = no_votes()
    items, scores = np.full(4, -1, np.int32), np.zeros(4, np.float32)
    for number in range(int(4 * ENOUGH)):
        assert rating_sums.write_best(rated, 0.0, 0.0, NOTHING_EXCLUDED, items, scores) == 0, number
        rating_sums.count_vote(rated, 2, 5.0, 0.0, 0.0, 0.25)
    assert rating_sums.write_best(rated, 0.0, 0.0, NOTHING_EXCLUDED, items, scores) == 1
