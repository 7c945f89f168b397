"""Intervals by the bootstrap: how much figures would differ if other visitors had come."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import Indices
from online_models.evaluation.metrics import Interval, gains_by_rank
from online_models.evaluation.tally import Ranks

RESAMPLES = 1000
_AT_ONCE = 64


def resampled(ranks: Ranks, visitors: Indices, k: int, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Return the mean gains in resamples of the visitors, shape (resamples, 3, members).

    Whole visitors are drawn, with replacement, since the lists of one visitor are alike. All members are judged by the
    same draws, so that differences between them are paired.

    Parameters
    ----------
    ranks
        Place of the right item in each list, 0 for none, shape (lists, members).
    visitors
        A number from 0 for the visitor of each list, shape (lists,).

    References
    ----------
    Efron and Tibshirani: An introduction to the bootstrap, 1993, chapter 8.
    """
    count = int(visitors.max()) + 1
    tables = gains_by_rank(k)
    members = ranks.shape[1]
    columns = [np.bincount(visitors, minlength=count).astype(np.float64)]
    columns.extend(
        np.bincount(visitors, table[ranks[:, member]], minlength=count).astype(np.float64)
        for table in tables
        for member in range(members)
    )
    sums = np.stack(columns, axis=1)
    random = np.random.default_rng(seed)
    totals = np.empty((resamples, sums.shape[1]))
    for start in range(0, resamples, _AT_ONCE):
        draws = min(_AT_ONCE, resamples - start)
        weights = [np.bincount(random.integers(0, count, count), minlength=count) for _ in range(draws)]
        totals[start : start + draws] = np.array(weights, np.float64) @ sums
    means: NDArray[np.float64] = totals[:, 1:] / totals[:, :1]
    return means.reshape(resamples, len(tables), members)


def interval(samples: NDArray[np.float64]) -> Interval:
    """Return the bounds of the middle 95 %.

    Examples
    --------
    >>> interval(np.arange(0, 201) / 200)
    (0.025, 0.975)
    """
    low, high = np.quantile(samples, (0.025, 0.975))
    return float(low), float(high)
