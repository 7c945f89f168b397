"""The visitor's own earlier items: repeat consumption."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Model, no_attribution
from online_models.visitors.context import Context

DAY = 86_400.0

FORGETTING = 30 * DAY
"""Seconds after which a habit counts for 1/e."""

Past = tuple[Indices, Values, NDArray[np.float64], Indices]
"""A visitor's items, rewards, times and counts, of their `Context`."""

_PER_INTERACTION = 1e-3
_MOST_INTERACTIONS = 100
_LEAST = 1e-6


class History(Model):
    r"""The visitor's items by how recently, and by how often, they came to them. Keeps nothing: all is in the context.

    With :math:`k` items since item :math:`i`, with which there were :math:`c_i` interactions, the last at :math:`t_i`:

    .. math:: history(i) = \frac{1}{1 + k} + \frac{\min(c_i, 100)}{1000}, \qquad
        habit(i) = c_i e^{-(t - t_i) / 30\,days}

    ``history`` is for going back and forth within a visit, ``habit`` for what is bought again and again. What the
    visitor rated badly or dismissed last is in neither. The item of the last interaction is, unless it is excluded.

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

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the visitor's items by the last interaction, and by count and time. Changes nothing."""
        past = context.items, context.rewards, context.times, context.counts
        _retrieve(past, context.now, context.excluded, items, scores)

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return the items themselves: what is answered are the visitor's own."""
        return items if len(context.items) else no_attribution(items)


@compiled
def _retrieve(past: Past, now: float, excluded: Excluded, best_items: Indices, best_scores: Values) -> None:
    history, rewards, times, counts = past
    length = len(history)
    scores = np.zeros((2, length), np.float32)
    for index in range(length):
        if rewards[index] > 0:
            count = max(counts[index], 1)
            scores[0, index] = 1 / (length - index) + _PER_INTERACTION * min(count, _MOST_INTERACTIONS)
            # Decades ago is still more than nothing, in the order of the interactions.
            faded = count * np.exp(-max(now - times[index], 0.0) / FORGETTING)
            scores[1, index] = faded + _LEAST * (index + 1)
    for source in range(2):
        select(history, scores[source], length, excluded, best_items[source], best_scores[source])
