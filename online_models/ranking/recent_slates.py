"""What visitors have before them: the answers and the list of each one's last ranking, to learn from what came next."""

from collections import OrderedDict
from typing import NamedTuple

from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import Situation

VISITORS = 2_048
"""Lists kept, the newest: about 8 kB each."""


class Asked(NamedTuple):
    """One visitor's list as it was made.

    Attributes
    ----------
    answers
        What each member said.
    situation
        What was known of the visitor.
    best
        Rows of the list, best first.
    scores
        By which they are ordered, float32.
    carriers
        Of each, the place of the member that carried it most; int32.
    """

    answers: Candidates
    situation: Situation
    best: Indices
    scores: Values
    carriers: Indices


class Served:
    """The last list of each of the visitors ranked last. Not part of snapshots: a restart asks anew.

    Examples
    --------
    >>> Served(limit=1).take(visitor=3) is None
    True
    """

    def __init__(self, limit: int = VISITORS) -> None:
        self._limit = limit
        self._asked: OrderedDict[int, Asked] = OrderedDict()

    def put(self, visitor: int, asked: Asked) -> None:
        """Keep a visitor's list instead of the one before; of visitors, the one ranked longest ago makes room."""
        self._asked[visitor] = asked
        self._asked.move_to_end(visitor)
        if len(self._asked) > self._limit:
            self._asked.popitem(last=False)

    def take(self, visitor: int) -> Asked | None:
        """Return the visitor's list and drop it: each list is learned from once."""
        return self._asked.pop(visitor, None)

    def get(self, visitor: int) -> Asked | None:
        """Return the visitor's list."""
        return self._asked.get(visitor)
