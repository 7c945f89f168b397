"""What the same visitor comes to over time: pairs of items across sessions."""

import numpy as np

from online_models.arrays.accumulation import accumulate, drain
from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded, select, selected
from online_models.arrays.state import State, read_part
from online_models.arrays.types import Indices, ScoredItems, Values, no_items
from online_models.models.popularity.popularity_damping import Damping, PopularityDamping, count_signal
from online_models.models.recommender import Model, no_attribution
from online_models.models.sequence.pair_table import WIDTH, Pairs, PairTable, add_pair, likeness, weight_of
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context

LENGTH = 32
"""From so many of the visitor's last items is learned and read."""

_EXPONENT = 0.4
_FADING = np.float32(0.9)
_SLOWNESS = 0.1
_ONE = np.float32(1)


class ItemItemCF(Model):
    r"""A symmetric table of pairs over each visitor's last 32 items, whatever the session.

    The item :math:`k` steps back in what the visitor did adds :math:`1/(1 + k/10)` to its pair :math:`U` with the
    present one; once for each visitor and window, and less for the next visitors of one network (`Influence`). With
    :math:`n_i` for the signals of an item, the answer for the visitor's items :math:`\dots a_1, a_0` is

    .. math:: companions(j) = \sum_{k<32} 0.9^k \, U_{a_k j} (n_j+3)^{-0.4} (n_{a_k}+3)^{-0.4}

    Where sessions are short and visitors come back, this knows what `Transitions` cannot see.

    References
    ----------
    Linden, G., Smith, B. and York, J. (2003). Amazon.com recommendations: item-to-item collaborative filtering. IEEE
    Internet Computing 7 (1).

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> item_item_cf = ItemItemCF()
    >>> years_after_the_cup = nothing_known(now=1e9)
    >>> for index, name in [(4, "cup"), (5, "saucer")]:
    ...     feedback = Feedback(VisitorId("ann"), ItemId(name), "view", 1.0, 1e9)
    ...     item_item_cf.learn_one(index, feedback, years_after_the_cup)
    ...     years_after_the_cup = years_after_the_cup._replace(items=np.array([4], np.int32))
    >>> retrieve(item_item_cf, years_after_the_cup, limit=1).items.tolist()
    [[5]]
    >>> item_item_cf.attribution("companions", years_after_the_cup, np.array([5], np.int32))
    array([4], dtype=int32)
    """

    names = ("companions",)

    def __init__(self) -> None:
        self._table = PairTable()
        self._damping = PopularityDamping(_EXPONENT)
        self._items = 0
        self._totals: Values = np.zeros(0, np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Tie all of the visitor's last items to this one. Coming back to it within the window adds nothing."""
        if not (feedback.chosen and context.influence.is_first):
            return
        if item >= self._items:
            self._make_room(item + 1)
        _learn(self._table.pairs, self._damping.arrays, context.items, item, context.influence.weight)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what others came to who interacted with the visitor's items."""
        pairs, factors, totals = self._table.pairs, self._damping.arrays[1], self._totals[: self._items]
        _retrieve(pairs, factors, totals, context.items, context.excluded, items[0], scores[0])

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return which of the visitor's items adds most to each; -1 for none."""
        attributed = no_attribution(items)
        if name in self.names:
            _write_attribution(self._table.pairs, self._damping.arrays[1], context.items, items, attributed)
        return attributed

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return what the same visitors come to more than chance explains (`likeness`)."""
        if not 0 <= item < self._items:
            return no_items()
        others, weights, _ = self._table.pairs
        scores = np.empty(WIDTH, np.float32)
        _compare(others[item], weights[item], self._damping.arrays[0], item, scores)
        return selected(others[item], scores, limit, NOTHING_EXCLUDED)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"pairs": self._table.dump(self._items), "damping": self._damping.dump(self._items)}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        damping, pairs = PopularityDamping(_EXPONENT), PairTable()
        damping.load(read_part(state, "damping"))
        items = len(damping.arrays[0])
        pairs.load(read_part(state, "pairs"), items)
        self._table, self._damping, self._items = pairs, damping, items
        self._totals = np.zeros(items, np.float32)

    def _make_room(self, items: int) -> None:
        self._table.make_room(items)
        self._damping.make_room(items)
        self._totals = grown(self._totals, items)
        self._items = items


@compiled
def _learn(pairs: Pairs, damping: Damping, history: Indices, item: int, influence: float) -> None:
    """Tie the newest of ``history`` to ``item``, and it to them; those that nobody has chosen yet have no ties."""
    count_signal(damping, item, _EXPONENT, influence)
    counts = damping[0]
    if len(history) and history[len(history) - 1] == item:
        return
    for step in range(min(len(history), LENGTH)):
        earlier = history[len(history) - 1 - step]
        if earlier != item and earlier < len(counts) and counts[earlier] > 0:
            weight = np.float32(influence / (1 + _SLOWNESS * step))
            add_pair(pairs, earlier, item, weight)
            add_pair(pairs, item, earlier, weight)


@compiled
def _retrieve(
    pairs: Pairs, damping: Values, totals: Values, history: Indices, excluded: Excluded, items: Indices, scores: Values
) -> None:
    """Write the items with the heaviest pairs; ``totals`` is 0 for each item that has a line, before and after."""
    found = np.empty(LENGTH * WIDTH + 1, np.int32)
    sums = np.empty(LENGTH * WIDTH, np.float32)
    count = 0
    fading = _ONE
    for step in range(min(len(history), LENGTH)):
        item = history[len(history) - 1 - step]
        if item < len(totals):
            count = _add_line(pairs, damping, fading * damping[item], item, totals, found, count)
        fading *= _FADING
    drain(totals, found, count, sums)
    select(found, sums, count, excluded, items, scores)


@compiled
def _add_line(
    pairs: Pairs, damping: Values, share: np.float32, item: int, totals: Values, found: Indices, count: int
) -> int:
    """Add the pairs of one item, and return how many items are found by now."""
    others, weights, _ = pairs
    for slot in range(others.shape[1]):
        other = others[item, slot]
        if other < 0:
            break
        count = accumulate(totals, found, count, other, share * weights[item, slot] * damping[other])
    return count


@compiled
def _write_attribution(pairs: Pairs, damping: Values, history: Indices, items: Indices, attributed: Indices) -> None:
    """Write which of the visitor's items adds most to each; what none adds to stays as it is."""
    others, weights, _ = pairs
    for index in range(len(items)):
        most = np.float32(0)
        share = _ONE
        for step in range(min(len(history), LENGTH)):
            source = history[len(history) - 1 - step]
            if source < len(damping):
                part = share * damping[source] * weight_of(others, weights, source, items[index])
                if part > most:
                    most, attributed[index] = part, source
            share *= _FADING


@compiled
def _compare(line: Indices, weights: Values, counts: Values, item: int, alike: Values) -> None:
    """Write how alike each of a line is to its item; 0 where there are no more."""
    for slot in range(len(line)):
        alike[slot] = 0
        if line[slot] >= 0:
            alike[slot] = likeness(weights[slot], counts[item], counts[line[slot]])
