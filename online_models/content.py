"""Things like those the visitor liked: serves items that nobody has touched yet."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.feedback import Feedback
from online_models.recommender import Context, Scores, State, no_scores
from online_models.rows import summed

NEIGHBOURS = 50
"""How many like items are kept per item."""

PROFILE = 20
"""How many of the visitor's last items make their profile."""

_DECAY = 0.8
_OF_HISTORY = 0.5
_NOBODY = -1


class Content:
    r"""The visitor's last items, looked up in lists of like items.

    .. math:: score(j) = \sum_{k} 0.8^{k} \log_2(1 + r_k) \cos(i_k, j)

    over the last twenty items :math:`i_k` of the visitor, newest first, with reward :math:`r_k`; items of earlier
    sessions count half. The cosines are those of the catalogue's index (`use_neighbours`): nothing is learned, so
    nothing is kept in snapshots.

    Examples
    --------
    >>> from online_models.recommender import Touch
    >>> content = Content()
    >>> content.use_neighbours(items=3, neighbours={0: [(2, 0.9), (1, 0.4)]})
    >>> content.score(Context(0, (Touch(row=0, reward=1.0, at=0.0),), (), now=1.0), limit=1)
    Scores(rows=array([2], dtype=int32), values=array([0.9], dtype=float32), evidence=array([0], dtype=int32))
    """

    name = "content"

    def __init__(self) -> None:
        self._rows: NDArray[np.int32] = np.zeros((0, NEIGHBOURS), np.int32)
        self._cosines: NDArray[np.float32] = np.zeros((0, NEIGHBOURS), np.float32)

    def use_neighbours(self, items: int, neighbours: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        """Replace the lists of like items: row of item to (row, cosine), best first; all rows are below ``items``."""
        self._rows = np.full((items, NEIGHBOURS), _NOBODY, np.int32)
        self._cosines = np.zeros((items, NEIGHBOURS), np.float32)
        for item, pairs in neighbours.items():
            for place, (row, cosine) in enumerate(pairs[:NEIGHBOURS]):
                self._rows[item, place] = row
                self._cosines[item, place] = cosine

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Do nothing: the context holds what the visitor did."""

    def score(self, context: Context, limit: int) -> Scores:
        """Return what is most like the visitor's last items."""
        items = len(self._rows)
        started = context.session[0].at if context.session else context.now
        touches = [touch for touch in (*context.history, *context.session)[-PROFILE:][::-1] if touch.row < items]
        liked = [(age, touch) for age, touch in enumerate(touches) if touch.reward > 0]
        shares = [
            _DECAY**age * math.log2(1 + touch.reward) * (1 if touch.at >= started else _OF_HISTORY)
            for age, touch in liked
        ]
        rows = np.array([touch.row for _, touch in liked], np.int32)
        parts = self._cosines.take(rows, axis=0) * np.array(shares, np.float32)[:, None]
        return summed(rows, self._rows.take(rows, axis=0), parts, limit)

    def similar_items(self, item: int, limit: int) -> Scores:
        """Return the items most like an item."""
        if not 0 <= item < len(self._rows):
            return no_scores()
        known = np.flatnonzero(self._cosines[item] > 0)[:limit]
        return Scores(self._rows[item, known], self._cosines[item, known], np.full(len(known), item, np.int32))

    def cosines(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the cosines between items, shape (k, k); zero where neither is in the other's list."""
        count = len(rows)
        between = np.zeros((count, count), np.float32)
        known = np.flatnonzero(rows < len(self._rows))
        if len(known):
            place = np.full(len(self._rows), -1, np.int32)
            place[rows[known]] = known
            near = self._rows.take(rows[known], axis=0)
            columns = place[near]
            inside = np.nonzero((columns >= 0) & (near >= 0))
            between[known[inside[0]], columns[inside]] = self._cosines.take(rows[known], axis=0)[inside]
        return np.maximum(between, between.T)

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: nothing is kept of visitors."""

    def dump(self) -> State:
        """Return an empty state: the lists come with the catalogue."""
        return {}

    def load(self, state: State) -> None:
        """Do nothing: the lists come with the catalogue."""
