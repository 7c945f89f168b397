"""Metrics by the rank of the right item, and intervals: whole visitors are drawn, all sources by the same draws."""

import numpy as np
import pytest

from online_models.evaluation.metrics import by_one_right_item, gains_by_rank, gains_of, interval, resampled


def test_the_same_seed_gives_the_same_intervals() -> None:
    random = np.random.default_rng(3)
    ranks, visitors = random.integers(0, 3, (60, 2)).astype(np.int16), random.integers(0, 9, 60).astype(np.int32)
    first, second = (resampled(ranks, visitors, k=2, seed=7, resamples=20) for _ in range(2))
    assert np.array_equal(first, second)


def test_an_interval_is_as_wide_as_visitors_differ() -> None:
    # Half of 100 visitors always hit: 10 lists each do not make the interval any narrower than 1 list each.
    visitors = np.arange(100, dtype=np.int32).repeat(10)
    ranks = (visitors % 2).astype(np.int16)[:, None]
    low, high = interval(resampled(ranks, visitors, k=5, seed=1)[:, 0, 0])
    assert low == pytest.approx(0.40, abs=0.02)
    assert high == pytest.approx(0.60, abs=0.02)


def test_differences_are_paired() -> None:
    # The second member is right wherever the first is, and once more for each visitor: the difference is certain.
    visitors = np.arange(40, dtype=np.int32).repeat(2)
    ranks = np.zeros((80, 2), np.int16)
    ranks[::4] = 1
    ranks[1::2, 1] = 1
    samples = resampled(ranks, visitors, k=1, seed=1)
    assert interval(samples[:, 0, 1] - samples[:, 0, 0]) == pytest.approx((0.5, 0.5))


def test_a_gain_falls_with_the_rank_and_a_miss_gains_nothing() -> None:
    for k in (1, 5, 40):
        gains = gains_by_rank(k)
        assert gains.shape == (3, k + 1)
        assert gains[:, 0].tolist() == [0, 0, 0]
        assert gains[:, 1].tolist() == [1, 1, 1]
        assert (np.diff(gains[:, 1:], axis=1) <= 0).all()
        assert (gains[0] >= gains[2]).all()
        assert (gains[2] >= gains[1]).all()


def test_gains_are_means_by_source() -> None:
    ranks = np.array([[1, 0], [2, 0], [0, 3], [0, 0]], np.int16)
    hr, mrr, ndcg = gains_of(ranks, k=3)
    assert hr.tolist() == [0.5, 0.25]
    assert mrr == pytest.approx([1.5 / 4, 1 / 12])
    assert ndcg == pytest.approx([(1 + 1 / np.log2(3)) / 4, 0.5 / 4])


def test_without_lists_there_are_no_gains() -> None:
    assert gains_of(np.zeros((0, 2), np.int16), k=5).tolist() == [[0, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize("k", [1, 20])
def test_precision_recall_and_f1_follow_from_the_hit_rate(k: int) -> None:
    precision, recall, f1 = by_one_right_item(0.4, k)
    assert recall == 0.4
    assert precision == pytest.approx(0.4 / k)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_another_seed_gives_other_draws() -> None:
    visitors = np.arange(50, dtype=np.int32)
    ranks = (visitors % 3).astype(np.int16)[:, None]
    first, second = (resampled(ranks, visitors, k=2, seed=seed, resamples=70) for seed in (1, 2))
    assert first.shape == (70, 3, 1)
    assert not np.array_equal(first, second)
