"""What shoppers with the same taste have."""

from online_models.arrays.types import Indices, Values
from online_models.models.neighbors.nearest import NearestNeighbors, NeighborSettings
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

DAY = 86_400.0

SETTINGS = NeighborSettings(
    clicks=6,
    newest=100,
    neighbors=100,
    click_decay=20.0,
    age_decay=60 * DAY,
    distance_decay=20.0,
    before=0.8,
    length_power=0.5,
)


class UserNeighbors(NearestNeighbors):
    r"""User-based collaborative filtering over each visitor's newest items.

    Visitors :math:`v` who share items with the asking visitor :math:`u` are as similar as

    .. math:: sim(v) = \frac{e^{-age(v) / 60\,days}}{\sqrt{|v|}}
        \sum_{i \in u \cap v} e^{-back_u(i) / 20} \log\left(1 + \frac{N}{1 + N_i}\right)

    the cosine up to :math:`u`'s own length, which all share, with newer and rarer items weighing more:
    :math:`back_u(i)` are the items that :math:`u` touched since, and :math:`N_i` of the :math:`N` visitors kept have
    :math:`i`. Of the visitors met among the newest of each item, the nearest speak for their other items:

    .. math:: score(j) = \sum_v sim(v)\, b\, e^{-|place_v(j) - place_v(i^*)| / 20}

    where :math:`i^*` is the newest item shared, and :math:`b` is .8 for what was touched before it and 1 after it. A
    visitor has at most 64 items, their newest; neighbours are sought from the last six (`SETTINGS`): older ones took
    time and found less.

    Parameters
    ----------
    visitors
        How many are kept; when there are more, the one absent for longest gives way.

    References
    ----------
    Resnick, P. et al. (1994). GroupLens: an open architecture for collaborative filtering of netnews. CSCW.
    Garg, D. et al. (2019). Sequence and time aware neighborhood for session-based recommendations: STAN. SIGIR
    (the decays, here over visitors instead of sessions).

    Examples
    --------
    >>> import numpy as np
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> model, feedback = UserNeighbors(), Feedback(VisitorId("ann"), ItemId("cup"), "view", 1.0, 60.0)
    >>> for item in (4, 5):
    ...     model.learn_one(item, feedback, nothing_known(now=60.0, visitor=0))
    >>> after_the_cup = nothing_known(now=60.0, visitor=1)._replace(items=np.array([4], np.int32))
    >>> retrieve(model, after_the_cup, limit=2).items
    array([[ 5, -1]], dtype=int32)
    """

    names = ("user_neighbours",)

    def __init__(self, visitors: int = 65_536) -> None:
        super().__init__(visitors, 64, SETTINGS)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Add the item to the visitor's newest, if they chose it."""
        if feedback.chosen and context.visitor >= 0:
            self._index.add(context.visitor, item, feedback.at, is_new=context.influence.is_counted)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what the visitors nearest to this one have. Changes nothing."""
        own = self._index.slot(context.visitor)
        self.search(context.items, own, context.excluded, items[0], scores[0])

    def merge_visitor(self, source: int, context: Context) -> None:
        """Let the visitor have the items of ``source`` as well, in order of time."""
        self._index.merge(source, context.visitor, context.items)
