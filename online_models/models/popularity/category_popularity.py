"""What sells best among things of the same kind: the leaders of each category and family."""

import numpy as np

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.popularity.decayed_counts import Levels
from online_models.models.popularity.popularity_by_group import (
    ITEMS,
    GroupCounts,
    Groups,
    are_regrouped,
    count_interaction,
    raise_all,
    write_leaders,
)
from online_models.models.recommender import Model, no_attribution
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

LEADERS = 100
"""So many items with the highest counts are kept in order for each group."""


class CategoryPopularity(Model):
    r"""Exponentially decayed counts at a half-life of a day, led within groups of items.

    Two ways to group items answer as a member each: by category, and by family, which is finer: a brand within a
    category, say. With the groups :math:`g(s_n), g(s_{n-1}), \dots` of the visitor's last seven items, newest first,

    .. math:: score(j) = c_j(t) \sum_{k=0}^{6} 2^{-k} [g(j) = g(s_{n-k})]

    where :math:`c_j(t)` is the decayed count. Shoppers compare: after one telephone comes another, and which one is
    said by what others choose today. Items without a group are counted and wait until they are given one.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> traffic = CategoryPopularity()
    >>> traffic.use_groups(category=np.array([0, 0, 1, 0], np.int32), family=np.array([0, 1, 2, 0], np.int32))
    >>> for visitor, item in enumerate([1, 2, 3, 3]):
    ...     feedback = Feedback(VisitorId(str(visitor)), ItemId(str(item)), "view", 1.0, 1e9)
    ...     traffic.learn_one(item, feedback, nothing_known(feedback.at, visitor))
    >>> after_the_first = nothing_known(now=1e9)._replace(items=np.array([0], np.int32))
    >>> retrieve(traffic, after_the_first, limit=3).items
    array([[ 3,  1, -1],
           [ 3, -1, -1]], dtype=int32)
    """

    names = ("category", "family")

    def __init__(self) -> None:
        self._levels: Levels = np.zeros(0)
        self._items = 0
        self._groups: Groups = np.zeros((len(self.names), 0), np.int32)
        self._categories: Indices = _no_leaders(0)
        self._families: Indices = _no_leaders(0)
        self._counts = self._bundle()

    def use_groups(self, category: Groups, family: Groups) -> None:
        """Group the items anew, or more of them.

        Parameters
        ----------
        category, family
            Numbers of groups by item index, -1 for none; int32, shape (items,). Numbers mean something only from here
            to the next call; what was counted is led anew if items that were counted are in other groups than before.
        """
        groups = np.stack([category, family]).astype(np.int32)
        sizes = [int(each.max(initial=NO_INDEX)) + 1 for each in groups]
        regrouped = are_regrouped(self._levels[: self._items], self._groups, groups)
        self._groups = groups
        if regrouped:
            self._lead_anew(*sizes)
        else:
            self._categories, self._families = (
                grown(leaders, size, fill=NO_INDEX)
                for leaders, size in zip((self._categories, self._families), sizes, strict=True)
            )
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
        count_interaction(self._counts, item, feedback.traffic, feedback.at, earlier, context.influence[:4])

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the leaders of the categories, and of the families, of the visitor's last items."""
        write_leaders(self._counts, context.now, context.recent_items, context.excluded, items, scores)

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return of each the newest of the visitor's last items that is in the same group; -1 for none."""
        attributed = no_attribution(items)
        _write_attribution(items, context.recent_items, self._groups[self.names.index(name)], attributed)
        return attributed

    def dump(self) -> State:
        """Return a copy of the counts. Groups belong to the catalog, and who leads them follows from the counts."""
        return {"levels": self._levels[: self._items].copy()}

    def load(self, state: State) -> None:
        """Replace the counts, and lead the present groups by them. Raises `InvalidState`."""
        levels = read_array(state, "levels", np.float64, None)
        if not (levels < np.inf).all():
            raise InvalidState("a popularity that is not a number")
        self._levels, self._items = levels, len(levels)
        self._lead_anew(*(int(each.max(initial=NO_INDEX)) + 1 for each in self._groups))

    def _lead_anew(self, categories: int, families: int) -> None:
        self._categories, self._families = _no_leaders(categories), _no_leaders(families)
        levels, self._levels = self._levels, np.full(len(self._levels), -np.inf)
        self._counts = self._bundle()
        raise_all(self._counts, levels)

    def _bundle(self) -> GroupCounts:
        return packed(GroupCounts(self._levels, self._groups, self._categories, self._families))


def _no_leaders(groups: int) -> Indices:
    return np.full((groups, LEADERS), NO_INDEX, np.int32)


@compiled
def _write_attribution(items: Indices, recent: Indices, groups: Indices, attributed: Indices) -> None:
    """Write which of the last items, the newest first, is in the group of each of ``items``; else it stays."""
    for index in range(len(items)):
        item = items[index]
        if item >= len(groups) or groups[item] < 0:
            continue
        for back in range(min(len(recent), ITEMS)):
            other = recent[len(recent) - 1 - back]
            if other != item and other < len(groups) and groups[other] == groups[item]:
                attributed[index] = other
                break
