"""What visitors have dismissed a moment ago: out of sight at once, before the learner knows, or while it is down."""

from online_models.schema.events import ItemId, VisitorId
from storefront.lru_table import LruTable

VISITORS_KEPT = 5_000
ITEMS_KEPT = 100


class Dismissals:
    """The last dismissals of the last visitors, in this process. The learner keeps them for good."""

    def __init__(self, visitors_kept: int = VISITORS_KEPT, items_kept: int = ITEMS_KEPT) -> None:
        self._items_kept = items_kept
        self._items: LruTable[VisitorId, LruTable[ItemId, None]] = LruTable(visitors_kept)

    def add(self, visitor: VisitorId, item: ItemId) -> None:
        """Keep an item out of this visitor's list."""
        items = self._items.get(visitor) or LruTable(self._items_kept)
        items[item] = None
        self._items[visitor] = items

    def discard(self, visitor: VisitorId, item: ItemId) -> None:
        """Let an item come back: the visitor has turned to it after all."""
        if visitor in self._items:
            self._items[visitor].pop(item, None)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give one visitor's dismissals to another."""
        for item in self._items.pop(source, ()):
            self.add(target, item)

    def forget(self, visitor: VisitorId) -> None:
        """Drop a visitor's dismissals."""
        self._items.pop(visitor, None)

    def of(self, visitor: VisitorId) -> tuple[ItemId, ...]:
        """Return what the visitor does not want to see."""
        return tuple(self._items.get(visitor, ()))
