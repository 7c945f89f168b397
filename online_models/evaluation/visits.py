"""What each visitor did so far, as far as it decides whether an event is asked and what is left out."""

import numpy as np

from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.rules import Rules
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback

_AGAINST = frozenset({"uncart", "dismissal"})


class SeenItems:
    """The rows that one visitor touched, in order of their first touch."""

    def __init__(self) -> None:
        self._rows: Indices = np.empty(16, np.int32)
        self._items: set[ItemId] = set()
        self._count = 0

    def __contains__(self, item: ItemId) -> bool:
        return item in self._items

    def add(self, item: ItemId, row: int) -> None:
        """Add an item, once."""
        if item in self._items:
            return
        self._items.add(item)
        if row < 0:
            return
        if self._count == len(self._rows):
            self._rows = np.concatenate((self._rows, np.empty_like(self._rows)))
        self._rows[self._count] = row
        self._count += 1

    @property
    def rows(self) -> Indices:
        """All of them: a view that holds until the next is added."""
        return self._rows[: self._count]


class Visits:
    """The last item of each visitor and, where the rules leave out what was seen, all of them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._last: dict[VisitorId, ItemId] = {}
        self._seen: dict[VisitorId, SeenItems] = {}

    def knows(self, visitor: VisitorId) -> bool:
        """Say whether the visitor has an earlier event; else the next one is a cold start."""
        return visitor in self._last

    def asks_for(self, feedback: Feedback) -> bool:
        """Say whether an event is asked: none that speaks against its item, and no repeat that the rules leave out."""
        if feedback.kind in _AGAINST:
            return False
        if self._rules.exclude_seen:
            seen = self._seen.get(feedback.visitor)
            return seen is None or feedback.item not in seen
        return self._rules.repeats or self._last.get(feedback.visitor) != feedback.item

    def excluded(self, visitor: VisitorId) -> Indices:
        """Return the rows to leave out of the visitor's list."""
        seen = self._seen.get(visitor)
        return NO_INDICES if seen is None else seen.rows

    def add(self, feedback: Feedback, row: int) -> None:
        """Note an event about the item of a row, -1 where it has none."""
        self._last[feedback.visitor] = feedback.item
        if self._rules.exclude_seen:
            seen = self._seen.get(feedback.visitor)
            if seen is None:
                seen = self._seen[feedback.visitor] = SeenItems()
            seen.add(feedback.item, row)
