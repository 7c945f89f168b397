"""What visitors rate well."""

import numpy as np

from online_models.arrays.rows import grown
from online_models.arrays.selection import Barred
from online_models.arrays.state import read_array, read_number
from online_models.feedback import Feedback
from online_models.models.ratings import HALF_LIFE, VOTES, Sums, count_vote, fading_at, mean_of, write_best
from online_models.recommender import (
    NOBODY,
    NOTHING_BARRED,
    Context,
    InvalidState,
    Rows,
    Scores,
    State,
    Values,
    no_evidence,
)

LEADERS = 256
"""So many items are kept ready to be answered."""

SLOTS = 16_384
"""So many last votes are remembered, so that a visitor's next one on the same item replaces it."""


FARTHEST = 40 * HALF_LIFE
"""The epoch that weights are told by moves on after so long, and every sum with it."""

_LOST = 1e-200


class TopRated:
    r"""Bayesian mean of stars, decayed over time.

    With the stars :math:`r_k` given to item :math:`i` at :math:`t_k`, a half-life :math:`h` of a year and the mean
    :math:`\mu` of all stars, decayed alike,

    .. math:: score_i(t) = \frac{m\mu + \sum_k 2^{-(t - t_k)/h} r_k}{m + \sum_k 2^{-(t - t_k)/h}}, \qquad m = 10

    so that one enthusiastic vote does not pass twenty good ones, and an item that was praised years ago falls back to
    the mean. Items below the mean are not answered.

    A visitor's newer vote on an item replaces the earlier one. The last votes are remembered in a table of a fixed
    size, where each has one slot: a vote that another has taken the slot of counts on, and what its visitor says next
    of that item counts beside it. So the votes of one visitor on one item never weigh more than one, unless others
    voted in between.

    The best are sought among leaders (256): an item enters when it is rated and better than the worst of them.

    References
    ----------
    Ekstrand, M., Riedl, J. and Konstan, J. (2011). Collaborative filtering recommender systems. Foundations and Trends
    in Human-Computer Interaction 4 (2), section 2.1.

    Examples
    --------
    >>> from online_models.events import ItemId, VisitorId
    >>> from online_models.recommender import nothing_known
    >>> rated = TopRated()
    >>> for visitor, (item, stars) in enumerate([(4, 5.0)] + [(7, 4.0)] * 9 + [(5, 1.0)] * 5):
    ...     feedback = Feedback(VisitorId(str(visitor)), ItemId(str(item)), "rating", 1.0, 1e9, rating=stars)
    ...     rated.learn_one(item, feedback, nothing_known(feedback.at, visitor))
    >>> best = rated.best(now=1e9, limit=5)
    >>> best.rows.tolist(), [round(value, 2) for value in best.values.tolist()]
    ([7, 4], [3.51, 3.24])
    >>> round(rated.mean(4), 2), rated.votes(7)
    (5.0, 9)
    """

    names = ("top_rated",)

    def __init__(self) -> None:
        self._sums: Sums = np.zeros((0, 2))
        self._counts: Rows = np.zeros(0, np.int32)
        self._items = 0
        self._total: Sums = np.zeros(2)
        self._epoch = 0.0
        self._leaders: Rows = np.full(LEADERS, NOBODY, np.int32)
        self._voters: Rows = np.full((SLOTS, 2), NOBODY, np.int32)
        self._given: Sums = np.zeros((SLOTS, 2))
        self._damped: Values = np.zeros(LEADERS, np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count the stars, few or many; what else visitors do says nothing here."""
        if feedback.rating is None:
            return
        if item >= self._items:
            self._sums, self._counts = grown(self._sums, item + 1), grown(self._counts, item + 1)
            self._items = item + 1
        at = feedback.at
        if at - self._epoch > FARTHEST:
            self._move_epoch(at)
        count_vote(
            item,
            context.visitor,
            feedback.rating,
            at,
            self._epoch,
            self._sums,
            self._counts,
            self._total,
            self._leaders,
            self._voters,
            self._given,
        )

    def answer(self, context: Context, rows: Rows, values: Values) -> None:
        """Write the best rated items: the same for all, but for what is barred."""
        self._write(context.now, context.barred, rows[0], values[0])

    def evidence(self, name: str, context: Context, items: Rows) -> Rows:
        """Return -1: what others say of the item is the evidence."""
        return no_evidence(items)

    def best(self, now: float, limit: int, barred: Barred = NOTHING_BARRED) -> Scores:
        """Return the best rated items with their damped means."""
        rows, values = np.full(limit, NOBODY, np.int32), np.zeros(limit, np.float32)
        count = self._write(now, barred, rows, values)
        return Scores(rows[:count], values[:count])

    def mean(self, item: int) -> float:
        """Return the plain mean of an item's stars, newer ones weighing more; 0 where nobody rated it."""
        return mean_of(self._sums[item]) if 0 <= item < self._items else 0.0

    def votes(self, item: int) -> int:
        """Return how many votes an item has had."""
        return int(self._counts[item]) if 0 <= item < self._items else 0

    def forget_visitor(self, visitor: int) -> None:
        """Erase whose the last votes were. The sums keep the stars and do not say who gave them."""
        theirs = self._voters[:, 0] == visitor
        self._voters[theirs] = NOBODY
        self._given[theirs] = 0

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "sums": self._sums[: self._items].copy(),
            "counts": self._counts[: self._items].copy(),
            "total": self._total.copy(),
            "epoch": self._epoch,
            "leaders": self._leaders.copy(),
            "voters": self._voters.copy(),
            "given": self._given.copy(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        sums = read_array(state, "sums", np.float64, None, 2)
        counts = read_array(state, "counts", np.int32, len(sums))
        total = read_array(state, "total", np.float64, 2)
        epoch = read_number(state, "epoch")
        leaders = read_array(state, "leaders", np.int32, LEADERS)
        voters = read_array(state, "voters", np.int32, SLOTS, 2)
        given = read_array(state, "given", np.float64, SLOTS, 2)
        if not all(np.isfinite(numbers).all() for numbers in (sums, total, given, epoch)):
            raise InvalidState("ratings that are not numbers")
        if (sums < 0).any() or (total < 0).any() or (counts < 0).any():
            raise InvalidState("less than no votes")
        if max(leaders.max(), voters[:, 1].max()) >= len(sums) or min(leaders.min(), voters.min()) < NOBODY:
            raise InvalidState("a rated item that has no row")
        if len(np.unique(leaders[leaders >= 0])) < (leaders >= 0).sum():
            raise InvalidState("a leader that leads twice")
        self._sums, self._counts, self._items, self._total = sums, counts, len(sums), total
        self._leaders, self._voters, self._given, self._epoch = leaders, voters, given, float(epoch)

    def _move_epoch(self, to: float) -> None:
        left = fading_at(to, self._epoch)
        self._sums *= left
        self._sums[self._sums[:, VOTES] < _LOST] = 0
        self._total *= left
        self._given[:, 1] *= left
        self._epoch = to

    def _write(self, now: float, barred: Barred, rows: Rows, values: Values) -> int:
        return write_best(now, self._epoch, barred, self._sums, self._total, self._leaders, self._damped, rows, values)
