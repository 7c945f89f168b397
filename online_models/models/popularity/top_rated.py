"""What visitors rate well."""

from math import log2

import numpy as np

from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded
from online_models.arrays.state import InvalidState, State, read_array, read_number, read_part
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values
from online_models.models.popularity import rating_sums
from online_models.models.popularity.rating_store import RatingStore
from online_models.models.popularity.rating_sums import Sums
from online_models.models.recommender import Model
from online_models.schema.events import is_account
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context

LEADERS = 256
"""So many items are kept ready to be answered."""

STARS = 5
"""Stars are counted from one to so many; halves count as the next whole star."""

FARTHEST = 40 * rating_sums.HALF_LIFE
"""The epoch that weights are told by moves on after so long, and every sum with it."""

ANONYMOUS = 0.25
"""What the vote of a visitor without an account weighs."""

MOST_ANONYMOUS = 15
"""So many anonymous votes of one network count for an item and day."""

_SHARE = 2
_LOST = 1e-200


class TopRated(Model):
    r"""Bayesian mean of stars, decayed over time.

    With the stars :math:`r_k` given to item :math:`i` at :math:`t_k`, a half-life :math:`h` of a year and the mean
    :math:`\mu` of all stars, decayed alike,

    .. math:: score_i(t) = \frac{m\mu + \sum_k 2^{-(t - t_k)/h} r_k}{m + \sum_k 2^{-(t - t_k)/h}}, \qquad m = 10

    so that one enthusiastic vote does not pass twenty good ones, and an item that was praised years ago falls back to
    the mean, which itself starts from ten votes at 3.5. Items below the mean are not answered, nor those with less than
    two votes.

    A visitor's newer vote on an item replaces the earlier one, while it is among the newest million (`RatingStore`).
    `stars` says how many visitors give an item one to five stars: the same votes, each counted once and not faded.

    An account's vote counts in full if it is the first on the item from its network that day; :math:`n` of them come
    to :math:`\log_2(1 + n)`. An anonymous one counts a quarter of that, and beyond the fifteenth nothing: a cookie
    costs nothing, and by cookies a network comes to one vote a day at most. `stars` counts the first, third, seventh
    and fifteenth anonymous vote, so that whoever rates an item alone sees it counted. A vote without a network is
    whole.

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
    ([7], [3.6])
    >>> round(rated.mean(4), 2), rated.stars(7)
    (5.0, (0, 0, 0, 9, 0))
    """

    names = ("top_rated",)

    def __init__(self) -> None:
        self._sums: Sums = np.zeros((0, 3))
        self._stars: Indices = np.zeros((0, STARS), np.int32)
        self._items = 0
        self._total: Sums = np.zeros(3)
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
        entry, share = self._ratings.find(visitor, item), share_of(feedback, int(context.influence.votes))
        if entry >= 0:
            self._take_back(entry)
            before = self._ratings.given.item(entry, _SHARE)
            # Rated again, an item has what the first vote gave it; an account's own may have come from a cookie.
            share = max(share, before) if is_account(feedback.visitor) else before
        rated = self._sums, self._total, self._leaders
        weight = rating_sums.count_vote(rated, item, stars, at, self._epoch, abs(share))
        if share > 0:
            self._count(item, stars, 1)
        if visitor != NO_INDEX:
            if entry < 0:
                entry = self._ratings.take(visitor, item)
            self._ratings.given[entry] = stars, weight, share

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
        sums = read_array(state, "sums", np.float64, None, 3)
        stars = read_array(state, "stars", np.int32, len(sums), STARS)
        total = read_array(state, "total", np.float64, 3)
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
        item, (stars, weight, share) = int(self._ratings.items[entry]), self._ratings.given[entry].tolist()
        rating_sums.take_back(self._sums[item], self._total, stars, weight * abs(share), abs(share))
        if share > 0:
            self._count(item, stars, -1)

    def _count(self, item: int, stars: float, more: int) -> None:
        self._stars[item, min(max(int(stars + 0.5), 1), STARS) - 1] += more
        self._changed.add(item)

    def _move_epoch(self, to: float) -> None:
        left = rating_sums.fading_at(to, self._epoch)
        fading = [rating_sums.STARS, rating_sums.VOTES]
        self._sums[:, fading] *= left
        self._sums[self._sums[:, rating_sums.VOTES] < _LOST] = 0
        self._total[fading] *= left
        self._ratings.given[:, 1] *= left
        self._epoch = to

    def _write(self, now: float, excluded: Excluded, items: Indices, scores: Values) -> int:
        rated = self._sums, self._total, self._leaders
        return rating_sums.write_best(rated, now, self._epoch, excluded, items, scores)


def share_of(feedback: Feedback, votes: int) -> float:
    """Return the share of a vote that counts, below zero if not publicly; it is the network's vote number ``votes``.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> vote = Feedback(VisitorId("v1"), ItemId("mug"), "rating", 5.0, 1e9, 5.0, network="0123456789ab")
    >>> [round(share_of(vote, votes), 3) for votes in (1, 2, 3, 4, 15, 16)]
    [0.25, -0.146, 0.104, -0.08, 0.023, 0.0]
    """
    if feedback.network is None:
        return 1.0
    gain = log2((votes + 1) / votes)
    if is_account(feedback.visitor):
        return gain
    if votes > MOST_ANONYMOUS:
        return 0.0
    is_public = votes & (votes + 1) == 0
    return ANONYMOUS * gain if is_public else -ANONYMOUS * gain
