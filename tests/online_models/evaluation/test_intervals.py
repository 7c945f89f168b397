"""Intervals: whole visitors are drawn, and all members by the same draws."""

import numpy as np
import pytest

from online_models.evaluation.metrics import interval, resampled


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
