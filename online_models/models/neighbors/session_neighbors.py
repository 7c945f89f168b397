"""What sessions like the present one went on to."""

import numpy as np

from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.neighbors.nearest import NearestNeighbors, NeighborSettings
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

DAY = 86_400.0

SETTINGS = NeighborSettings(
    clicks=6,
    newest=250,
    neighbors=100,
    click_decay=2.0,
    age_decay=20 * DAY,
    distance_decay=2.5,
    before=0.8,
    length_power=0.25,
)


class SessionNeighbors(NearestNeighbors):
    r"""Sequence and time aware session neighbours over the newest sessions of each item.

    Sessions :math:`n` that share items with the visitor's items :math:`s` (those of the present session or, where it
    is empty, all that are known) are as similar as

    .. math:: sim(n) = \frac{e^{-age(n) / 20\,days}}{|n|^{1/4}}
        \sum_{i \in n \cap s} e^{-back_s(i) / 2} \log\left(1 + \frac{N}{1 + N_i}\right)

    with :math:`back_s(i)` the items touched since :math:`i`, and :math:`N_i` of the :math:`N` sessions kept having
    :math:`i`. Of the sessions met among the newest of each item, the nearest speak for their other items:

    .. math:: score(j) = \sum_n sim(n)\, b\, e^{-|place_n(j) - place_n(i^*)| / 2.5}

    where :math:`i^*` is the newest item shared, and :math:`b` is .8 for what stands before it and 1 after it. Ages
    count from the newest session met, so that a shop that was closed for years still answers. The visitor's own
    present session does not count.

    ``session_neighbours`` are all these items; :math:`i^*` itself gets nothing from :math:`n`. What visitors come back
    to and what they have not seen yet are told apart besides: ``session_returns`` are the visitor's own items alone,
    and :math:`i^*` gets all of :math:`sim(n)`; ``session_others`` are all but these.

    Six clicks, the 250 newest sessions of each and the 100 nearest of them are enough (`SETTINGS`): more found no
    more on clicks, ratings and wholesale baskets. A session has at most 32 items, its newest; 20 were too few.

    A session is known as a visitor's only while it lasts: once they start another one, it is an anonymous part of the
    statistics, which `forget_visitor` can no longer find.

    Parameters
    ----------
    sessions
        How many are kept, the newest.

    References
    ----------
    Garg, D. et al. (2019). Sequence and time aware neighborhood for session-based recommendations: STAN. SIGIR.
    Kersbergen, B. et al. (2022). Serenade: low-latency session-based recommendation in e-commerce at scale. SIGMOD
    (the index of the newest sessions per item).

    Examples
    --------
    >>> import numpy as np
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> feedback = Feedback(VisitorId("ann"), ItemId("cup"), "view", 1.0, 60.0)
    >>> model, start = SessionNeighbors(), nothing_known(now=60.0, visitor=0)
    >>> after_the_cup = start._replace(items=np.array([4], np.int32), session_length=1)
    >>> model.learn_one(4, feedback, start)
    >>> model.learn_one(5, feedback, after_the_cup)
    >>> retrieve(model, after_the_cup._replace(visitor=1), limit=2).items
    array([[ 5, -1],
           [ 4, -1],
           [ 5, -1]], dtype=int32)
    """

    names = ("session_neighbours", "session_returns", "session_others")

    def __init__(self, sessions: int = 65_536) -> None:
        super().__init__(sessions, 32, SETTINGS)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Add the item to the visitor's session, if they chose it."""
        if not context.session_length:
            self._index.release(context.visitor)
        if feedback.chosen and context.visitor >= 0:
            self._index.add(context.visitor, item, feedback.at, is_new=context.influence.is_counted)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what stands in the sessions nearest to the visitor's. Changes nothing."""
        self.search_apart(context, self._own(context), items, scores)

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return of each the newest of the visitor's items that another session has beside it; of returns, itself."""
        if name == "session_returns":
            attributed: Indices = np.where(np.isin(items, context.items), items, NO_INDEX).astype(np.int32)
            return attributed
        return self.shared_items(context.recent_items, self._own(context), items)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Join the two sessions if both go on. One that had ended stands as one of those that no longer say whose."""
        present = set(context.session_items.tolist())
        for visitor in (source, context.visitor):
            if present.isdisjoint(self._index.of(visitor)):
                self._index.release(visitor)
        self._index.merge(source, context.visitor, context.session_items)

    def _own(self, context: Context) -> int:
        return self._index.slot(context.visitor) if context.session_length else NO_INDEX
