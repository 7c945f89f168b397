"""Increasing delays after failed attempts, shared by all storefronts through Redis. Nobody is locked out for good.

An attempt is counted before its outcome is known, so that many at once do not get through together. A success resets.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import time

from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from storefront.limits.leaky_buckets import KEYS_KEPT
from storefront.limits.limits import CLOCK, Script, Verdict, digest_of, micros, verdict_on
from storefront.lru_table import LruTable


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


_CLEAR = "return redis.call('DEL', unpack(KEYS))"


class Delays:
    """Counts attempts, by delay and by who makes them: all of an attempt in one atomic question.

    Parameters
    ----------
    redis
        Where all storefronts count together. Without it, and while it is down, this process counts for itself; whoever
        made no attempt for longest is forgotten when its table is full.
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
        self._attempt, self._clear = Script(redis, _ATTEMPT, circuit), Script(redis, _CLEAR, circuit)
        self._clock = clock
        self._attempts: LruTable[tuple[str, str], tuple[int, float]] = LruTable(keys_kept)
        self._lock = Lock()

    def attempt(self, counted: Sequence[Counted]) -> Verdict:
        """Count an attempt for all of them, unless one of them is in a pause: then nothing is counted."""
        arguments: list[str | int] = [micros(self._clock)]
        for delay, _ in counted:
            arguments += [delay.free, delay.first, delay.longest, delay.forgotten_after]
        wait = self._attempt.run(_keys(counted), arguments)
        return self._attempt_here(counted, (self._clock or time)()) if wait is None else verdict_on(wait / 1e6)

    def clear(self, counted: Sequence[Counted]) -> None:
        """Forget the attempts of each."""
        with self._lock:
            for delay, who in counted:
                self._attempts.pop((delay.name, who), None)
        self._clear.run(_keys(counted), [])

    def _attempt_here(self, counted: Sequence[Counted], now: float) -> Verdict:
        with self._lock:
            present = [(delay, who, *self._present(delay, who, now)) for delay, who in counted]
            wait = max(last + delay.after(attempts) - now for delay, _, attempts, last in present)
            if wait <= 0:
                for delay, who, attempts, _ in present:
                    self._attempts[delay.name, who] = (attempts + 1, now)
        return verdict_on(max(wait, 0.0))

    def _present(self, delay: Delay, who: str, now: float) -> tuple[int, float]:
        attempts, last = self._attempts.get((delay.name, who), (0, now))
        return (0, now) if now - last >= delay.forgotten_after else (attempts, last)


def _keys(counted: Sequence[Counted]) -> list[str]:
    return [keyspace.delay(delay.name, digest_of(who)) for delay, who in counted]
