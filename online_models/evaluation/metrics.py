"""Metrics of ranked lists in which one item is right, and their intervals by the bootstrap."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import Indices

GAINS = ("hr", "mrr", "ndcg")
RESAMPLES = 1000
_AT_ONCE = 64

Interval = tuple[float, float]
Ranks = NDArray[np.int16]
"""Position of the right item in each list, from 1; 0 where it was not; shape (lists, sources)."""


def gains_by_rank(k: int) -> NDArray[np.float64]:
    """Return the gain of each rank of the right item, shape (3, k + 1) in order of `GAINS`; rank 0 is a miss.

    Examples
    --------
    >>> gains_by_rank(3).round(2).tolist()
    [[0.0, 1.0, 1.0, 1.0], [0.0, 1.0, 0.5, 0.33], [0.0, 1.0, 0.63, 0.5]]
    """
    ranks = np.arange(1, k + 1)
    gains = np.zeros((len(GAINS), k + 1))
    gains[0, 1:] = 1
    gains[1, 1:] = 1 / ranks
    gains[2, 1:] = 1 / np.log2(ranks + 1)
    return gains


def gains_of(ranks: Ranks, k: int) -> NDArray[np.float64]:
    """Return the mean gains, shape (3, sources).

    Examples
    --------
    >>> gains_of(np.array([[1], [0], [2], [0]], np.int16), k=2)[:2].tolist()
    [[0.5], [0.375]]
    """
    means = [table[ranks].mean(axis=0) if len(ranks) else np.zeros(ranks.shape[1]) for table in gains_by_rank(k)]
    return np.array(means)


def by_one_right_item(hr: float, k: int) -> tuple[float, float, float]:
    """Return precision, recall and F1 where one item is right: they follow from the hit rate.

    Examples
    --------
    >>> by_one_right_item(0.5, k=4)
    (0.125, 0.5, 0.2)
    """
    return hr / k, hr, 2 * hr / (k + 1)


def resampled(ranks: Ranks, visitors: Indices, k: int, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Return the mean gains in resamples of the visitors, shape (resamples, 3, sources).

    Whole visitors are drawn, with replacement, since the lists of one visitor are alike. All sources are judged by the
    same draws, so that differences between them are paired.

    Parameters
    ----------
    ranks
        Rank of the right item in each list, 0 for none, shape (lists, sources).
    visitors
        A number from 0 for the visitor of each list, shape (lists,).

    References
    ----------
    Efron and Tibshirani: An introduction to the bootstrap, 1993, chapter 8.
    """
    if not len(ranks):
        return np.zeros((resamples, len(GAINS), ranks.shape[1]))
    count = int(visitors.max()) + 1
    columns = [np.bincount(visitors, gains[rank], minlength=count) for gains in gains_by_rank(k) for rank in ranks.T]
    means = means_of_resamples(np.bincount(visitors), np.stack(columns, axis=1), seed, resamples)
    return means.reshape(resamples, len(GAINS), ranks.shape[1])


def means_of_resamples(
    counts: NDArray[np.integer], sums: NDArray[np.float64], seed: int, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """Return the means of some values in resamples of the visitors, shape (resamples, columns).

    Parameters
    ----------
    counts
        How many values each visitor has, shape (visitors,).
    sums
        Their sums, shape (visitors, columns).
    """
    visitors = len(counts)
    table = np.column_stack((counts, sums)).astype(np.float64)
    random = np.random.default_rng(seed)
    totals = np.empty((resamples, table.shape[1]))
    for start in range(0, resamples, _AT_ONCE):
        draws = min(_AT_ONCE, resamples - start)
        weights = [np.bincount(random.integers(0, visitors, visitors), minlength=visitors) for _ in range(draws)]
        totals[start : start + draws] = np.array(weights, np.float64) @ table
    means: NDArray[np.float64] = totals[:, 1:] / totals[:, :1]
    return means


def interval(samples: NDArray[np.float64]) -> Interval:
    """Return the bounds of the middle 95 %.

    Examples
    --------
    >>> interval(np.arange(0, 201) / 200)
    (0.025, 0.975)
    """
    low, high = np.quantile(samples, (0.025, 0.975))
    return float(low), float(high)
