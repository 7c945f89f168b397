"""Come back to it: the visitor's own earlier items."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import select
from online_models.arrays.state import State
from online_models.arrays.types import Indices, Values
from online_models.models.recommender import no_attribution
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

DAY = 86_400.0

FORGETTING = 30 * DAY
"""Seconds after which a habit counts for 1/e."""

_PER_TOUCH = 1e-3
_MOST_TOUCHES = 100
_LEAST = 1e-6


class History:
    r"""The visitor's items by how lately, and by how often, they touched them. Keeps nothing: all is in the context.

    With :math:`k` items touched since item :math:`i`, which was touched :math:`c_i` times, last at :math:`t_i`:

    .. math:: history(i) = \frac{1}{1 + k} + \frac{\min(c_i, 100)}{1000}, \qquad
        habit(i) = c_i e^{-(t - t_i) / 30\,days}

    ``history`` is for going back and forth within a visit, ``habit`` for what is bought again and again. What the
    visitor spoke against last is in neither. The item touched last is, unless it is excluded.

    Examples
    --------
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> context = nothing_known(now=0.0, visitor=0)._replace(
    ...     items=np.array([7, 8], np.int32),
    ...     rewards=np.ones(2, np.float32),
    ...     times=np.zeros(2),
    ...     counts=np.array([5, 1], np.int32),
    ... )
    >>> retrieve(History(), context, limit=3).items
    array([[ 8,  7, -1],
           [ 7,  8, -1]], dtype=int32)
    """

    names = ("history", "habit")

    def __init__(self) -> None:
        self._values: Values = np.zeros((2, 64), np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Do nothing: the next context has it."""

    def retrieve(self, context: Context, rows: Indices, values: Values) -> None:
        """Write the visitor's items by the last touch, and by count and time. Changes nothing."""
        count = len(context.items)
        if count > self._values.shape[1]:
            self._values = np.zeros((2, count), np.float32)
        _answer(
            context.items,
            context.rewards,
            context.times,
            context.counts,
            context.now,
            context.excluded,
            self._values,
            rows,
            values,
        )

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return the items themselves: what is answered are the visitor's own."""
        return items if len(context.items) else no_attribution(items)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Do nothing: nothing is kept."""

    def forget_item(self, visitor: int, item: int) -> None:
        """Do nothing: nothing is kept."""

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: nothing is kept."""

    def dump(self) -> State:
        """Return an empty state."""
        return {}

    def load(self, state: State) -> None:
        """Do nothing: nothing is kept."""


@compiled
def _answer(
    rows: Indices,
    rewards: Values,
    times: NDArray[np.float64],
    touches: Indices,
    now: float,
    excluded: NDArray[np.bool_],
    values: Values,
    best_rows: Indices,
    best_values: Values,
) -> None:
    count = len(rows)
    for place in range(count):
        values[0, place] = values[1, place] = 0
        if rewards[place] > 0:
            touched = max(touches[place], 1)
            values[0, place] = 1 / (count - place) + _PER_TOUCH * min(touched, _MOST_TOUCHES)
            # Decades ago is still more than nothing, in the order of the touches.
            faded = touched * np.exp(-max(now - times[place], 0.0) / FORGETTING)
            values[1, place] = faded + _LEAST * (place + 1)
    for member in range(2):
        select(rows, values[member], count, excluded, best_rows[member], best_values[member])
