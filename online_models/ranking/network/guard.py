"""Whether the network's order is served or the linear ranker's: by which lost less lately, in each context."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_array
from online_models.ranking.context_features import CONTEXTS
from online_models.ranking.features import ContextIndices

MEMORY = 2_000
"""A gain that is this many lists of its context old weighs 1/e."""

HEAD_START = 2.0
"""The linear ranker's lead in each context before anything is known, in nats of log loss."""

MOST = 10.0
"""A single list says no more than this."""


class NetworkGuard:
    r"""Follows the discounted leader among the linear ranker and the network, in each situation.

    Each list is judged before anything learns of it: the log loss of the linear ranker less that of the network,
    :math:`g`, is added in each of the four contexts that hold,

    .. math:: S_c \leftarrow S_c (1 - 1/2000) + g

    and the network is served where the sum over the four contexts of a request is above zero. So the lists of a
    situation are never worse for long than the linear ranker's, by the loss that both learn from.

    Examples
    --------
    >>> guard = NetworkGuard()
    >>> for _ in range(20):
    ...     guard.learn_one((0, 4, 6, 10), gain=0.5)
    >>> guard.prefers_network((0, 4, 6, 10)), guard.prefers_network((3, 5, 9, 13))
    (True, False)
    """

    def __init__(self) -> None:
        self._leads: NDArray[np.float64] = np.full(len(CONTEXTS), -HEAD_START)

    def prefers_network(self, contexts: ContextIndices) -> bool:
        """Tell whether the network has lost less in these contexts."""
        leads = self._leads
        return sum(leads.item(context) for context in contexts) > 0

    def learn_one(self, contexts: ContextIndices, gain: float) -> None:
        """Note by how much the network's log loss of a list was below the linear ranker's."""
        bounded = min(max(gain, -MOST), MOST)
        for context in contexts:
            self._leads[context] = self._leads.item(context) * (1 - 1 / MEMORY) + bounded

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"leads": self._leads.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        leads = read_array(state, "leads", np.float64, len(CONTEXTS))
        if not np.isfinite(leads).all():
            raise InvalidState("leads that are not finite")
        self._leads = leads
