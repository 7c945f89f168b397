"""What a visitor keeps with the shop, item by item: quantities in the basket, stars given.

Redis holds it. While Redis is down a bounded copy in this process goes on, and is saved when Redis is back.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.visitor_state.visitor_store import NotNow

VISITORS_KEPT = 5_000


class TooMany(ValueError):
    """The visitor has as many items here as the shop keeps. Refuse one more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of number: its key, how long it lives, how many items and how much of each."""

    key: Callable[[VisitorId], str]
    ttl: int
    max_items: int
    max_number: int
    adds_up: bool = False
    """What two visitors who turn out to be one have of an item adds up; else what the later one says goes."""


BASKET = Kind(keyspace.basket, keyspace.BASKET_TTL, keyspace.MAX_BASKET_LINES, 999, adds_up=True)
RATINGS = Kind(keyspace.ratings, keyspace.RATINGS_TTL, keyspace.MAX_RATINGS, 5)


class VisitorNumbers(Protocol):
    """Keeps a whole number per item for each visitor."""

    def read(self, visitor: VisitorId) -> dict[ItemId, int]:
        """Return all of the visitor's numbers."""

    def put(self, visitor: VisitorId, item: ItemId, number: int) -> dict[ItemId, int]:
        """Set one number; zero drops the item. Return all of them. Raises `TooMany`."""

    def clear(self, visitor: VisitorId) -> None:
        """Drop all of the visitor's numbers."""

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give the numbers of ``source`` to ``target``, at once or not at all. Raises `NotNow`."""

    def forget(self, visitor: VisitorId) -> None:
        """Delete all of the visitor's numbers. Raises `NotNow`."""


def total(numbers: Mapping[ItemId, int]) -> int:
    """Return the sum of the numbers: what the basket's mark shows."""
    return sum(numbers.values())


def changed(numbers: Mapping[ItemId, int], item: ItemId, number: int, kind: Kind) -> dict[ItemId, int]:
    """Return ``numbers`` with one of them set. Raises `TooMany`."""
    after = dict(numbers)
    if number <= 0:
        after.pop(item, None)
        return after
    if item not in after and len(after) >= kind.max_items:
        raise TooMany(f"at most {kind.max_items} different items")
    after[item] = min(number, kind.max_number)
    return after


def merged(numbers: Mapping[ItemId, int], more: Mapping[ItemId, int], kind: Kind) -> dict[ItemId, int]:
    """Return ``numbers`` with ``more`` in it, as far as there is room."""
    after = dict(numbers)
    for item, number in more.items():
        try:
            after = changed(after, item, number + after.get(item, 0) * kind.adds_up, kind)
        except TooMany:
            break
    return after


class RedisVisitorNumbers:
    """`VisitorNumbers` in a Redis hash per visitor."""

    def __init__(self, redis: Redis, kind: Kind, circuit: Circuit | None = None) -> None:
        self._redis: Any = redis
        self._kind = kind
        self._circuit = circuit or Circuit()
        self._kept: OrderedDict[VisitorId, dict[ItemId, int]] = OrderedDict()
        self._unsaved: set[VisitorId] = set()

    def read(self, visitor: VisitorId) -> dict[ItemId, int]:
        """Return the numbers; the copy in this process while Redis is down."""
        if visitor in self._unsaved:
            self._save_all(visitor)
        if visitor not in self._unsaved:
            found = self._circuit.ask(lambda: self._redis.hgetall(self._kind.key(visitor)), otherwise=None)
            if found is not None:
                self._keep(visitor, _numbers(found))
        return dict(self._kept.get(visitor, {}))

    def put(self, visitor: VisitorId, item: ItemId, number: int) -> dict[ItemId, int]:
        """Set one number, in Redis or, while it is down, in this process."""
        after = changed(self.read(visitor), item, number, self._kind)
        self._keep(visitor, after)
        saved = visitor not in self._unsaved and self._circuit.ask(
            lambda: self._save(visitor, {item: after.get(item, 0)}), otherwise=False
        )
        if not saved:
            self._unsaved.add(visitor)
        return dict(after)

    def clear(self, visitor: VisitorId) -> None:
        """Drop all numbers."""
        self._keep(visitor, {})
        self._unsaved.add(visitor)
        self._save_all(visitor)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give the numbers of one visitor to another, at once or not at all. Raises `NotNow` while Redis is down."""
        for visitor in (source, target):
            self.read(visitor)
            if visitor in self._unsaved:
                raise NotNow("Redis does not answer")
        after = self._circuit.ask(lambda: self._merge(source, target), otherwise=None)
        if after is None:
            raise NotNow("Redis does not answer")
        self._kept.pop(source, None)
        self._keep(target, after)

    def forget(self, visitor: VisitorId) -> None:
        """Delete all numbers. Raises `NotNow` while Redis is down."""
        self._kept.pop(visitor, None)
        self._unsaved.discard(visitor)
        if self._circuit.ask(lambda: self._redis.delete(self._kind.key(visitor)), otherwise=None) is None:
            raise NotNow("Redis does not answer")

    def _merge(self, source: VisitorId, target: VisitorId) -> dict[ItemId, int]:
        from_key, to_key = self._kind.key(source), self._kind.key(target)
        after: dict[ItemId, int] = {}

        def move(pipe: Any) -> None:
            after.clear()
            after.update(merged(_numbers(pipe.hgetall(to_key)), _numbers(pipe.hgetall(from_key)), self._kind))
            pipe.multi()
            pipe.delete(from_key, to_key)
            if after:
                pipe.hset(to_key, mapping=after)
                pipe.expire(to_key, self._kind.ttl)

        self._redis.transaction(move, from_key, to_key)
        return after

    def _keep(self, visitor: VisitorId, numbers: dict[ItemId, int]) -> None:
        self._kept[visitor] = numbers
        self._kept.move_to_end(visitor)
        while len(self._kept) > VISITORS_KEPT:
            oldest, _ = self._kept.popitem(last=False)
            self._unsaved.discard(oldest)

    def _save_all(self, visitor: VisitorId) -> None:
        numbers = dict(self._kept.get(visitor, {}))
        if self._circuit.ask(lambda: self._save(visitor, numbers, afresh=True), otherwise=False):
            self._unsaved.discard(visitor)

    def _save(self, visitor: VisitorId, numbers: Mapping[ItemId, int], *, afresh: bool = False) -> bool:
        key = self._kind.key(visitor)
        pipe = self._redis.pipeline(transaction=True)
        if afresh:
            pipe.delete(key)
        for item, number in numbers.items():
            if number > 0:
                pipe.hset(key, item, number)
            else:
                pipe.hdel(key, item)
        pipe.expire(key, self._kind.ttl)
        pipe.execute()
        return True


def _numbers(found: Mapping[bytes, bytes]) -> dict[ItemId, int]:
    return {ItemId(item.decode()): int(number) for item, number in found.items()}
