"""A list of many kinds of things: near-identical items make room for others."""

import numpy as np
from numpy.typing import NDArray

LIKENESS_COST = 0.35
"""How much an item loses beside better ones that are like it."""


def diversified(
    values: NDArray[np.float64], likeness: NDArray[np.float32], cost: float = LIKENESS_COST
) -> NDArray[np.float64]:
    r"""Return the scores of candidates, reduced where better ones are like them.

    .. math:: score(i) = \frac{value(i)}{1 + cost \sum_{j < i} likeness(i, j)}

    A maximal marginal relevance in one pass: what counts is how much a candidate is like *all* better ones, so ten
    near-identical items make room one after the other. The best keeps its score, and without likeness nothing changes.

    Parameters
    ----------
    values
        Scores of the candidates, not negative, best first, shape (k,).
    likeness
        From 0 to 1, shape (k, k).

    References
    ----------
    Carbonell, J. and Goldstein, J. (1998). The use of MMR, diversity-based reranking. SIGIR.

    Examples
    --------
    >>> alike = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.float32)
    >>> diversified(np.array([1.0, 0.9, 0.8]), alike, cost=0.5)
    array([1. , 0.6, 0.8])
    """
    reduced: NDArray[np.float64] = values / (1 + cost * np.tril(likeness, -1).sum(axis=1))
    return reduced
