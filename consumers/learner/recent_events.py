"""A bounded window of event ids, to recognise what a producer sent twice. Part of every snapshot."""

from collections import deque
from collections.abc import Iterable

from online_models.schema.events import EventId

WINDOW = 50_000


class RecentEvents:
    """The last ``size`` event ids that were learned."""

    def __init__(self, size: int = WINDOW) -> None:
        self._size = size
        self._order: deque[EventId] = deque()
        self._known: set[EventId] = set()

    def add(self, event_id: EventId) -> bool:
        """Remember an id. Returns False if it is known already."""
        if event_id in self._known:
            return False
        self._known.add(event_id)
        self._order.append(event_id)
        if len(self._order) > self._size:
            self._known.discard(self._order.popleft())
        return True

    def take_back(self) -> None:
        """Forget the id that was added last: its event was not learned after all."""
        self._known.discard(self._order.pop())

    def ids(self) -> tuple[EventId, ...]:
        """Return what is remembered, oldest first."""
        return tuple(self._order)

    def restore(self, ids: Iterable[EventId]) -> None:
        """Remember exactly these, as `ids` returned them."""
        self._order = deque(ids)
        self._known = set(self._order)
