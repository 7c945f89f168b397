"""What visitors rate well."""

import numpy as np

from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded
from online_models.arrays.state import InvalidState, State, read_array, read_number, read_part
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values
from online_models.models.popularity import rating_sums
from online_models.models.popularity.rating_store import RatingStore
from online_models.models.popularity.rating_sums import Sums
from online_models.models.recommender import Model
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context

LEADERS = 256
"""So many items are kept ready to be answered."""

STARS = 5
"""Stars are counted from one to so many; halves count as the next whole star."""

FARTHEST = 40 * rating_sums.HALF_LIFE
"""The epoch that weights are told by moves on after so long, and every sum with it."""

_LOST = 1e-200


class TopRated(Model):
    r"""Bayesian mean of stars, decayed over time.

    With the stars :math:`r_k` given to item :math:`i` at :math:`t_k`, a half-life :math:`h` of a year and the mean
    :math:`\mu` of all stars, decayed alike,

    .. math:: score_i(t) = \frac{m\mu + \sum_k 2^{-(t - t_k)/h} r_k}{m + \sum_k 2^{-(t - t_k)/h}}, \qquad m = 10

    so that one enthusiastic vote does not pass twenty good ones, and an item that was praised years ago falls back to
    the mean. Items below the mean are not answered.

    A visitor's newer vote on an item replaces the earlier one, while it is among the newest million (`RatingStore`).
    `stars` says how many visitors give an item one to five stars: the same votes, each counted once and not faded.

    Stars are said to everybody, so they are not a matter of taste: an item forgotten or a taste reset leaves them.
    Those of a visitor who was absent for long and gave up their index stay, as nobody's; `withdraw` takes them back.

    The best are sought among leaders (256): an item enters when it is rated and better than the worst of them.

    References
    ----------
    Ekstrand, M., Riedl, J. and Konstan, J. (2011). Collaborative filtering recommender systems. Foundations and Trends
    in Human-Computer Interaction 4 (2), section 2.1.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.visitors.context import nothing_known
    >>> rated = TopRated()
    >>> for visitor, (item, stars) in enumerate([(4, 5.0)] + [(7, 4.0)] * 9 + [(5, 1.0)] * 5):
    ...     feedback = Feedback(VisitorId(str(visitor)), ItemId(str(item)), "rating", 1.0, 1e9, rating=stars)
    ...     rated.learn_one(item, feedback, nothing_known(feedback.at, visitor))
    >>> best = rated.best(now=1e9, limit=5)
    >>> best.items.tolist(), [round(value, 2) for value in best.scores.tolist()]
    ([7, 4], [3.51, 3.24])
    >>> round(rated.mean(4), 2), rated.stars(7)
    (5.0, (0, 0, 0, 9, 0))
    """

    names = ("top_rated",)

    def __init__(self) -> None:
        self._sums: Sums = np.zeros((0, 2))
        self._stars: Indices = np.zeros((0, STARS), np.int32)
        self._items = 0
        self._total: Sums = np.zeros(2)
        self._epoch = 0.0
        self._leaders: Indices = np.full(LEADERS, NO_INDEX, np.int32)
        self._ratings = RatingStore()
        self._changed: set[int] = set()

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count the stars, few or many; what else visitors do says nothing here."""
        stars, visitor = feedback.rating, context.visitor
        if stars is None:
            return
        if item >= self._items:
            self._sums, self._stars = grown(self._sums, item + 1), grown(self._stars, item + 1)
            self._items = item + 1
        at = feedback.at
        if at - self._epoch > FARTHEST:
            self._move_epoch(at)
        entry = self._ratings.find(visitor, item)
        if entry >= 0:
            self._take_back(entry)
        weight = rating_sums.count_vote((self._sums, self._total, self._leaders), item, stars, at, self._epoch)
        self._count(item, stars, 1)
        if visitor != NO_INDEX:
            if entry < 0:
                entry = self._ratings.take(visitor, item)
            self._ratings.given[entry] = stars, weight

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the best rated items: the same for all, but for what is excluded."""
        self._write(context.now, context.excluded, items[0], scores[0])

    def best(self, now: float, limit: int, excluded: Excluded = NOTHING_EXCLUDED) -> ScoredItems:
        """Return the best rated items with their damped means."""
        items, scores = np.full(limit, NO_INDEX, np.int32), np.zeros(limit, np.float32)
        count = self._write(now, excluded, items, scores)
        return ScoredItems(items[:count], scores[:count])

    def mean(self, item: int) -> float:
        """Return the plain mean of an item's stars, newer ones weighing more; 0 where nobody rated it."""
        return rating_sums.mean_of(self._sums[item]) if 0 <= item < self._items else 0.0

    def votes(self, item: int) -> int:
        """Return how many visitors rated an item."""
        return sum(self.stars(item))

    def stars(self, item: int) -> tuple[int, ...]:
        """Return how many visitors give an item one, two ... five stars."""
        return tuple(self._stars[item].tolist()) if 0 <= item < self._items else (0,) * STARS

    def take_changed(self) -> list[int]:
        """Return the indices whose stars changed since the last call, all that have some after `load`."""
        changed = sorted(self._changed)
        self._changed.clear()
        return changed

    def change_all(self) -> None:
        """Let all that has stars count as changed."""
        self._changed.update(self.rated())

    def rated(self) -> list[int]:
        """Return the indices that have stars."""
        indices: list[int] = np.flatnonzero(self._stars[: self._items].any(axis=1)).tolist()
        return indices

    def merge_visitor(self, source: int, context: Context) -> None:
        """Let the visitor have the votes of ``source``; of two on one item the newer one stays."""
        for entry in self._ratings.of(source):
            own = self._ratings.find(context.visitor, int(self._ratings.items[entry]))
            if own >= 0:
                # What was given later weighs more.
                older = own if self._ratings.given[own, 1] < self._ratings.given[entry, 1] else entry
                self._take_back(older)
                self._ratings.release(older)
                if older == entry:
                    continue
            self._ratings.give(entry, context.visitor)

    def forget_visitor(self, visitor: int) -> None:
        """Erase whose the votes were. They stay, as nobody's."""
        for entry in self._ratings.of(visitor):
            self._ratings.release(entry)

    def withdraw(self, visitor: int) -> None:
        """Take back all that the visitor rated, as far as it is remembered whose it was."""
        for entry in self._ratings.of(visitor):
            self._take_back(entry)
            self._ratings.release(entry)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "sums": self._sums[: self._items].copy(),
            "stars": self._stars[: self._items].copy(),
            "total": self._total.copy(),
            "epoch": self._epoch,
            "leaders": self._leaders.copy(),
            "votes": self._ratings.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        sums = read_array(state, "sums", np.float64, None, 2)
        stars = read_array(state, "stars", np.int32, len(sums), STARS)
        total = read_array(state, "total", np.float64, 2)
        epoch = read_number(state, "epoch")
        leaders = read_array(state, "leaders", np.int32, LEADERS)
        votes = RatingStore()
        votes.load(read_part(state, "votes"))
        if not all(np.isfinite(numbers).all() for numbers in (sums, total, epoch)):
            raise InvalidState("ratings that are not numbers")
        if (sums < 0).any() or (total < 0).any() or (stars < 0).any():
            raise InvalidState("less than no votes")
        indices = np.concatenate((leaders, votes.items[: votes.used]))
        if indices.max(initial=NO_INDEX) >= len(sums) or leaders.min() < NO_INDEX:
            raise InvalidState("a rated item that has no row")
        if len(np.unique(leaders[leaders >= 0])) < (leaders >= 0).sum():
            raise InvalidState("a leader that leads twice")
        self._sums, self._stars, self._items, self._total = sums, stars, len(sums), total
        self._leaders, self._ratings, self._epoch = leaders, votes, float(epoch)
        self._changed = set()
        self.change_all()

    def _take_back(self, entry: int) -> None:
        item, (stars, weight) = int(self._ratings.items[entry]), self._ratings.given[entry].tolist()
        rating_sums.take_back(self._sums[item], self._total, stars, weight)
        self._count(item, stars, -1)

    def _count(self, item: int, stars: float, more: int) -> None:
        self._stars[item, min(max(int(stars + 0.5), 1), STARS) - 1] += more
        self._changed.add(item)

    def _move_epoch(self, to: float) -> None:
        left = rating_sums.fading_at(to, self._epoch)
        self._sums *= left
        self._sums[self._sums[:, rating_sums.VOTES] < _LOST] = 0
        self._total *= left
        self._ratings.given[:, 1] *= left
        self._epoch = to

    def _write(self, now: float, excluded: Excluded, items: Indices, scores: Values) -> int:
        rated = self._sums, self._total, self._leaders
        return rating_sums.write_best(rated, now, self._epoch, excluded, items, scores)
