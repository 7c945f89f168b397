"""The last slate of each visitor, kept to learn from what they do next."""

from collections import OrderedDict
from typing import NamedTuple

from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures

VISITORS = 2_048
"""Slates kept, the newest: about 8 kB each, 12 where the session network has an answer."""


class Slate(NamedTuple):
    """The scored candidates of one request, and the list made from them.

    Attributes
    ----------
    candidates
        What each source proposed.
    context
        The context features of the request.
    items
        The list, best first, int32, shape (n,).
    scores
        By which the list is ordered, float32.
    top_sources
        For each item the index of the source that added most to its score, -1 for none; int32.
    """

    candidates: Candidates
    context: ContextFeatures
    items: Indices
    scores: Values
    top_sources: Indices


class RecentSlates:
    """The last slate of each of the visitors ranked last. Not part of snapshots: after a restart there are none.

    Examples
    --------
    >>> RecentSlates(limit=1).take(visitor=3) is None
    True
    """

    def __init__(self, limit: int = VISITORS) -> None:
        self._limit = limit
        self._slates: OrderedDict[int, Slate] = OrderedDict()

    def put(self, visitor: int, slate: Slate) -> None:
        """Replace a visitor's slate; when full, the visitor ranked longest ago makes room."""
        self._slates[visitor] = slate
        self._slates.move_to_end(visitor)
        if len(self._slates) > self._limit:
            self._slates.popitem(last=False)

    def take(self, visitor: int) -> Slate | None:
        """Return the visitor's slate and drop it: each slate is learned from once."""
        return self._slates.pop(visitor, None)

    def get(self, visitor: int) -> Slate | None:
        """Return the visitor's slate."""
        return self._slates.get(visitor)
