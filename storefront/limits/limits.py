"""Named limits on how often something may be done, shared by all storefronts through Redis.

Redis keeps the buckets of `leaky_buckets`, one number for each key, which is gone once the bucket is empty. While Redis
is down each process counts for itself.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import time
from typing import Any, Protocol

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from storefront.limits.leaky_buckets import KEYS_KEPT, LeakyBuckets, Limit

SIGN_IN_BY_ADDRESS = Limit("sign-in", 60, 10 * keyspace.MINUTE)
SIGN_UP = Limit("sign-up", 20, keyspace.HOUR)
RESET = Limit("reset", 5, keyspace.HOUR)
SEARCH = Limit("search", 120, keyspace.MINUTE)
SUGGEST = Limit("suggest", 600, keyspace.MINUTE)
REVIEW = Limit("review", 30, keyspace.HOUR)
CHANGE = Limit("change", 10, keyspace.HOUR)
"""Of an account's address and password: each is told by letter."""
CONFIRM = Limit("confirm", 5, 2 * keyspace.HOUR)
"""Letters to an address that somebody has typed, who need not be its owner: few, and no long wait for the owner."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be done now; if not, in how many seconds it is worth another try."""

    allowed: bool
    retry_after: int = 0


class Limits(Protocol):
    """Counts what is done, by limit and by who does it."""

    def allow(self, limit: Limit, key: str, cost: int = 1) -> Verdict:
        """Count it if it may be done. ``key`` says who: an address, a visitor. What is refused is not counted."""

    def give_back(self, limit: Limit, key: str) -> None:
        """Uncount one: it turned out to be what the limit is not there for."""


class MemoryLimits:
    """`Limits` in this process."""

    def __init__(self, clock: Callable[[], float] = time, keys_kept: int = KEYS_KEPT) -> None:
        self._clock = clock
        self._keys_kept = keys_kept
        self._buckets = LeakyBuckets(keys_kept)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, limit: Limit, key: str, cost: int = 1) -> Verdict:
        """Count it if it may be done."""
        with self._lock:
            wait = self._buckets.take(limit, key, self._clock(), cost)
        return Verdict(allowed=wait == 0, retry_after=math.ceil(wait))

    def give_back(self, limit: Limit, key: str) -> None:
        """Uncount one."""
        with self._lock:
            self._buckets.give_back(limit, key)

    def clear(self) -> None:
        """Uncount everything."""
        with self._lock:
            self._buckets = LeakyBuckets(self._keys_kept)


# Redis' own clock serves where no other is given: storefronts on several machines then agree. Microseconds.
CLOCK = """
local now = tonumber(ARGV[1])
if not now then
    local at = redis.call('TIME')
    now = at[1] * 1000000 + at[2]
end
"""
_ALLOW = (
    CLOCK
    + """
local per, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now)) + per
local wait = full - now - window
if wait > 1 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
"""
)
_GIVE_BACK = """
local full = tonumber(redis.call('GET', KEYS[1]) or 0)
if full > 0 then redis.call('SET', KEYS[1], string.format('%.0f', full - ARGV[1]), 'KEEPTTL') end
"""


class RedisLimits:
    """`Limits` in Redis: one atomic question each. While Redis is down, in this process.

    Parameters
    ----------
    clock
        Seconds; None for Redis' own clock.
    """

    def __init__(self, redis: Redis, circuit: Circuit | None = None, clock: Callable[[], float] | None = None) -> None:
        self._allow: Any = redis.register_script(_ALLOW)
        self._give_back: Any = redis.register_script(_GIVE_BACK)
        self._circuit = circuit or Circuit()
        self._clock = clock
        self._meanwhile = MemoryLimits(clock or time)

    def allow(self, limit: Limit, key: str, cost: int = 1) -> Verdict:
        """Count it if it may be done."""
        arguments = [micros(self._clock), round(cost * limit.interval * 1_000_000), round(limit.seconds * 1_000_000)]
        wait = self._circuit.ask(lambda: self._allow(keys=[_key(limit, key)], args=arguments), otherwise=None)
        if wait is None:
            return self._meanwhile.allow(limit, key, cost)
        return Verdict(allowed=wait == 0, retry_after=math.ceil(wait / 1_000_000))

    def give_back(self, limit: Limit, key: str) -> None:
        """Uncount one."""
        self._meanwhile.give_back(limit, key)
        interval = round(limit.interval * 1_000_000)
        self._circuit.ask(lambda: self._give_back(keys=[_key(limit, key)], args=[interval]), otherwise=None)


def micros(clock: Callable[[], float] | None) -> str:
    """Return a clock's time as a script takes it; empty for Redis' own."""
    return "" if clock is None else str(round(clock() * 1_000_000))


def digest_of(who: str) -> str:
    """Return a name of bounded length: neither addresses nor accounts can be read from Redis' keys."""
    return sha256(who.encode()).hexdigest()[:32]


def _key(limit: Limit, key: str) -> str:
    return keyspace.limit(limit.name, digest_of(key))
