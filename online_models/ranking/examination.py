"""How likely a position of a list is examined, apart from how good its item is."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import Values

POSITIONS = 40

PRIOR: Values = (1 / (1 + 0.1 * np.arange(POSITIONS))).astype(np.float32)
"""Assumed before there are clicks. Lists in a shop are grids: attention falls off slowly."""

_PRIOR_CLICKS = 20.0
_PRIOR_LOOKS = 100.0
_ROUNDS = 20

Counts = NDArray[np.float64]


def fit_examination(shown: Counts, clicked: Counts) -> Values:
    r"""Return how likely each position is examined, by the position-based model.

    An item at position :math:`k` with top source :math:`m` is clicked with probability :math:`\theta_k \gamma_m`: the
    position is examined, and what the source proposes is wanted. From how often that was shown, :math:`N_{km}`, and
    clicked, :math:`C_{km}`, each is estimated given the other, in turns,

    .. math:: \gamma_m = \frac{\sum_k C_{km} + 100 r}{\sum_k N_{km} \theta_k + 100}, \qquad
        \theta_k = \frac{\sum_m C_{km} + 20 \theta^0_k}{\sum_m N_{km} \gamma_m + 20}

    with the click rate :math:`r` of all and the prior :math:`\theta^0_k = 1/(1 + k/10)`; then :math:`\theta` is
    brought to the nearest curve that starts with 1 and never rises. A source whose items are always low is not
    blamed for their positions, as long as items of others are there, too; where none are, the prior decides.

    Within a source, higher items are better as well, and the model credits the position with that: the true curve falls
    no faster than this one.

    Parameters
    ----------
    shown, clicked
        Items by position and by top source, shape (positions, sources).

    References
    ----------
    Craswell, N., Zoeter, O., Taylor, M. and Ramsey, B. (2008). An experimental comparison of click position-bias
    models. WSDM.

    Wang, X. et al. (2018). Position bias estimation for unbiased learning to rank in personal search (the same model
    by expectation maximization). WSDM.

    Examples
    --------
    >>> shown = np.full((2, 2), 10_000.0)
    >>> clicked = np.array([[2_000.0, 1_000.0], [1_000.0, 500.0]])
    >>> fit_examination(shown, clicked).round(2)
    array([1. , 0.5], dtype=float32)
    """
    prior = PRIOR[: len(shown)].astype(np.float64)
    examined = prior.copy()
    by_position, by_source = clicked.sum(axis=1), clicked.sum(axis=0)
    for _ in range(_ROUNDS):
        looks = examined @ shown
        rate = by_source.sum() / max(looks.sum(), 1.0)
        wanted = (by_source + _PRIOR_LOOKS * rate) / (looks + _PRIOR_LOOKS)
        expected = shown @ wanted
        examined = (by_position + _PRIOR_CLICKS * prior) / (expected + _PRIOR_CLICKS)
        examined[0] = 1
    return _falling(examined, expected + _PRIOR_CLICKS).astype(np.float32)


def _falling(values: Counts, weights: Counts) -> Counts:
    """Return the nearest curve that starts with 1 and never rises (pooling neighbors that do)."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        count = 1
        while pools and pools[-1][0] < value:
            before, heavy, more = pools.pop()
            value, weight, count = (before * heavy + value * weight) / (heavy + weight), heavy + weight, count + more
        pools.append((value, weight, count))
    falling: Counts = np.concatenate([np.full(count, value) for value, _, count in pools]) / pools[0][0]
    return falling
