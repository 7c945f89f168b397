"""Named limits on how often something may be done, shared by all storefronts through Redis.

Redis keeps the buckets of `leaky_buckets`, one number for each key, which is gone once the bucket is empty. While Redis
is down each process counts for itself.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import time
from typing import Any

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
"""Of an account's address and password: each is told by email."""
CONFIRM = Limit("confirm", 5, 2 * keyspace.HOUR)
"""Emails to an address that somebody has typed, who need not be its owner: few, and no long wait for the owner."""


class Script:
    """A script that Redis runs as one command. Without Redis, and while it is down, there is no answer."""

    def __init__(self, redis: Redis | None, text: str, circuit: Circuit) -> None:
        self._script: Any = redis.register_script(text) if redis is not None else None
        self._circuit = circuit

    def run(self, keys: Sequence[str], arguments: Sequence[str | int]) -> int | None:
        """Return the script's answer, or None if there is none."""
        if self._script is None:
            return None
        answer: int | None = self._circuit.ask(lambda: self._script(keys=keys, args=arguments), otherwise=None)
        return answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be done now; if not, in how many seconds it is worth another try."""

    allowed: bool
    retry_after: int = 0


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
local wait = full - now - math.max(window, per)
if wait > 1 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
"""
)
_GIVE_BACK = """
local full = tonumber(redis.call('GET', KEYS[1]) or 0)
if full > 0 then redis.call('SET', KEYS[1], string.format('%.0f', full - ARGV[1]), 'KEEPTTL') end
"""


class Limits:
    """Counts what is done, by limit and by who does it: one atomic question each.

    Parameters
    ----------
    redis
        Where all storefronts count together. Without it, and while it is down, this process counts for itself.
    clock
        Seconds; None for Redis' own clock.
    """

    def __init__(
        self,
        redis: Redis | None = None,
        circuit: Circuit | None = None,
        clock: Callable[[], float] | None = None,
        keys_kept: int = KEYS_KEPT,
    ) -> None:
        circuit = circuit or Circuit()
        self._allow, self._give_back = Script(redis, _ALLOW, circuit), Script(redis, _GIVE_BACK, circuit)
        self._clock = clock
        self._here = LeakyBuckets(keys_kept)
        self._lock = Lock()

    def allow(self, limit: Limit, key: str, cost: int = 1) -> Verdict:
        """Count it if it may be done. ``key`` says who: an address, a visitor. What is refused is not counted."""
        wait = self._allow.run(
            [_key(limit, key)], [micros(self._clock), round(cost * limit.interval * 1e6), round(limit.seconds * 1e6)]
        )
        if wait is not None:
            return verdict_on(wait / 1e6)
        with self._lock:
            return verdict_on(self._here.take(limit, key, (self._clock or time)(), cost))

    def give_back(self, limit: Limit, key: str) -> None:
        """Uncount one: it turned out to be what the limit is not there for."""
        with self._lock:
            self._here.give_back(limit, key)
        self._give_back.run([_key(limit, key)], [round(limit.interval * 1e6)])


def verdict_on(wait: float) -> Verdict:
    """Return the verdict on what fits in so many seconds.

    >>> verdict_on(1.5)
    Verdict(allowed=False, retry_after=2)
    """
    return Verdict(allowed=wait == 0, retry_after=math.ceil(wait))


def micros(clock: Callable[[], float] | None) -> str:
    """Return a clock's time as a script takes it; empty for Redis' own."""
    return "" if clock is None else str(round(clock() * 1_000_000))


def digest_of(who: str) -> str:
    """Return a name of bounded length: neither addresses nor accounts can be read from Redis' keys."""
    return sha256(who.encode()).hexdigest()[:32]


def _key(limit: Limit, key: str) -> str:
    return keyspace.limit(limit.name, digest_of(key))
