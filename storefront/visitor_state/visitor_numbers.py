"""What a visitor keeps with the shop, item by item: quantities in the basket, stars given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.visitor_state.visitor_store import NotNow
from storefront.visitor_state.visitor_values import Copy, VisitorValues


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


class VisitorNumbers(VisitorValues[dict[ItemId, int]]):
    """A whole number per item for each visitor, in a Redis hash per visitor."""

    def __init__(self, redis: Redis, kind: Kind, circuit: Circuit | None = None) -> None:
        super().__init__(redis, kind.key, {}, circuit)
        self._kind = kind

    def read(self, visitor: VisitorId) -> dict[ItemId, int]:
        """Return a copy of the visitor's numbers."""
        return dict(super().read(visitor))

    def put(self, visitor: VisitorId, item: ItemId, number: int) -> dict[ItemId, int]:
        """Set one number; zero drops the item. Return all of them. Raises `TooMany`."""
        after = changed(self.read(visitor), item, number, self._kind)
        change = {item: after.get(item, 0)}
        self._change(visitor, after, lambda: self._save(visitor, change), Copy.REPLACES)
        return dict(after)

    def clear(self, visitor: VisitorId) -> None:
        """Drop all of the visitor's numbers."""
        self._replace(visitor, {})

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give the numbers of one visitor to another, at once or not at all. Raises `NotNow` while Redis is down."""
        for visitor in (source, target):
            self._saved(visitor)
        after = self._circuit.ask(self._merge, source, target, otherwise=None)
        if after is None:
            raise NotNow("Redis does not answer")
        self._copies.pop(source, None)
        self._copies[target] = after, Copy.SAVED

    def _merge(self, source: VisitorId, target: VisitorId) -> dict[ItemId, int]:
        from_key, to_key = self._key(source), self._key(target)
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

    def _fetch(self, visitor: VisitorId) -> dict[ItemId, int]:
        return _numbers(self._redis.hgetall(self._key(visitor)))

    def _save(self, visitor: VisitorId, value: dict[ItemId, int], *, afresh: bool = False) -> bool:
        key = self._key(visitor)
        pipe = self._redis.pipeline(transaction=True)
        if afresh:
            pipe.delete(key)
        for item, number in value.items():
            if number > 0:
                pipe.hset(key, item, number)
            else:
                pipe.hdel(key, item)
        pipe.expire(key, self._kind.ttl)
        pipe.execute()
        return True


def _numbers(found: Mapping[bytes, bytes]) -> dict[ItemId, int]:
    return {ItemId(item.decode()): int(number) for item, number in found.items()}
