"""How much clients may send on their connections: messages and bytes, counted before anything of them is parsed.

A page sends a few messages a second. A connection that sends many more is ended; a network whose connections together
do is slowed down first, since its visitors do not know of each other.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from online_models.schema import keyspace
from storefront.limits.connections import Connection
from storefront.limits.leaky_buckets import LeakyBuckets, Limit

LEAST_BYTES = 64
"""What the smallest piece counts as: a byte that comes alone is as much work."""

LONGEST_WAIT = 2.0
"""Seconds. A network that would have to wait longer is over its limit."""

BYTES_OF_A_MESSAGE = 1_024
"""So many bytes a second go with each message a second; pages' own take a third of it."""


class TooMuch(Exception):
    """A connection, or its network, sends more than it may; the text says which, for the client."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages at once, and so many a second for as long as one likes, with their bytes."""

    per_second: int
    burst: int

    def limits(self, whose: str) -> tuple[Limit, Limit]:
        """Return the limits of messages and of bytes."""
        seconds = min(self.burst / self.per_second, keyspace.LIMIT_TTL)
        return (
            Limit(f"messages of a {whose}", self.burst, seconds),
            Limit(f"bytes of a {whose}", self.burst * BYTES_OF_A_MESSAGE, seconds),
        )


class MessageAllowance:
    """Counts what comes in, by connection and by network. Tables are bounded, as those of `LeakyBuckets`."""

    def __init__(
        self, connection: Rate, network: Rate, opened_a_minute: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._opened = Limit("connections opened", opened_a_minute, keyspace.MINUTE)
        self._of_connection = connection.limits("connection")
        self._of_network = network.limits("network")
        self._buckets = LeakyBuckets()
        self._now = now

    def open(self, network: str) -> float:
        """Count a connection that a network opens, and return 0; or the seconds until it may."""
        return self._buckets.take(self._opened, network, self._now())

    def take(self, connection: Connection, *, messages: int = 0, size: int = 0) -> float:
        """Count messages and bytes, and return the seconds to wait before reading on. Raises `TooMuch`."""
        now = self._now()
        costs = (messages, max(size, LEAST_BYTES) if size else 0)
        wait = 0.0
        for limit, network_limit, cost in zip(self._of_connection, self._of_network, costs, strict=True):
            if not cost:
                continue
            if self._buckets.take(limit, connection.id, now, cost):
                raise TooMuch(f"too many {limit.name}")
            wait = max(wait, self._buckets.take(network_limit, connection.network, now, cost, patience=LONGEST_WAIT))
            if wait > LONGEST_WAIT:
                raise TooMuch(f"too many {network_limit.name}")
        return wait
