"""What visitors do after what: sequential rules between the items of a session."""

import numpy as np
from numpy.typing import NDArray

from online_models.feedback import Feedback
from online_models.recommender import Context, InvalidState, Scores, State, no_scores
from online_models.rows import best, grown, summed
from online_models.state import read_array

STEPS = 7
"""How far back in the session an item is followed by the present one."""

CLICKS = 6
"""From how many of the visitor's last items an answer is read."""

_SHRINKAGE = 3.0
_NOBODY = -1
_LEAST = np.float32(1e-9)


class Transitions:
    r"""Sequential rules of a bounded width, read in both directions.

    Each item at distance :math:`d \le 7` before the present one in a session adds :math:`1/d` to the pair, from the
    earlier to the later and from the later to the earlier: shoppers go back and forth, and rules that know only one
    direction found less on clicks, views and purchases alike. The answer for a session :math:`s_1 \dots s_n` is read
    over its last six items with halving weights:

    .. math:: score(j) = \sum_{k=0}^{5} 2^{-k} \frac{w(s_{n-k}, j)}{\sqrt{\sum_i w(s_{n-k}, i)}}

    The root stands between counts (a best seller among the last clicks drowns the others) and probabilities (an item
    seen once is as sure as one seen a thousand times); on clicks, views and purchases alike it ranks best.

    An item keeps ``width`` others; a new one takes the place of the weakest.

    References
    ----------
    Ludewig, M. and Jannach, D. (2018). Evaluation of session-based recommendation algorithms. User Modeling and
    User-Adapted Interaction 28.

    Examples
    --------
    >>> from online_models.events import ItemId, VisitorId
    >>> transitions = Transitions()
    >>> feedback = Feedback(VisitorId("ann"), ItemId("saucer"), "view", 1.0, 60.0)
    >>> from online_models.recommender import Touch
    >>> after_the_cup = Context(0, (Touch(row=4, reward=1.0, at=0.0),), (), now=60.0)
    >>> transitions.learn_one(5, feedback, after_the_cup)
    >>> transitions.score(after_the_cup, limit=10)
    Scores(rows=array([5], dtype=int32), values=array([1.], dtype=float32), evidence=array([4], dtype=int32))
    """

    name = "transitions"

    def __init__(self, width: int = 128) -> None:
        self._width = width
        self._others: NDArray[np.int32] = np.zeros((0, width), np.int32)
        self._weights: NDArray[np.float32] = np.zeros((0, width), np.float32)
        self._counts: list[int] = []
        self._seen: NDArray[np.float32] = np.zeros(0, np.float32)
        self._items = 0

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Add the steps from the session's last items to this one. Within a session an item counts once."""
        if item >= self._items:
            self._make_room(item + 1)
        if feedback.reward <= 0:
            return
        session = [touch.row for touch in context.session]
        if item in session:
            return
        self._seen[item] += 1
        before = session[-STEPS:]
        if before:
            nearest_first = np.array(before[::-1], np.int32)
            self._add_forward(nearest_first, item)
            self._add_backward(item, nearest_first)

    def score(self, context: Context, limit: int) -> Scores:
        """Return what followed the visitor's last items; for a new session, those of the last one."""
        touches = context.session or context.history
        last = np.array([touch.row for touch in touches[-CLICKS:][::-1] if touch.row < self._items], np.int32)
        weights = self._weights.take(last, axis=0)
        sums = np.maximum(weights.sum(axis=1, keepdims=True), _LEAST)
        return summed(last, self._others.take(last, axis=0), weights * _SHARES[: len(last)] / np.sqrt(sums), limit)

    def similar_items(self, item: int, limit: int) -> Scores:
        r"""Return what stands in the same sessions as an item more than chance explains.

        .. math:: sim(i, j) = \frac{w_{ij}}{\sqrt{n_i n_j}} \cdot \frac{w_{ij}}{w_{ij} + 3}

        where :math:`n_i` counts the sessions of an item: best sellers stand beside everything and prove little;
        and so does what was seen together once.
        """
        if not 0 <= item < self._items:
            return no_scores()
        count = self._counts[item]
        rows, weights = self._others[item, :count], self._weights[item, :count]
        values = weights / np.sqrt(self._seen[rows] * self._seen[item]) * weights / (weights + _SHRINKAGE)
        chosen = best(values, limit)
        return Scores(rows[chosen], values[chosen], np.full(len(chosen), item, np.int32))

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: steps do not say whose they were."""

    def dump(self) -> State:
        """Return a copy of the whole state."""
        used = self._items
        return {
            "others": self._others[:used].copy(),
            "weights": self._weights[:used].copy(),
            "counts": np.array(self._counts, np.int32),
            "seen": self._seen[:used].copy(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        others = read_array(state, "others", np.int32, None, self._width)
        used = len(others)
        weights = read_array(state, "weights", np.float32, used, self._width)
        counts = read_array(state, "counts", np.int32, used)
        seen = read_array(state, "seen", np.float32, used)
        if used and not (int(others.min()) >= _NOBODY and int(others.max()) < used):
            raise InvalidState("a pair with an item that has no row")
        if not np.array_equal(counts, (others != _NOBODY).sum(axis=1)):
            raise InvalidState("the counts of pairs do not fit the pairs")
        self._others, self._weights, self._seen, self._items = others, weights, seen, used
        self._counts = counts.tolist()

    def _make_room(self, items: int) -> None:
        self._others = grown(self._others, items, fill=_NOBODY)
        self._weights = grown(self._weights, items)
        self._counts += [0] * (items - len(self._counts))
        self._seen = grown(self._seen, items)
        self._items = items

    def _add_forward(self, before: NDArray[np.int32], item: int) -> None:
        """Add 1/d to the pair of each of ``before``, nearest first, with ``item``."""
        new = dict(enumerate(before.tolist()))
        for hit in (self._others.take(before, axis=0) == item).ravel().nonzero()[0].tolist():
            line, slot = divmod(hit, self._width)
            self._weights[new.pop(line), slot] += _BY_DISTANCE[line]
        for line, row in new.items():
            slot = self._counts[row]
            if slot < self._width:
                self._counts[row] = slot + 1
            else:
                slot = int(self._weights[row].argmin())
            self._others[row, slot] = item
            self._weights[row, slot] = _BY_DISTANCE[line]

    def _add_backward(self, item: int, before: NDArray[np.int32]) -> None:
        """Add 1/d to the pair of ``item`` with each of ``before``, nearest first."""
        others, weights, count = self._others[item], self._weights[item], self._counts[item]
        new = dict(enumerate(before.tolist()))
        for hit in (others[:count] == before[:, None]).ravel().nonzero()[0].tolist():
            line, slot = divmod(hit, count)
            weights[slot] += _BY_DISTANCE[line]
            del new[line]
        if not new:
            return
        free = self._width - count
        slots: slice | NDArray[np.intp] = slice(count, count + len(new))
        if free < len(new):
            weakest = weights[:count].argsort(kind="stable")[: len(new) - free]
            slots = np.concatenate((np.arange(count, self._width), weakest))
        others[slots] = list(new.values())
        weights[slots] = [_BY_DISTANCE[line] for line in new]
        self._counts[item] = min(count + len(new), self._width)


_BY_DISTANCE = [1 / distance for distance in range(1, STEPS + 1)]
_SHARES = 0.5 ** np.arange(CLICKS, dtype=np.float32)[:, None]
