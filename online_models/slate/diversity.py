"""Diversity: near-identical items make room for others."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Values

LIKENESS_COST = 0.35
"""How much an item's odds lose similar better ones that are like it."""


def diversified(scores: NDArray[np.float64], likeness: Values, cost: float = LIKENESS_COST) -> NDArray[np.float64]:
    r"""Return the scores of candidates, reduced where better ones are like them.

    .. math:: score'(i) = score(i) - \log\left(1 + cost \sum_{j < i} likeness(i, j)\right)

    Scores are log-odds: an item of the same odds as a better one that is exactly like it keeps 1 / (1 + cost) of
    them. A maximal marginal relevance in one pass: what counts is how much a candidate is like *all* better ones, so
    ten near-identical items make room one after the other. The best keeps its score, and without likeness nothing
    changes.

    Parameters
    ----------
    scores
        Of the candidates, best first, shape (k,).
    likeness
        From 0 to 1, shape (k, k).

    References
    ----------
    Carbonell, J. and Goldstein, J. (1998). The use of MMR, diversity-based reranking. SIGIR.

    Examples
    --------
    >>> alike = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.float32)
    >>> diversified(np.array([1.0, 0.9, 0.8]), alike, cost=1.0).round(2)
    array([1.  , 0.21, 0.8 ])
    """
    reduced = scores.copy()
    reduce_scores(reduced, likeness, cost)
    return reduced


@compiled
def reduce_scores(scores: NDArray[np.float64], likeness: Values, cost: float) -> None:
    """Reduce scores in position, see `diversified`."""
    for position in range(len(scores)):
        similar = np.float32(0)
        for better in range(position):
            similar += likeness[position, better]
        scores[position] -= np.log1p(cost * similar)
