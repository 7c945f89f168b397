"""How much the whole shop moves around each item, and what moves more than it used to."""

import numpy as np

from online_models.arrays.compiled import packed
from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values
from online_models.models.popularity import decay_rates
from online_models.models.popularity.decay_rates import DECAY_RATES, LEADERS, DecayedCounts
from online_models.models.popularity.decayed_counts import Levels, highest
from online_models.models.recommender import Model
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context


class Popularity(Model):
    r"""Exponentially decayed counts at half-lives of a week, a day and an hour.

    With half-life :math:`h`, the count of item :math:`i` at time :math:`t` is
    :math:`c_i(t) = \sum_k w_k 2^{-(t - t_k)/h}`. What is stored is

    .. math:: L_i = \log_2 \sum_k w_k 2^{t_k/h}, \qquad c_i(t) = 2^{L_i - t/h}

    so one event costs one addition of logarithms, the order of events does not matter, the order of items never
    depends on :math:`t`, and nothing overflows or vanishes however far apart the events are. A visitor counts once per
    item and window (as long as the half-life, at most a week): a purchase after a view adds the difference. And
    :math:`n` visitors of one network come to :math:`\log_2(1 + n)` (`Influence`).

    Each half-life answers as a member of its own with the counts themselves. Where the week has nothing left to say,
    the order at a half-life of four years follows, so that history decades old still answers. Only the leaders at each
    half-life (256) are ever answered.

    References
    ----------
    Cormode, G., Shkapenyuk, V., Srivastava, D. and Xu, B. (2009). Forward decay: a practical time decay model for
    streaming systems. ICDE 2009.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> popularity = Popularity()
    >>> for visitor, item in enumerate([3, 3, 5]):
    ...     feedback = Feedback(VisitorId(str(visitor)), ItemId(str(item)), "view", 1.0, 1e9)
    ...     popularity.learn_one(item, feedback, nothing_known(feedback.at, visitor))
    >>> retrieve(popularity, nothing_known(now=1e9 + 3600.0), limit=2).scores[2]
    array([1. , 0.5], dtype=float32)
    >>> retrieve(popularity, nothing_known(now=2e9), limit=2).items.tolist()
    [[3, 5], [-1, -1], [-1, -1]]
    """

    names = ("popularity", "popularity_day", "popularity_hour")

    def __init__(self) -> None:
        self._levels: Levels = np.zeros((0, len(DECAY_RATES)))
        self._totals: Levels = np.full(len(DECAY_RATES), -np.inf)
        self._leaders: Indices = np.full((len(DECAY_RATES), LEADERS), NO_INDEX, np.int32)
        self._items = 0
        self._counts = self._bundle()

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count a choice; less what the visitor's earlier interaction with the item counted."""
        if not feedback.chosen:
            return
        if item >= self._items:
            self._levels = grown(self._levels, item + 1, fill=-np.inf)
            self._items = item + 1
            self._counts = self._bundle()
        earlier = context.items, context.rewards, context.times
        bounds = context.influence[:4]
        decay_rates.count_interaction(self._counts, item, feedback.traffic, feedback.at, earlier, bounds)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the items with the largest counts by the week, by the day and by the hour."""
        decay_rates.write_popular(self._counts, context.now, context.excluded, items, scores)

    def trending(self, now: float, limit: int, excluded: Excluded = NOTHING_EXCLUDED) -> ScoredItems:
        r"""Return the items that get more traffic lately than their long share explains.

        .. math:: z_i = \max_h \frac{c_{i,h} - e_{i,h}}{\sqrt{e_{i,h} + 1}}, \qquad e_{i,h} = C_h c_{i,long}/C_{long}

        for the two shortest half-lives. Items without fresh traffic are not trending, however popular they are.
        """
        items, scores = np.full(limit, NO_INDEX, np.int32), np.zeros(limit, np.float32)
        count = self.write_trending(now, excluded, items, scores)
        return ScoredItems(items[:count], scores[:count])

    def write_trending(self, now: float, excluded: Excluded, items: Indices, scores: Values) -> int:
        """Write what `trending` returns, shape (limit,), and return how many there are."""
        return decay_rates.write_trending(self._counts, now, excluded, items, scores)

    def shares(self, now: float) -> Values:
        """Return a share of traffic of every item index known, mixed over the half-lives, shape (items,).

        Short half-lives are damped by a prior of 30 touches, so that they count only once there is traffic.
        """
        shares: Values = np.zeros(self._items, np.float32)
        decay_rates.write_shares(now, self._levels, self._totals, shares)
        return shares

    def latest(self) -> Values:
        """Return an order of all item indices by recent traffic, also where it lies long back: larger is more recent.

        The order is that of the counts at a half-life of a week, whatever the time is; untouched items have 0.
        """
        levels = self._levels[: self._items, decay_rates.OF_A_WEEK]
        touched = np.flatnonzero(levels > -np.inf)
        order = np.zeros(self._items, np.float32)
        order[touched[np.argsort(levels[touched], kind="stable")]] = np.arange(1, len(touched) + 1) / len(touched)
        return order

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"levels": self._levels[: self._items].copy(), "totals": self._totals.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        levels = read_array(state, "levels", np.float64, None, len(DECAY_RATES))
        totals = read_array(state, "totals", np.float64, len(DECAY_RATES))
        if not ((levels < np.inf).all() and (totals < np.inf).all()):
            raise InvalidState("a popularity that is not a number")
        self._levels, self._totals, self._items = levels, totals, len(levels)
        self._leaders = np.stack([highest(levels[:, rate], LEADERS) for rate in range(len(DECAY_RATES))])
        self._counts = self._bundle()

    def _bundle(self) -> DecayedCounts:
        return packed(DecayedCounts(self._levels, self._totals, self._leaders))


class Trending(Model):
    """What moves now, as a member of its own that reads the counts of `Popularity` and keeps nothing."""

    names = ("trending",)

    def __init__(self, popularity: Popularity) -> None:
        self._popularity = popularity

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what is trending at the context's time."""
        self._popularity.write_trending(context.now, context.excluded, items[0], scores[0])
