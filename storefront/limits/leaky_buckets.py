"""Leaky buckets in this process (the generic cell rate algorithm): the one design behind every limit of the shop.

A bucket is one number, the moment at which it is empty again. The table is bounded: when it is full, the key that was
not asked for longest is forgotten. The package `limits` keeps every key until it expires, counts in windows without a
burst, and cannot uncount.
"""

from dataclasses import dataclass

from online_models.schema import keyspace
from storefront.lru_table import LruTable

KEYS_KEPT = 50_000
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Limit:
    """How often: ``count`` times at once, and as many again over ``seconds``. The name is part of the key."""

    name: str
    count: int
    seconds: float

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 < self.seconds <= keyspace.LIMIT_TTL:
            raise ValueError(f"{self.name}: a count of at least 1 in up to {keyspace.LIMIT_TTL} seconds")

    @property
    def interval(self) -> float:
        """The seconds in which the bucket loses one."""
        return self.seconds / self.count


class LeakyBuckets:
    """A bucket for each limit and key."""

    def __init__(self, keys_kept: int = KEYS_KEPT) -> None:
        self._empty_at: LruTable[tuple[str, str], float] = LruTable(keys_kept)

    def __len__(self) -> int:
        return len(self._empty_at)

    def take(self, limit: Limit, key: str, now: float, cost: int = 1, patience: float = 0.0) -> float:
        """Return 0 and count it, or the seconds until it fits, and count nothing.

        What costs more than the bucket holds fits into an empty one: others wait the longer for it.
        Up to ``patience`` seconds ahead of its time it is counted as well, for who will wait until then.

        >>> buckets, twice = LeakyBuckets(), Limit("twice a minute", 2, 60)
        >>> [buckets.take(twice, "somebody", now=0.0) for _ in range(3)]
        [0.0, 0.0, 30.0]
        """
        before = self._empty_at.get((limit.name, key), now)
        empty_at = max(now, before) + cost * limit.interval
        wait = empty_at - now - max(limit.seconds, cost * limit.interval)
        self._empty_at[limit.name, key] = empty_at if wait <= patience + _ROUNDING else before
        return 0.0 if wait <= _ROUNDING else wait

    def give_back(self, limit: Limit, key: str, cost: int = 1) -> None:
        """Uncount it."""
        if (limit.name, key) in self._empty_at:
            self._empty_at[limit.name, key] -= cost * limit.interval


class RateLimit:
    """A burst at once, and then so many a second, for each visitor: for what is asked too often to ask Redis first."""

    def __init__(self, per_second: float, burst: int, visitors_kept: int = KEYS_KEPT) -> None:
        self._limit = Limit("visitor", burst, burst / per_second)
        self._buckets = LeakyBuckets(visitors_kept)

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, visitor: str, now: float) -> bool:
        """Count one if it may be done. ``now`` is any clock in seconds that does not run backwards."""
        return self.take(visitor, now) == 0

    def take(self, visitor: str, now: float, cost: int = 1) -> float:
        """Return 0 and count it, or the seconds until it fits, and count nothing."""
        return self._buckets.take(self._limit, visitor, now, cost)

    def give_back(self, visitor: str, cost: int = 1) -> None:
        """Uncount it."""
        self._buckets.give_back(self._limit, visitor, cost)
