"""What visitors do before and after what: sequential rules between the items of a session."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.growth import grown
from online_models.arrays.selection import selected
from online_models.arrays.state import State, read_part
from online_models.arrays.types import Indices, ScoredItems, Values, no_items
from online_models.models.popularity.popularity_damping import Damping, PopularityDamping, count_signal
from online_models.models.recommender import Model, no_attribution
from online_models.models.sequence.pair_table import Pairs, PairTable, add_pair, interleaved
from online_models.models.sequence.transition_attribution import write_attribution
from online_models.models.sequence.transition_views import (
    AFTER,
    BEFORE,
    MOST_FOUND,
    SUMMED_VIEWS,
    TransitionArrays,
    read_similar,
    read_views,
)
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context

STEPS = 7
"""How far back in the session an item is tied to the present one."""

_EXPONENT = 0.25


class Transitions(Model):
    r"""Sequential rules of a bounded width, kept in both directions and read in six ways.

    Each item :math:`a` at distance :math:`d \le 7` before the present one :math:`x` in a session adds :math:`1/d` to
    :math:`F_{ax}`, what comes after :math:`a`, and to :math:`B_{xa}`, what comes before :math:`x`; once for each
    visitor and window, and less for the next visitors of one network (`Influence`). The answers for
    the session :math:`\dots a_1, a_0` (for an empty one: of all the visitor's last items), with :math:`T` standing
    for the sum over both tables, :math:`Z_a` for the sum of a line and :math:`n_i` for the signals of an item:

    .. math::
        transitions(j) &= \sum_{k<6} 2^{-k} T_{a_k j} (n_j+3)^{-1/4} (n_{a_k}+3)^{-1/2} \\
        association(j) &= \sum_{k<10} 0.8^k \, T_{a_k j} / (Z_{a_k} + 1) \\
        next\_item(j) &= F_{a_0 j} / (Z_{a_0} + 1) \\
        previous\_item(j) &= B_{a_0 j} / (Z_{a_0} + 1) \\
        co\_occurrence(j) &= \sum_{k<10} 0.8^k \, T_{a_k j} (n_j+3)^{-1/2} (n_{a_k}+3)^{-1/2} \\
        walk(j) &= \sum_{k<3} 2^{-k} \sum_i T_{a_k i} / (Z_{a_k} + 1) \cdot T_{ij} / (Z_i + 1)

    the last over the 16 strongest others :math:`i` of each, and the 24 strongest of those. Shoppers go back and
    forth, so the first reading is the best alone; each of the others is right where the first is not. The roots stand
    between counts (a best seller among the last clicks drowns the others) and probabilities (an item seen once is as
    sure as one seen a thousand times).

    References
    ----------
    Ludewig, M. and Jannach, D. (2018). Evaluation of session-based recommendation algorithms. User Modeling and
    User-Adapted Interaction 28.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> transitions = Transitions()
    >>> after_the_cup = nothing_known(now=60.0)
    >>> for index, name in [(4, "cup"), (5, "saucer")]:
    ...     feedback = Feedback(VisitorId("ann"), ItemId(name), "view", 1.0, 60.0)
    ...     transitions.learn_one(index, feedback, after_the_cup)
    ...     after_the_cup = after_the_cup._replace(items=np.array([4], np.int32), session_length=1)
    >>> retrieve(transitions, after_the_cup, limit=2).items.tolist()
    [[5, -1], [5, -1], [5, -1], [-1, -1], [5, -1], [-1, -1]]
    >>> transitions.attribution("transitions", after_the_cup, np.array([5, 9], np.int32))
    array([ 4, -1], dtype=int32)
    """

    names = ("transitions", "association", "next_item", "previous_item", "co_occurrence", "walk")

    def __init__(self) -> None:
        self._table = PairTable()
        self._damping = PopularityDamping(_EXPONENT)
        self._items = 0
        self._totals: Values = np.zeros((0, SUMMED_VIEWS), np.float32)
        self._walked: Values = np.zeros(0, np.float32)
        self._marks: NDArray[np.uint16] = np.zeros(0, np.uint16)
        self._found: Indices = np.zeros(MOST_FOUND, np.int32)
        self._scores: Values = np.zeros(MOST_FOUND, np.float32)
        self._bundle()

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Tie the session's last items to this one, unless the visitor came to it before, within the window."""
        if not (feedback.chosen and context.influence.is_first):
            return
        if item >= self._items:
            self._make_room(item + 1)
        pairs, damping, weight = self._table.pairs, self._damping.arrays, context.influence.weight
        _learn(pairs, damping, context.items, context.session_length, item, weight)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what was done before and after the visitor's last items, read in six ways."""
        read_views(self._packed, context.recent_items, context.excluded, items, scores)

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return which of the visitor's items adds most to each in this reading; -1 for none."""
        attributed = no_attribution(items)
        write_attribution(self.names.index(name), self._packed, context.recent_items, items, attributed)
        return attributed

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return what stands in the same sessions as an item more than chance explains (`likeness`)."""
        if not 0 <= item < self._items:
            return no_items()
        count = read_similar(self._arrays, self._damping.arrays[0], item)
        return selected(self._arrays.found[:count], self._arrays.scores[:count], limit, NOTHING_EXCLUDED)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "after": self._table.dump(2 * self._items, AFTER, 2),
            "before": self._table.dump(2 * self._items, BEFORE, 2),
            "damping": self._damping.dump(self._items),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        damping, after, before = PopularityDamping(_EXPONENT), PairTable(), PairTable()
        damping.load(read_part(state, "damping"))
        items = len(damping.arrays[0])
        after.load(read_part(state, "after"), items)
        before.load(read_part(state, "before"), items)
        self._table, self._damping, self._items = interleaved(after, before), damping, items
        self._bundle()

    def _make_room(self, items: int) -> None:
        self._table.make_room(2 * items)
        self._damping.make_room(items)
        self._items = items
        self._bundle()

    def _bundle(self) -> None:
        """Put the arrays together for the compiled loops, scratch as long as there are items."""
        items = self._items
        self._totals = grown(self._totals, items)
        self._walked, self._marks = grown(self._walked, items), grown(self._marks, items)
        pairs, damping, found, scores = self._table.pairs, self._damping.arrays[1], self._found, self._scores
        totals, walked, marks = self._totals[:items], self._walked[:items], self._marks[:items]
        self._arrays = TransitionArrays(*pairs, damping, totals, walked, found, scores, marks)
        self._packed = packed(self._arrays)


@compiled
def _learn(pairs: Pairs, damping: Damping, history: Indices, session_length: int, item: int, influence: float) -> None:
    """Tie the newest ``session_length`` items to ``item``; those that nobody has chosen yet have no ties."""
    count_signal(damping, item, _EXPONENT, influence)
    counts = damping[0]
    if session_length and history[len(history) - 1] == item:
        return
    distance = 0
    for step in range(session_length):
        earlier = history[len(history) - 1 - step]
        if earlier != item:
            distance += 1
            if distance > STEPS:
                break
            if earlier < len(counts) and counts[earlier] > 0:
                weight = np.float32(influence / distance)
                add_pair(pairs, 2 * earlier + AFTER, item, weight)
                add_pair(pairs, 2 * item + BEFORE, earlier, weight)
