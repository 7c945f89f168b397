"""Hit rate and MRR over time: sliding means along a stream."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.metrics import gains_by_rank
from online_models.evaluation.tally import Tally

POINTS = 50
_WINDOWS = 10


@dataclass(frozen=True, slots=True)
class Curves:
    """Sliding means at some points of the stream.

    Attributes
    ----------
    window
        How many lists are in each mean.
    lists
        How many lists had been judged at each point, shape (points,).
    times
        When that was, Unix seconds, shape (points,).
    hr, mrr
        The means, shape (points, sources + 1).
    """

    window: int
    lists: NDArray[np.int64]
    times: NDArray[np.float64]
    hr: NDArray[np.float64]
    mrr: NDArray[np.float64]


def draw_curves(tally: Tally, k: int) -> Curves:
    """Return the curves of all lists, over windows of a tenth of them."""
    count = len(tally)
    window = max(1, count // _WINDOWS)
    ends = np.unique(np.linspace(window, count, POINTS).round().astype(np.int64)) if count else np.zeros(0, np.int64)
    hr, mrr = (_sliding(table[tally.ranks], ends, window) for table in gains_by_rank(k)[:2])
    return Curves(window, ends, tally.times[ends - 1], hr, mrr)


def _sliding(gains: NDArray[np.float64], ends: NDArray[np.int64], window: int) -> NDArray[np.float64]:
    sums = np.concatenate((np.zeros((1, gains.shape[1])), np.cumsum(gains, axis=0)))
    means: NDArray[np.float64] = (sums[ends] - sums[ends - window]) / window
    return means
