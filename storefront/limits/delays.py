"""Increasing delays after failed attempts, shared by all storefronts through Redis. Nobody is locked out for good.

An attempt is counted before its outcome is known, so that many at once do not get through together. A success resets.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import time
from typing import Any, Protocol

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from storefront.limits.leaky_buckets import KEYS_KEPT
from storefront.limits.limits import CLOCK, Verdict, digest_of, micros
from storefront.limits.lru_table import LruTable


@dataclass(frozen=True, slots=True)
class Delay:
    """How pauses grow: ``free`` attempts without one, then ``first`` seconds, doubled each time up to ``longest``.

    All is forgotten ``forgotten_after`` seconds after the last attempt.
    """

    name: str
    free: int
    first: int
    longest: int
    forgotten_after: int = keyspace.DELAY_TTL

    def __post_init__(self) -> None:
        if not 0 < self.longest < self.forgotten_after <= keyspace.DELAY_TTL:
            raise ValueError(f"{self.name}: the longest pause must end before it is forgotten")

    def after(self, attempts: int) -> float:
        """Return the pause after so many attempts, in seconds."""
        return 0.0 if attempts < self.free else min(self.first * 2.0 ** min(attempts - self.free, 32), self.longest)


Counted = tuple[Delay, str]
"""A kind of delay, and whose."""


class Delays(Protocol):
    """Counts attempts, by delay and by who makes them."""

    def attempt(self, counted: Sequence[Counted]) -> Verdict:
        """Count an attempt for all of them, unless one of them is in a pause: then nothing is counted."""

    def clear(self, counted: Sequence[Counted]) -> None:
        """Forget the attempts of each."""


class MemoryDelays:
    """`Delays` in this process. The one unused for longest is forgotten when the table is full."""

    def __init__(self, clock: Callable[[], float] = time, keys_kept: int = KEYS_KEPT) -> None:
        self._clock = clock
        self._attempts: LruTable[tuple[str, str], tuple[int, float]] = LruTable(keys_kept)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._attempts)

    def attempt(self, counted: Sequence[Counted]) -> Verdict:
        """Count an attempt, unless one of them is in a pause."""
        with self._lock:
            now = self._clock()
            present = [self._present(delay, who, now) for delay, who in counted]
            wait = max((last + delay.after(n) - now for (delay, _), (n, last) in zip(counted, present, strict=True)))
            if wait > 0:
                return Verdict(allowed=False, retry_after=math.ceil(wait))
            for (delay, who), (attempts, _) in zip(counted, present, strict=True):
                self._attempts[delay.name, who] = (attempts + 1, now)
        return Verdict(allowed=True)

    def clear(self, counted: Sequence[Counted]) -> None:
        """Forget the attempts of each."""
        with self._lock:
            for delay, who in counted:
                self._attempts.pop((delay.name, who), None)

    def _present(self, delay: Delay, who: str, now: float) -> tuple[int, float]:
        attempts, last = self._attempts.get((delay.name, who), (0, now))
        return (0, now) if now - last >= delay.forgotten_after else (attempts, last)


_ATTEMPT = (
    CLOCK
    + """
local longest = 0
local counts = {}
for i, key in ipairs(KEYS) do
    local free, first, most = tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
    local kept = redis.call('HMGET', key, 'attempts', 'at')
    local fresh = kept[1] and now - tonumber(kept[2]) < tonumber(ARGV[4 * i + 1]) * 1000000
    counts[i] = fresh and tonumber(kept[1]) or 0
    if fresh and counts[i] >= free then
        local pause = math.min(first * 2 ^ math.min(counts[i] - free, 32), most)
        longest = math.max(longest, tonumber(kept[2]) + pause * 1000000 - now)
    end
end
if longest > 0 then return longest end
for i, key in ipairs(KEYS) do
    redis.call('HSET', key, 'attempts', counts[i] + 1, 'at', string.format('%.0f', now))
    redis.call('EXPIRE', key, ARGV[4 * i + 1])
end
return 0
"""
)


class RedisDelays:
    """`Delays` in Redis, all of an attempt in one atomic question. While Redis is down, in this process.

    Parameters
    ----------
    clock
        Seconds; None for Redis' own clock.
    """

    def __init__(self, redis: Redis, circuit: Circuit | None = None, clock: Callable[[], float] | None = None) -> None:
        self._redis: Any = redis
        self._attempt: Any = redis.register_script(_ATTEMPT)
        self._circuit = circuit or Circuit()
        self._clock = clock
        self._meanwhile = MemoryDelays(clock or time)

    def attempt(self, counted: Sequence[Counted]) -> Verdict:
        """Count an attempt, unless one of them is in a pause."""
        arguments: list[str | int] = [micros(self._clock)]
        for delay, _ in counted:
            arguments += [delay.free, delay.first, delay.longest, delay.forgotten_after]
        wait = self._circuit.ask(lambda: self._attempt(keys=_keys(counted), args=arguments), otherwise=None)
        if wait is None:
            return self._meanwhile.attempt(counted)
        return Verdict(allowed=wait == 0, retry_after=math.ceil(wait / 1_000_000))

    def clear(self, counted: Sequence[Counted]) -> None:
        """Forget the attempts of each."""
        self._meanwhile.clear(counted)
        self._circuit.ask(lambda: self._redis.delete(*_keys(counted)), otherwise=0)


def _keys(counted: Sequence[Counted]) -> list[str]:
    return [keyspace.delay(delay.name, digest_of(who)) for delay, who in counted]
