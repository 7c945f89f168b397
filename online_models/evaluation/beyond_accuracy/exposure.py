"""How often each item was shown, and what follows from it: coverage, Gini index, diversity between lists."""

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.metrics import Interval

GROUPS = 10
"""Groups of visitors that are left out in turn for the intervals."""

_STUDENT = 2.262
"""The 97.5 % quantile of Student's t with nine degrees of freedom."""

_NAMES = ("coverage", "gini", "inter_list_diversity")


class Exposure:
    """Lists and shown items, counted by group of visitors and by source.

    Attributes
    ----------
    counts
        In how many lists each item was, uint32, shape (groups, sources, items): 1.1 kB an item with 28 sources.
    lists
        How many lists were not empty, shape (groups, sources).
    """

    def __init__(self, sources: int, items: int, groups: int = GROUPS) -> None:
        self.counts: NDArray[np.uint32] = np.zeros((groups, sources, items), np.uint32)
        self.lists: NDArray[np.int64] = np.zeros((groups, sources), np.int64)


@dataclass(frozen=True, slots=True)
class ExposureFigures:
    r"""How evenly the items were shown by one source, and how much its lists differ.

    With :math:`c_i` lists that held item i, sorted in ascending order, n items in all, and N lists of a mean length L,

    .. math::

        coverage = |\{i: c_i > 0\}| / n,\quad
        Gini = \frac{\sum_i (2 i - n - 1) c_i}{n \sum_i c_i},\quad
        inter = 1 - \frac{\sum_i c_i (c_i - 1)}{N (N - 1) L}

    Attributes
    ----------
    coverage
        Share of all items that were shown at least once.
    gini
        0 if all items were shown equally often, towards 1 if only a few were. None where nothing was shown.
    inter_list_diversity
        The mean share of a list that another list of the source, of any visitor at any time, does not have. None where
        there is no other list.
    ci95
        By figure: Student's t with the standard error of the jackknife, which leaves out each tenth of the visitors in
        turn; none for an exposure that has no groups.

    References
    ----------
    Castells, Hurley and Vargas: Novelty and diversity in recommender systems, Recommender Systems Handbook, 2022
    (coverage, Gini). Zhou et al.: Solving the apparent diversity-accuracy dilemma of recommender systems, PNAS 2010
    (the Hamming distance of lists). Efron and Tibshirani: An introduction to the bootstrap, 1993, chapter 11.
    """

    coverage: float
    gini: float | None
    inter_list_diversity: float | None
    ci95: dict[str, Interval]


def exposure_figures(exposure: Exposure, source: int, items: int) -> ExposureFigures:
    """Return the figures of one source.

    Parameters
    ----------
    items
        How many there are in all, whether shown or not.
    """
    counts, lists = exposure.counts[:, source], exposure.lists[:, source]
    total, count = counts.sum(axis=0, dtype=np.int64), int(lists.sum())
    values = exposure_statistics(total, count, items)
    groups = len(lists)
    left_out = [exposure_statistics(total - counts[group], count - int(lists[group]), items) for group in range(groups)]
    bounds = {
        name: _bounds(value, np.array([part[place] for part in left_out]))
        for place, (name, value) in enumerate(zip(_NAMES, values, strict=True))
        if groups == GROUPS and not isnan(value)
    }
    coverage, gini, inter = values
    return ExposureFigures(coverage, None if isnan(gini) else gini, None if isnan(inter) else inter, bounds)


def exposure_statistics(counts: NDArray[np.int64], lists: int, items: int) -> tuple[float, float, float]:
    """Return coverage, Gini index and diversity between lists; not-a-number where one is not defined.

    Parameters
    ----------
    counts
        In how many lists each item was; items that were in none may be left out.
    lists
        How many there were, empty ones not counted.
    items
        How many items there are in all.

    Examples
    --------
    >>> exposure_statistics(np.array([2, 2, 0, 0]), lists=2, items=4)
    (0.5, 0.5, 0.0)
    >>> exposure_statistics(np.array([1, 1, 1, 1]), lists=2, items=4)
    (1.0, 0.0, 1.0)
    """
    shown = np.sort(counts[counts > 0]).astype(np.float64)
    total = float(shown.sum())
    coverage = len(shown) / max(1, items)
    if not total:
        return coverage, nan, nan
    items = max(items, len(shown))
    ranks = np.arange(items - len(shown) + 1, items + 1)
    gini = float(((2 * ranks - items - 1) * shown).sum()) / (items * total)
    if lists < 2:
        return coverage, gini, nan
    in_both = float((shown * (shown - 1)).sum()) / (lists * (lists - 1))
    return coverage, gini, 1 - in_both / (total / lists)


def _bounds(value: float, left_out: NDArray[np.float64]) -> Interval:
    """Return the interval of a share from its values without each group in turn."""
    left_out = left_out[~np.isnan(left_out)]
    if len(left_out) < 2:
        return 0.0, 1.0
    count = len(left_out)
    error = sqrt((count - 1) / count * float(((left_out - left_out.mean()) ** 2).sum()))
    return max(0.0, value - _STUDENT * error), min(1.0, value + _STUDENT * error)
