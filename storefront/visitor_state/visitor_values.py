"""A value for each visitor in Redis, and a bounded copy in this process that goes on while Redis is down."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from redis import Redis

from connections.circuit import Circuit
from online_models.schema.events import VisitorId
from storefront.lru_table import LruTable
from storefront.visitor_state.visitor_store import NotNow

VISITORS_KEPT = 5_000

_Value = TypeVar("_Value")


class Copy(Enum):
    """How the copy in this process stands to what Redis has."""

    SAVED = auto()
    ADDS = auto()
    """It is still to be added to what Redis has."""
    REPLACES = auto()
    """It is still to be saved in place of what Redis has."""


class VisitorValues(ABC, Generic[_Value]):
    """Reads and changes a visitor's value in Redis. What could not be saved is saved when Redis is back."""

    def __init__(
        self, redis: Redis, key: Callable[[VisitorId], str], nothing: _Value, circuit: Circuit | None = None
    ) -> None:
        self._redis: Any = redis
        self._key = key
        self._nothing = nothing
        self._circuit = circuit or Circuit()
        self._copies: LruTable[VisitorId, tuple[_Value, Copy]] = LruTable(VISITORS_KEPT)

    @abstractmethod
    def _fetch(self, visitor: VisitorId) -> _Value:
        """Read the visitor's value from Redis."""

    @abstractmethod
    def _save(self, visitor: VisitorId, value: _Value, *, afresh: bool) -> bool:
        """Save a value in Redis, ``afresh`` in place of what is there, and return True."""

    def read(self, visitor: VisitorId) -> _Value:
        """Return the visitor's value; the copy in this process while Redis is down."""
        if self._is_saved(visitor):
            before = self._copies.get(visitor)
            found = self._circuit.ask(self._fetch, visitor, otherwise=None)
            if found is not None and self._copies.get(visitor) is before:  # Nothing was changed while Redis was asked.
                self._copies[visitor] = found, Copy.SAVED
        return self._copy(visitor)

    def forget(self, visitor: VisitorId) -> None:
        """Delete the visitor's value. Raises `NotNow` while Redis is down."""
        self._copies.pop(visitor, None)
        if self._circuit.ask(self._redis_delete, visitor, otherwise=None) is None:
            raise NotNow("Redis does not answer")

    def _copy(self, visitor: VisitorId) -> _Value:
        return self._copies.get(visitor, (self._nothing, Copy.SAVED))[0]

    def _change(self, visitor: VisitorId, after: _Value, save: Callable[[], bool], unsaved: Copy) -> None:
        """Save a change by ``save``; while Redis is down keep what is to be done with the value after it."""
        before = self._copies.get(visitor, (after, Copy.SAVED))[1]
        if before is not Copy.SAVED:
            self._copies[visitor] = after, before
            self._is_saved(visitor)
            return
        # Kept first: another change of this visitor may come while this one waits for Redis.
        self._copies[visitor] = waiting = after, unsaved
        if self._circuit.ask(save, otherwise=False):
            self._settle(visitor, waiting)

    def _replace(self, visitor: VisitorId, value: _Value) -> None:
        self._copies[visitor] = value, Copy.REPLACES
        self._is_saved(visitor)

    def _is_saved(self, visitor: VisitorId) -> bool:
        """Save what is still to be saved, and return whether Redis has it."""
        waiting = self._copies.get(visitor, (self._nothing, Copy.SAVED))
        value, copy = waiting
        if copy is Copy.SAVED:
            return True
        afresh = copy is Copy.REPLACES
        if not self._circuit.ask(lambda: self._save(visitor, value, afresh=afresh), otherwise=False):
            return False
        return self._settle(visitor, waiting)

    def _settle(self, visitor: VisitorId, waiting: tuple[_Value, Copy]) -> bool:
        """Mark a value that Redis has now as saved, and return whether it is the newest one."""
        is_newest = self._copies.get(visitor) is waiting
        if is_newest:
            self._copies[visitor] = waiting[0], Copy.SAVED
        return is_newest

    def _saved(self, visitor: VisitorId) -> _Value:
        """Return what Redis has. Raises `NotNow` while that is not known."""
        value = self.read(visitor)
        if not self._is_saved(visitor) or not self._circuit.is_up:
            raise NotNow("Redis does not answer")
        return value

    def _redis_delete(self, visitor: VisitorId) -> int:
        return int(self._redis.delete(self._key(visitor)))
