"""The keys under which networks are digested: one a day (UTC), random, shared by all storefronts, gone with its day.

A key is in Redis until a minute after its day, and in the memory of storefronts. It follows from nothing and is written
nowhere else, so nobody can make the digests of a day that is over.
"""

import math
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

from redis import Redis

from connections.circuit import Circuit
from online_models.schema.keyspace import DAY, MINUTE, network_key

BYTES = 32
GRACE_SECONDS = MINUTE
"""So long a key outlives its day: events are on their way, and clocks differ."""

ASK_SECONDS = 10.0
"""So often a storefront makes sure that Redis has its key: it may have been flushed, or away when the day began."""


@dataclass(frozen=True, slots=True)
class _Held:
    day: int
    key: bytes = field(repr=False)


_NONE = _Held(-1, b"")


class NetworkKeys:
    """Agrees on the day's key with the other storefronts. While Redis is down, each has one of its own.

    Parameters
    ----------
    redis
        Where storefronts agree; None for a storefront on its own.
    """

    def __init__(self, redis: Redis | None = None, circuit: Circuit | None = None) -> None:
        self._redis = redis
        self._circuit = circuit or Circuit()
        self._held = _NONE
        self._ask_at = 0.0
        self._lock = Lock()

    def of(self, now: float) -> bytes:
        """Return the key of the day at a time in Unix seconds."""
        day, held = int(now // DAY), self._held
        if held.day == day:
            return self._renewed(held, now)
        with self._lock:
            # Who comes meanwhile waits: events of one moment are stamped under one key.
            if self._held.day != day:
                self._held = self._agree(_Held(day, secrets.token_bytes(BYTES)), now)
            return self._held.key

    def drop_old(self, now: float) -> None:
        """Forget the key of a day that is over."""
        held = self._held
        if now >= (held.day + 1) * DAY + GRACE_SECONDS:
            self._held = _NONE

    def _renewed(self, held: _Held, now: float) -> bytes:
        if time.monotonic() < self._ask_at:
            return held.key
        agreed = self._agree(held, now)
        if self._held is held:
            self._held = agreed
        return agreed.key

    def _agree(self, offered: _Held, now: float) -> _Held:
        """Offer a key, and return the one that all use: the first that was offered."""
        self._ask_at = time.monotonic() + ASK_SECONDS
        if self._redis is None:
            return offered
        redis, name = self._redis, network_key(offered.day)
        seconds = math.ceil((offered.day + 1) * DAY + GRACE_SECONDS - now)

        def question() -> bytes | None:
            pipeline = redis.pipeline()
            pipeline.set(name, offered.key, nx=True, ex=seconds)
            pipeline.get(name)
            found: bytes | None = pipeline.execute()[1]
            return found

        found = self._circuit.ask(question, otherwise=None)
        return offered if found is None or len(found) != BYTES else _Held(offered.day, found)
