"""Which products a visitor has opened, newest first.

Redis holds it. While Redis is down a bounded copy in this process goes on, and is saved when Redis is back.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Protocol

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.visitor_state.visitor_store import NotNow

VISITORS_KEPT = 5_000

Items = tuple[ItemId, ...]

# One command instead of a transaction of several: it comes with every view. The items come oldest first.
_PUSH = """
if ARGV[1] == '1' then redis.call('DEL', KEYS[1]) end
for number = 4, #ARGV do
    redis.call('LREM', KEYS[1], 0, ARGV[number])
    redis.call('LPUSH', KEYS[1], ARGV[number])
end
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class Viewed(Protocol):
    """Keeps the last products that each visitor opened."""

    def read(self, visitor: VisitorId) -> Items:
        """Return the products, newest first, each once."""

    def add(self, visitor: VisitorId, item: ItemId) -> None:
        """Put a product first. The oldest one goes when there are `keyspace.VIEWED_LENGTH`."""

    def discard(self, visitor: VisitorId, item: ItemId) -> None:
        """Forget that the visitor opened this product."""

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give what one visitor opened to another, as the newest. Raises `NotNow` while it cannot be done."""

    def forget(self, visitor: VisitorId) -> None:
        """Forget all that the visitor opened. Raises `NotNow` while it cannot be done."""


def newest_first(items: Iterable[ItemId]) -> Items:
    """Return each item once, as many as are kept.

    >>> newest_first(("mug", "bag", "mug"))
    ('mug', 'bag')
    """
    return tuple(dict.fromkeys(items))[: keyspace.VIEWED_LENGTH]


class RedisViewed:
    """`Viewed` in a Redis list per visitor."""

    def __init__(self, redis: Redis, circuit: Circuit | None = None) -> None:
        self._redis: Any = redis
        self._script: Any = redis.register_script(_PUSH)
        self._circuit = circuit or Circuit()
        self._kept: OrderedDict[VisitorId, Items] = OrderedDict()
        # Whose copy is to be saved, and whether it replaces what Redis has: where something was forgotten.
        self._unsaved: dict[VisitorId, bool] = {}

    def read(self, visitor: VisitorId) -> Items:
        """Return the products; the copy in this process while Redis is down."""
        if visitor in self._unsaved:
            self._save_all(visitor)
        if visitor not in self._unsaved:
            end = keyspace.VIEWED_LENGTH - 1
            found = self._circuit.ask(lambda: self._redis.lrange(keyspace.viewed(visitor), 0, end), otherwise=None)
            if found is not None:
                self._keep(visitor, newest_first(ItemId(item.decode()) for item in found))
        return self._kept.get(visitor, ())

    def add(self, visitor: VisitorId, item: ItemId) -> None:
        """Put a product first, in Redis or, while it is down, in this process."""
        self._keep(visitor, newest_first((item, *self._kept.get(visitor, ()))))
        if visitor in self._unsaved:
            self._save_all(visitor)
        elif not self._circuit.ask(lambda: self._push(visitor, (item,)), otherwise=False):
            self._unsaved[visitor] = False

    def discard(self, visitor: VisitorId, item: ItemId) -> None:
        """Forget one product, in Redis or, while it is down, in this process."""
        after = tuple(other for other in self.read(visitor) if other != item)
        self._put(visitor, after)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give what one visitor opened to another. Raises `NotNow` while Redis is down."""
        moved = self.read(source)
        if source in self._unsaved or not self._circuit.is_up:
            raise NotNow("Redis does not answer")
        if not self._circuit.ask(lambda: self._push(target, moved), otherwise=False):
            raise NotNow("Redis does not answer")
        self.forget(source)

    def forget(self, visitor: VisitorId) -> None:
        """Forget all that the visitor opened. Raises `NotNow` while Redis is down."""
        self._kept.pop(visitor, None)
        self._unsaved.pop(visitor, None)
        if self._circuit.ask(lambda: self._redis.delete(keyspace.viewed(visitor)), otherwise=None) is None:
            raise NotNow("Redis does not answer")

    def _put(self, visitor: VisitorId, items: Items) -> None:
        self._keep(visitor, items)
        self._unsaved[visitor] = True
        self._save_all(visitor)

    def _keep(self, visitor: VisitorId, items: Items) -> None:
        self._kept[visitor] = items
        self._kept.move_to_end(visitor)
        while len(self._kept) > VISITORS_KEPT:
            oldest, _ = self._kept.popitem(last=False)
            self._unsaved.pop(oldest, None)

    def _save_all(self, visitor: VisitorId) -> None:
        items, afresh = self._kept.get(visitor, ()), self._unsaved[visitor]
        if self._circuit.ask(lambda: self._push(visitor, items, afresh=afresh), otherwise=False):
            del self._unsaved[visitor]

    def _push(self, visitor: VisitorId, items: Items, *, afresh: bool = False) -> bool:
        bounds = (int(afresh), keyspace.VIEWED_LENGTH, keyspace.VIEWED_TTL)
        self._script(keys=[keyspace.viewed(visitor)], args=[*bounds, *reversed(items)], client=self._redis)
        return True
