"""The rules of an evaluation: by which events lists are judged, and what may be recommended."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from online_models.arrays.growth import grown
from online_models.arrays.types import NO_INDICES, Indices
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import AGAINST, Feedback

HYBRID = "hybrid"
"""The name of the whole in figures, beside those of its sources."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By which events lists are judged, and what may be recommended.

    Attributes
    ----------
    k
        Length of the lists that are judged.
    exclude_seen
        Leave out all that the visitor interacted with before, and do not judge by it: for data without repeats, as
        ratings are.
    repeats
        Recommend the item of the visitor's last interaction too, and judge by it.
    warm_up
        Share of the stream that is learned before anything is judged.
    seed
        Of the resampling that gives the intervals.
    """

    k: int = 20
    exclude_seen: bool = False
    repeats: bool = False
    warm_up: float = 0.2
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.k <= 1000:
            raise ValueError("k must be 1 to 1000")
        if not 0 <= self.warm_up < 1:
            raise ValueError("the warm-up must be a share of the stream below 1")


class SeenItems:
    """The items that one visitor interacted with, in order of their first interaction."""

    def __init__(self) -> None:
        self._items: set[ItemId] = set()
        self._indices: Indices = NO_INDICES
        self._count = 0

    def __contains__(self, item: ItemId) -> bool:
        return item in self._items

    def add(self, item: ItemId, index: int) -> None:
        """Add an item, once; -1 for one that has no index."""
        if item not in self._items and index >= 0:
            self._indices = grown(self._indices, self._count + 1)
            self._indices[self._count] = index
            self._count += 1
        self._items.add(item)

    @property
    def indices(self) -> Indices:
        """The indices of all that have one: a view that holds until the next is added."""
        return self._indices[: self._count]


class Visits:
    """The last item of each visitor and, where the rules leave out what was seen, all of them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._last: dict[VisitorId, ItemId] = {}
        self._events: Counter[VisitorId] = Counter()
        self._seen: defaultdict[VisitorId, SeenItems] = defaultdict(SeenItems)

    def knows(self, visitor: VisitorId) -> bool:
        """Tell whether the visitor has an earlier event; else the next one is a cold start."""
        return visitor in self._last

    def events(self, visitor: VisitorId) -> int:
        """Return how many events the visitor had."""
        return self._events[visitor]

    def is_judged(self, feedback: Feedback) -> bool:
        """Tell whether a list is judged by an event: not by one against its item, nor by a repeat outside the rules."""
        if feedback.kind in AGAINST:
            return False
        if self._rules.exclude_seen:
            return feedback.item not in self._seen[feedback.visitor]
        return self._rules.repeats or self._last.get(feedback.visitor) != feedback.item

    def excluded(self, visitor: VisitorId) -> Indices:
        """Return the indices of the items to leave out of the visitor's list."""
        return self._seen[visitor].indices if self._rules.exclude_seen else NO_INDICES

    def add(self, feedback: Feedback, index: int) -> None:
        """Note an event about the item of an index, -1 where it has none."""
        self._last[feedback.visitor] = feedback.item
        self._events[feedback.visitor] += 1
        if self._rules.exclude_seen:
            self._seen[feedback.visitor].add(feedback.item, index)
