"""Whether the ranker's order is served or that of one source: whichever did best lately."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_array

MEMORY = 5_000
"""A gain that is this many lists old weighs 1/e."""

HEAD_START = 5.0
"""The ranker's gain before anything is known: a source must have done that much better to be served."""

HYBRID = -1


class BestModelFallback:
    r"""Follows the discounted leader among the ranker and its sources.

    Each would have gained :math:`g` (NDCG at 20) by its own list, whichever was served:

    .. math:: S \leftarrow S (1 - 1/5000) + g

    and the greatest :math:`S` is served next. This is following the leader with a fading memory. Hedge, which serves
    each at random in proportion to :math:`e^{\eta S}`, becomes this as :math:`\eta` grows. Hedge's regret against the
    best source is bounded on any stream; here it is not where sources take turns in leading, list by list, but no
    visitor is served a list that is known to be worse.

    Parameters
    ----------
    sources
        How many there are.

    References
    ----------
    Freund, Y. and Schapire, R. (1997). A decision-theoretic generalization of on-line learning and an application to
    boosting (Hedge). Journal of Computer and System Sciences 55.

    Kalai, A. and Vempala, S. (2005). Efficient algorithms for online decision problems (following the leader, after
    Hannan, 1957). Journal of Computer and System Sciences 71.

    Examples
    --------
    >>> fallback = BestModelFallback(sources=2)
    >>> fallback.serving
    -1
    >>> for _ in range(20):
    ...     fallback.learn_one([0.2, 0.0, 0.9])
    >>> fallback.serving
    1
    """

    def __init__(self, sources: int) -> None:
        self._gained: NDArray[np.float64] = np.zeros(1 + sources)
        self._gained[0] = HEAD_START
        self._serving = HYBRID

    @property
    def serving(self) -> int:
        """Index of the source to be served; `HYBRID` (-1) for the ranker."""
        return self._serving

    def learn_one(self, gains: Sequence[float] | NDArray[np.floating]) -> None:
        """Learn what the ranker (first) and each source would have gained by a list; in a tie the ranker leads."""
        self._gained *= 1 - 1 / MEMORY
        self._gained += gains
        self._serving = int(self._gained.argmax()) - 1

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"gained": self._gained.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state; one of another number of sources is dropped, and the ranker leads again.

        Raises
        ------
        InvalidState
            If it is not the state of a fallback.
        """
        gained = read_array(state, "gained", np.float64, None)
        if not (np.isfinite(gained).all() and (gained >= 0).all()):
            raise InvalidState("gains that are negative or not finite")
        if len(gained) == len(self._gained):
            self._gained = gained
            self._serving = int(gained.argmax()) - 1
