"""Whether the blend's order or a member's own is served: whoever did best of late."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_array

MEMORY = 5_000
"""What is so many lists old weighs 1/e."""

HEAD_START = 5.0
"""The hybrid's gain before anything is known: a member must have done that much better to be served."""

HYBRID = -1


class BestModelFallback:
    r"""Follows the discounted leader among the hybrid and its members.

    Each would have gained :math:`g` (NDCG at 20) by serving its own list alone, whoever was served:

    .. math:: S \leftarrow S (1 - 1/5000) + g

    and the greatest :math:`S` is served next. This is following the leader with a memory that fades. Hedge, which
    serves each by chance in proportion to :math:`e^{\eta S}`, becomes this as :math:`\eta` grows. Hedge's bound on
    what is lost against the best member holds against any stream; this one's does not hold where members take turns
    in leading, list by list, but it serves no visitor a list that is known to be worse.

    Parameters
    ----------
    members
        How many there are.

    References
    ----------
    Freund, Y. and Schapire, R. (1997). A decision-theoretic generalization of on-line learning and an application to
    boosting (Hedge). Journal of Computer and System Sciences 55.

    Kalai, A. and Vempala, S. (2005). Efficient algorithms for online decision problems (following the leader, after
    Hannan, 1957). Journal of Computer and System Sciences 71.

    Examples
    --------
    >>> guard = BestModelFallback(members=2)
    >>> guard.serving
    -1
    >>> for _ in range(20):
    ...     guard.learn_one([0.2, 0.0, 0.9])
    >>> guard.serving
    1
    """

    def __init__(self, members: int) -> None:
        self._gained: NDArray[np.float64] = np.zeros(1 + members)
        self._gained[0] = HEAD_START
        self._serving = HYBRID

    @property
    def serving(self) -> int:
        """The place of the member to be served; `HYBRID` (-1) for the blend."""
        return self._serving

    def learn_one(self, gains: Sequence[float] | NDArray[np.floating]) -> None:
        """Learn what the hybrid (first) and each member would have gained by a list; of equals the hybrid leads."""
        self._gained *= 1 - 1 / MEMORY
        self._gained += gains
        self._serving = int(self._gained.argmax()) - 1

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"gained": self._gained.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state; one of another number of members is dropped, and the hybrid leads again.

        Raises
        ------
        InvalidState
            If it is not the state of a guard.
        """
        gained = read_array(state, "gained", np.float64, None)
        if not (np.isfinite(gained).all() and (gained >= 0).all()):
            raise InvalidState("gains that cannot be")
        if len(gained) == len(self._gained):
            self._gained = gained
            self._serving = int(gained.argmax()) - 1
