"""Items whose "goes well with" list is out of date. Each waits a little, so that many changes make one write."""

from collections import deque
from collections.abc import Iterable

from online_models.schema.events import ItemId

SETTLE_SECONDS = 3.0
MAX_PENDING = 200_000


class DirtyItems:
    """Each item once, in the order in which they became dirty. One that does not fit is queued at its next change."""

    def __init__(self, settle: float = SETTLE_SECONDS, limit: int = MAX_PENDING) -> None:
        self._settle = settle
        self._limit = limit
        self._order: deque[tuple[float, ItemId]] = deque()
        self._pending: set[ItemId] = set()

    def __len__(self) -> int:
        return len(self._order)

    def add(self, items: Iterable[ItemId], elapsed: float) -> None:
        """Queue items whose list has changed."""
        for item in items:
            if item not in self._pending and len(self._order) < self._limit:
                self._pending.add(item)
                self._order.append((elapsed, item))

    def is_due(self, elapsed: float) -> bool:
        """Say whether the first item has waited long enough."""
        return bool(self._order) and self._order[0][0] <= elapsed - self._settle

    def pop(self) -> ItemId:
        """Take the one that has waited longest. Raises IndexError if the queue is empty."""
        item = self._order.popleft()[1]
        self._pending.discard(item)
        return item
