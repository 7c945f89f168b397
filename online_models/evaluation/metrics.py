"""Metrics of ranked lists in which one item is right: each is a gain by the place of that item."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.tally import Ranks

GAINS = ("hr", "mrr", "ndcg")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figures:
    r"""How good the lists of one member were, at k.

    One item is right, at place r. With a hit being :math:`r \le k`, the mean over all lists of

    .. math:: HR = 1_{r \le k},\quad MRR = 1_{r \le k} / r,\quad NDCG = 1_{r \le k} / \log_2(r + 1)

    .. math:: precision = HR / k,\quad recall = HR,\quad F_1 = 2 HR / (k + 1)

    Attributes
    ----------
    coverage
        Share of all items that were shown at least once.
    novelty
        Mean popularity of what was shown, as share of the events before: the lower, the less well known.
    answered
        Share of the lists that were not empty.
    ci95
        Intervals that hold the metric with 95 %, by metric.

    References
    ----------
    Jaervelin and Kekaelaeinen: Cumulated gain-based evaluation of IR techniques, TOIS 2002. Ludewig and Jannach:
    Evaluation of session-based recommendation algorithms, UMUAI 2018.
    """

    hr: float
    mrr: float
    ndcg: float
    precision: float
    recall: float
    f1: float
    coverage: float
    novelty: float
    answered: float
    ci95: dict[str, Interval]


def gains_by_rank(k: int) -> NDArray[np.float64]:
    """Return what each place is worth, shape (3, k + 1) in order of `GAINS`; place 0 is no place.

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
    """Return the mean gains, shape (3, members).

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
