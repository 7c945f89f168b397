"""What visitors do before and after what: sequential rules between the items of a session."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.selection import selected
from online_models.arrays.state import State, read_part
from online_models.arrays.types import Indices, ScoredItems, Values, no_items
from online_models.models.popularity.popularity_damping import PopularityDamping, count_signal
from online_models.models.recommender import no_attribution
from online_models.models.sequence.pair_table import PairTable, add_pair
from online_models.models.sequence.transition_attribution import write_strongest
from online_models.models.sequence.transition_views import HEATS, SPOTS, read_alike, read_views
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context

STEPS = 7
"""How far back in the session an item is tied to the present one."""

_EXPONENT = 0.25


class Transitions:
    r"""Sequential rules of a bounded width, kept in both directions and read in six ways.

    Each item :math:`a` at distance :math:`d \le 7` before the present one :math:`x` in a session adds :math:`1/d` to
    :math:`F_{ax}`, what comes after :math:`a`, and to :math:`B_{xa}`, what comes before :math:`x`. The answers for
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
    >>> for row, name in [(4, "cup"), (5, "saucer")]:
    ...     feedback = Feedback(VisitorId("ann"), ItemId(name), "view", 1.0, 60.0)
    ...     transitions.learn_one(row, feedback, after_the_cup)
    ...     after_the_cup = after_the_cup._replace(items=np.array([4], np.int32), session_length=1)
    >>> retrieve(transitions, after_the_cup, limit=2).items.tolist()
    [[5, -1], [5, -1], [5, -1], [-1, -1], [5, -1], [-1, -1]]
    >>> transitions.attribution("transitions", after_the_cup, np.array([5, 9], np.int32))
    array([ 4, -1], dtype=int32)
    """

    names = ("transitions", "association", "next_item", "previous_item", "co_occurrence", "walk")

    def __init__(self) -> None:
        self._after = PairTable()
        self._before = PairTable()
        self._rarity = PopularityDamping(_EXPONENT)
        self._items = 0
        self._heat: Values = np.zeros((0, HEATS), np.float32)
        self._reached: Values = np.zeros(0, np.float32)
        self._marks: NDArray[np.uint16] = np.zeros(0, np.uint16)
        self._found: Indices = np.zeros(SPOTS, np.int32)
        self._total: Values = np.zeros(SPOTS, np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Tie the session's last items to this one. What is opened twice in a row is a step to nowhere."""
        if not feedback.chosen:
            return
        if item >= self._items:
            self._make_room(item + 1)
        after, before = self._after, self._before
        _learn(
            after.others,
            after.weights,
            after.sums,
            before.others,
            before.weights,
            before.sums,
            self._rarity.counts,
            self._rarity.factors,
            context.items,
            context.session_length,
            item,
        )

    def retrieve(self, context: Context, rows: Indices, values: Values) -> None:
        """Write what was done before and after the visitor's last items, read in six ways."""
        after, before = self._after, self._before
        read_views(
            after.others,
            after.weights,
            after.sums,
            before.others,
            before.weights,
            before.sums,
            self._rarity.factors,
            context.recent_items,
            context.excluded,
            self._heat[: self._items],
            self._reached[: self._items],
            self._found,
            self._total,
            rows,
            values,
        )

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return which of the visitor's items adds most to each in this reading; -1 for none."""
        after, before = self._after, self._before
        spoke = no_attribution(items)
        write_strongest(
            self.names.index(name),
            after.others,
            after.weights,
            after.sums,
            before.others,
            before.weights,
            before.sums,
            self._rarity.factors,
            context.recent_items,
            items,
            self._marks[: self._items],
            spoke,
        )
        return spoke

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return what stands in the same sessions as an item more than chance explains (`likeness`)."""
        if not 0 <= item < self._items:
            return no_items()
        after, before = self._after, self._before
        count = read_alike(
            after.others,
            after.weights,
            before.others,
            before.weights,
            self._rarity.counts,
            item,
            self._reached,
            self._found,
            self._total,
        )
        return selected(self._found[:count], self._total[:count], limit, NOTHING_EXCLUDED)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Do nothing: steps do not say whose they were."""

    def forget_item(self, visitor: int, item: int) -> None:
        """Do nothing: steps do not say whose they were."""

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: steps do not say whose they were."""

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "after": self._after.dump(self._items),
            "before": self._before.dump(self._items),
            "rarity": self._rarity.dump(self._items),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        rarity, after, before = PopularityDamping(_EXPONENT), PairTable(), PairTable()
        rarity.load(read_part(state, "rarity"))
        items = len(rarity.counts)
        after.load(read_part(state, "after"), items)
        before.load(read_part(state, "before"), items)
        self._after, self._before, self._rarity, self._items = after, before, rarity, items
        self._heat = np.zeros((items, HEATS), np.float32)
        self._reached, self._marks = np.zeros(items, np.float32), np.zeros(items, np.uint16)

    def _make_room(self, items: int) -> None:
        self._after.make_room(items)
        self._before.make_room(items)
        self._rarity.make_room(items)
        self._heat = grown(self._heat, items)
        self._reached, self._marks = grown(self._reached, items), grown(self._marks, items)
        self._items = items


@compiled
def _learn(
    after: Indices,
    after_weights: Values,
    after_sums: Values,
    before: Indices,
    before_weights: Values,
    before_sums: Values,
    counts: Values,
    rarity: Values,
    rows: Indices,
    session: int,
    item: int,
) -> None:
    """Tie the newest ``session`` of ``rows`` to ``item``; those that nobody has chosen yet have no ties."""
    count_signal(counts, rarity, item, _EXPONENT)
    if session and rows[len(rows) - 1] == item:
        return
    distance = 0
    for step in range(session):
        earlier = rows[len(rows) - 1 - step]
        if earlier != item:
            distance += 1
            if distance > STEPS:
                break
            if earlier < len(counts) and counts[earlier] > 0:
                weight = np.float32(1 / distance)
                add_pair(after, after_weights, after_sums, earlier, item, weight)
                add_pair(before, before_weights, before_sums, item, earlier, weight)
