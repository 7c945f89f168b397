"""The newest visits of a stream: what the session network is trained on."""

from collections import deque

from online_models.evaluation.protocols import SESSION_ENDS_AFTER
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback

LONGEST = 20
"""Longer visits are cut into pieces, each of which begins with the last item of the one before."""

MOST_ITEMS = 150_000


class RecentVisits:
    """Visits in order of their first event, of so many items in all.

    Examples
    --------
    >>> visits = RecentVisits()
    >>> for at, item in enumerate(["cup", "cup", "saucer"]):
    ...     visits.add(Feedback(VisitorId("ann"), ItemId(item), "view", 1.0, float(at)))
    >>> visits.all(), visits.signals
    ([['cup', 'saucer']], 3)
    """

    def __init__(self, most_items: int = MOST_ITEMS) -> None:
        self._most_items = most_items
        self._visits: deque[list[ItemId]] = deque()
        self._present: dict[VisitorId, tuple[list[ItemId], str | None, float]] = {}
        self._changed: dict[int, list[ItemId]] = {}
        self._items = 0
        self.signals = 0
        """How many signals for an item there were in all."""

    def add(self, feedback: Feedback) -> None:
        """Note a signal, if it is for its item. They come in order of time."""
        if not feedback.chosen:
            return
        self.signals += 1
        visit, session, last_at = self._present.get(feedback.visitor, ([], None, float("-inf")))
        ended = session != feedback.session if feedback.session else feedback.at - last_at > SESSION_ENDS_AFTER
        if ended or not visit:
            visit = self._begin()
        elif len(visit) == LONGEST and visit[-1] != feedback.item:
            visit = self._begin(visit[-1])
        if not visit or visit[-1] != feedback.item:
            visit.append(feedback.item)
            self._items += 1
            self._changed[id(visit)] = visit
        self._present[feedback.visitor] = visit, feedback.session, feedback.at
        while self._items > self._most_items:
            self._items -= len(self._visits.popleft())

    def all(self) -> list[list[ItemId]]:
        """Return the visits of two items or more."""
        return [visit for visit in self._visits if len(visit) > 1]

    def take_changed(self) -> list[list[ItemId]]:
        """Return those of two items or more that have begun or gone on since the last call."""
        changed, self._changed = self._changed, {}
        return [visit for visit in changed.values() if len(visit) > 1]

    def _begin(self, *items: ItemId) -> list[ItemId]:
        visit = [*items]
        self._items += len(visit)
        self._visits.append(visit)
        return visit
