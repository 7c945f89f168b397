"""What is known of a visitor at one moment: what models learn from and rank for."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import NO_INDEX, NO_INDICES, NO_VALUES, Indices, Values
from online_models.visitors.influence import IN_FULL, Influence


class Context(NamedTuple):
    """What is known of a visitor when they are learned from or ranked for.

    All arrays are views: valid until the visitor's next interaction, never to be written.

    Attributes
    ----------
    visitor
        Index of the visitor; -1 where nothing is known.
    items
        The visitor's items, oldest first, each once, at the last interaction with it; bounded; int32, shape (n,).
    rewards
        Reward of the last interaction with each (`Feedback.reward`), float32, shape (n,).
    times
        When it was, whole Unix seconds, float64, shape (n,).
    counts
        Interactions with each in all, int32, shape (n,).
    session_length
        How many of them, the newest, belong to the present session.
    now
        Unix seconds.
    excluded
        Items that must not be recommended, bool by index; items beyond its end may be.
    influence
        How much the signal that is learned may move what is shared.
    is_asked
        Whether some of the items were named by who asks for a list, so that what models keep of the visit lacks them.
    """

    visitor: int
    items: Indices
    rewards: Values
    times: NDArray[np.float64]
    counts: Indices
    session_length: int
    now: float
    excluded: NDArray[np.bool_]
    influence: Influence = IN_FULL
    is_asked: bool = False

    @property
    def session_items(self) -> Indices:
        """Items of the present session, oldest first."""
        return self.items[len(self.items) - self.session_length :]

    @property
    def recent_items(self) -> Indices:
        """Items of the present session; where it is empty, all that is known, oldest first."""
        return self.items[len(self.items) - self.session_length :] if self.session_length else self.items


NOTHING_EXCLUDED = np.empty(0, np.bool_)
_NO_TIMES = np.empty(0, np.float64)


def nothing_known(
    now: float,
    visitor: int = NO_INDEX,
    excluded: NDArray[np.bool_] = NOTHING_EXCLUDED,
    influence: Influence = IN_FULL,
) -> Context:
    """Return the context of a visitor of whom nothing is known."""
    return Context(visitor, NO_INDICES, NO_VALUES, _NO_TIMES, NO_INDICES, 0, now, excluded, influence)
