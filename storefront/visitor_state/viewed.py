"""Which products a visitor has opened, newest first."""

from collections.abc import Iterable
from typing import Any

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.visitor_state.visitor_store import NotNow
from storefront.visitor_state.visitor_values import Copy, VisitorValues

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


def newest_first(items: Iterable[ItemId]) -> Items:
    """Return each item once, as many as are kept.

    >>> newest_first(("mug", "bag", "mug"))
    ('mug', 'bag')
    """
    return tuple(dict.fromkeys(items))[: keyspace.VIEWED_LENGTH]


class Viewed(VisitorValues[Items]):
    """The last products that each visitor opened, `keyspace.VIEWED_LENGTH` at most, in a Redis list per visitor."""

    def __init__(self, redis: Redis, circuit: Circuit | None = None) -> None:
        super().__init__(redis, keyspace.viewed, (), circuit)
        self._script: Any = redis.register_script(_PUSH)

    def add(self, visitor: VisitorId, item: ItemId) -> None:
        """Put a product first. The oldest one goes when there are too many."""
        after = newest_first((item, *self._copy(visitor)))
        self._change(visitor, after, lambda: self._save(visitor, (item,)), Copy.ADDS)

    def discard(self, visitor: VisitorId, item: ItemId) -> None:
        """Forget that the visitor opened this product."""
        self._replace(visitor, tuple(other for other in self.read(visitor) if other != item))

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give what one visitor opened to another, as the newest. Raises `NotNow` while Redis is down."""
        moved = self._saved(source)
        if not self._circuit.ask(self._save, target, moved, otherwise=False):
            raise NotNow("Redis does not answer")
        self.forget(source)

    def _fetch(self, visitor: VisitorId) -> Items:
        found = self._redis.lrange(keyspace.viewed(visitor), 0, keyspace.VIEWED_LENGTH - 1)
        return newest_first(ItemId(item.decode()) for item in found)

    def _save(self, visitor: VisitorId, value: Items, *, afresh: bool = False) -> bool:
        bounds = (int(afresh), keyspace.VIEWED_LENGTH, keyspace.VIEWED_TTL)
        self._script(keys=[keyspace.viewed(visitor)], args=[*bounds, *reversed(value)], client=self._redis)
        return True
