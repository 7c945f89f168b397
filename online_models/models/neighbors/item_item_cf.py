"""What the same visitor comes to over time: pairs of items across sessions."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded, select, selected
from online_models.arrays.state import State, read_part
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values, no_items
from online_models.models.popularity.popularity_damping import PopularityDamping, count_signal
from online_models.models.recommender import no_attribution
from online_models.models.sequence.pair_table import WIDTH, PairTable, add_pair, likeness, weight_of
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context

LENGTH = 32
"""From so many of the visitor's last items is learned and read."""

_EXPONENT = 0.4
_FADING = np.float32(0.9)
_SLOWNESS = 0.1
_ONE = np.float32(1)


class ItemItemCF:
    r"""A symmetric table of pairs over each visitor's last 32 items, whatever the session.

    The item :math:`k` steps back in what the visitor did adds :math:`1/(1 + k/10)` to its pair :math:`U` with the
    present one. With :math:`n_i` for the signals of an item, the answer for the visitor's items
    :math:`\dots a_1, a_0` is

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
    >>> companions = ItemItemCF()
    >>> years_after_the_cup = nothing_known(now=1e9)
    >>> for row, name in [(4, "cup"), (5, "saucer")]:
    ...     feedback = Feedback(VisitorId("ann"), ItemId(name), "view", 1.0, 1e9)
    ...     companions.learn_one(row, feedback, years_after_the_cup)
    ...     years_after_the_cup = years_after_the_cup._replace(items=np.array([4], np.int32))
    >>> retrieve(companions, years_after_the_cup, limit=1).items.tolist()
    [[5]]
    >>> companions.attribution("companions", years_after_the_cup, np.array([5], np.int32))
    array([4], dtype=int32)
    """

    names = ("companions",)

    def __init__(self) -> None:
        self._pairs = PairTable()
        self._rarity = PopularityDamping(_EXPONENT)
        self._items = 0
        self._heat: Values = np.zeros(0, np.float32)
        self._found: Indices = np.zeros(LENGTH * WIDTH + 1, np.int32)
        self._total: Values = np.zeros(LENGTH * WIDTH, np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Tie all of the visitor's last items to this one. Opening it again adds nothing."""
        if not feedback.chosen:
            return
        if item >= self._items:
            self._make_room(item + 1)
        pairs, rarity = self._pairs, self._rarity
        _learn(pairs.others, pairs.weights, pairs.sums, rarity.counts, rarity.factors, context.items, item)

    def retrieve(self, context: Context, rows: Indices, values: Values) -> None:
        """Write what others came to who had to do with the visitor's items."""
        pairs = self._pairs
        _read(
            pairs.others,
            pairs.weights,
            self._rarity.factors,
            context.items,
            context.excluded,
            self._heat[: self._items],
            self._found,
            self._total,
            rows[0],
            values[0],
        )

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return which of the visitor's items adds most to each; -1 for none."""
        spoke = no_attribution(items)
        if name in self.names:
            pairs = self._pairs
            _write_strongest(pairs.others, pairs.weights, self._rarity.factors, context.items, items, spoke)
        return spoke

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return what the same visitors come to more than chance explains (`likeness`)."""
        if not 0 <= item < self._items:
            return no_items()
        others = self._pairs.others[item]
        total = self._total[:WIDTH]
        _compare(others, self._pairs.weights[item], self._rarity.counts, item, total)
        return selected(others, total, limit, NOTHING_EXCLUDED)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Do nothing: pairs do not say whose they were."""

    def forget_item(self, visitor: int, item: int) -> None:
        """Do nothing: pairs do not say whose they were."""

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: pairs do not say whose they were."""

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"pairs": self._pairs.dump(self._items), "rarity": self._rarity.dump(self._items)}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        rarity, pairs = PopularityDamping(_EXPONENT), PairTable()
        rarity.load(read_part(state, "rarity"))
        items = len(rarity.counts)
        pairs.load(read_part(state, "pairs"), items)
        self._pairs, self._rarity, self._items = pairs, rarity, items
        self._heat = np.zeros(items, np.float32)

    def _make_room(self, items: int) -> None:
        self._pairs.make_room(items)
        self._rarity.make_room(items)
        self._heat = grown(self._heat, items)
        self._items = items


@compiled
def _learn(
    others: Indices, weights: Values, sums: Values, counts: Values, factors: Values, rows: Indices, item: int
) -> None:
    """Tie the newest of ``rows`` to ``item``, and it to them; those that nobody has chosen yet have no ties."""
    count_signal(counts, factors, item, _EXPONENT)
    if len(rows) and rows[len(rows) - 1] == item:
        return
    for step in range(min(len(rows), LENGTH)):
        earlier = rows[len(rows) - 1 - step]
        if earlier != item and earlier < len(counts) and counts[earlier] > 0:
            weight = np.float32(1 / (1 + _SLOWNESS * step))
            add_pair(others, weights, sums, earlier, item, weight)
            add_pair(others, weights, sums, item, earlier, weight)


@compiled
def _read(
    others: Indices,
    weights: Values,
    factors: Values,
    rows: Indices,
    excluded: Excluded,
    heat: Values,
    found: Indices,
    total: Values,
    best_rows: Indices,
    best_values: Values,
) -> None:
    """Write the best companions; ``heat`` is 0 for each item that has a line, before and after."""
    count = 0
    share = _ONE
    for step in range(min(len(rows), LENGTH)):
        item = rows[len(rows) - 1 - step]
        if item < len(heat):
            part = share * factors[item]
            count = _add_line(others, weights, item, factors, part, heat, found, count)
        share *= _FADING
    for spot in range(count):
        total[spot] = heat[found[spot]]
        heat[found[spot]] = 0
    select(found, total, count, excluded, best_rows, best_values)


@compiled
def _add_line(
    others: Indices,
    weights: Values,
    item: int,
    factors: Values,
    share: np.float32,
    heat: Values,
    found: Indices,
    count: int,
) -> int:
    """Add what one line says, and return how many rows are found by now."""
    for slot in range(others.shape[1]):
        row = others[item, slot]
        if row < 0:
            break
        found[count] = row
        count += heat[row] == 0
        heat[row] += share * weights[item, slot] * factors[row]
    return count


@compiled
def _write_strongest(
    others: Indices, weights: Values, factors: Values, rows: Indices, items: Indices, spoke: Indices
) -> None:
    for place in range(len(items)):
        spoke[place] = _strongest(others, weights, factors, rows, items[place])


@compiled
def _strongest(others: Indices, weights: Values, factors: Values, rows: Indices, item: int) -> int:
    most, evidence = np.float32(0), NO_INDEX
    share = _ONE
    for step in range(min(len(rows), LENGTH)):
        source = rows[len(rows) - 1 - step]
        if source < len(factors):
            part = share * factors[source] * weight_of(others, weights, source, item, WIDTH)
            if part > most:
                most, evidence = part, source
        share *= _FADING
    return evidence


@compiled
def _compare(line: Indices, weights: Values, counts: Values, item: int, alike: Values) -> None:
    """Write how alike each of a line is to its item; 0 where there are no more."""
    for slot in range(len(line)):
        alike[slot] = 0
        if line[slot] >= 0:
            alike[slot] = likeness(weights[slot], counts[item], counts[line[slot]])
