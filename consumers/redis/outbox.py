"""Writes and pushes on their way to Redis, many in one round trip.

Redis' own pipelines wait for the replies of what they send. Here they are read with the next `Outbox.send`, so that the
learner does not wait for them: docs/performance.md has the figures. With Redis down nothing is raised and nothing
blocks for long: the newest commands of each slot stay pending, within a bound, and are sent when Redis answers again.
"""

import logging
from collections import OrderedDict
from typing import Any, Protocol

from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from consumers.clock import Clock

_log = logging.getLogger(__name__)

Command = tuple[str | bytes | int, ...]

MAX_PENDING = 10_000
CONNECT_TIMEOUT = 0.5
ANSWER_TIMEOUT = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0


class RedisConnections(Protocol):
    """Where the outbox gets its connection: redis-py's pool."""

    def get_connection(self) -> Any:
        """Return an open connection, or raise RedisError."""

    def release(self, connection: Any) -> None:
        """Take a connection back."""

    def disconnect(self) -> None:
        """Close all."""


def pool_of(url: str) -> RedisConnections:
    """Return redis-py's pool for one connection that gives up soon and tries nothing again by itself."""
    pool: RedisConnections = ConnectionPool.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_timeout=ANSWER_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    return pool


class Outbox:
    """Takes commands, and sends them together over one connection of its own. Not for several threads."""

    def __init__(self, url: str, clock: Clock, connections: RedisConnections | None = None) -> None:
        self._pool = connections or pool_of(url)
        self._clock = clock
        self._slots: OrderedDict[str, tuple[Command, ...]] = OrderedDict()
        self._sent: OrderedDict[str, tuple[Command, ...]] = OrderedDict()
        self._unread = 0
        self._connection: Any = None  # redis-py types its connections in part only
        self._pause = 0.0
        self._quiet_until = 0.0
        self.dropped = 0

    @property
    def pending(self) -> int:
        """How many slots are to be sent."""
        return len(self._slots)

    def put(self, slot: str, *commands: Command) -> None:
        """Queue ``commands`` for the next `send`, in place of what is pending in the same slot."""
        self._slots[slot] = commands
        self._slots.move_to_end(slot)
        if len(self._slots) > MAX_PENDING:
            # What was to be erased is not forgotten while anything else can be.
            oldest = next((slot for slot, pending in self._slots.items() if "DEL" not in pending[0]), None)
            del self._slots[oldest or next(iter(self._slots))]
            self.dropped += 1

    def discard(self, slot: str) -> None:
        """Neither send what is pending in a slot, nor send again what got no reply yet."""
        self._slots.pop(slot, None)
        self._sent.pop(slot, None)

    def send(self) -> bool:
        """Send what is pending, in order, and leave the replies for the next call. Returns False if Redis is down.

        What got no reply is kept, and sent again if Redis turns out to be down.
        """
        return self._deliver(wait=False) if self._slots else True

    def flush(self) -> bool:
        """Send what is pending, in order, and wait for the replies. Returns False, and keeps it, if there are none."""
        return self._deliver(wait=True) if self._slots or self._unread else True

    def close(self) -> None:
        """Disconnect. What is still pending is lost."""
        if self._unread:
            # A connection that is closed with replies unread may take what was sent along.
            self._try(wait=True)
        self._disconnect()
        self._pool.disconnect()

    def _deliver(self, *, wait: bool) -> bool:
        if self._pause and self._clock.elapsed() < self._quiet_until:
            return False
        pending, is_new = len(self._slots), self._connection is None
        # An old connection may have been closed by the server: once over a new one, before Redis counts as down.
        error = self._try(wait=wait)
        if error is not None and not is_new:
            error = self._try(wait=wait)
        if error is not None:
            if not self._pause:
                _log.warning("Redis does not answer, writes and pushes are kept: %s", error)
            self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
            self._quiet_until = self._clock.elapsed() + self._pause
            return False
        if self._pause:
            _log.info("Redis answers again; sent %d pending writes", pending)
        self._pause = 0.0
        return True

    def _try(self, *, wait: bool) -> RedisError | None:
        """Read the replies to what was sent before, send what is pending, and read those replies if they are wanted.

        Returns the error, and makes all that got no reply pending again, if Redis is away.
        """
        try:
            if self._connection is None:
                self._connection = self._pool.get_connection()
            self._read_replies()
            if commands := [command for slot in self._slots.values() for command in slot]:
                # In one piece: the client itself would send long ones in several.
                packed = b"".join(self._connection.pack_commands(commands))
                self._connection.send_packed_command([packed], check_health=False)
                self._sent, self._slots, self._unread = self._slots, self._sent, len(commands)
            if wait:
                self._read_replies()
        except RedisError as error:
            self._disconnect()
            # Before what came after it, and in place of none of that.
            newer, self._slots, self._sent, self._unread = self._slots, self._sent, OrderedDict(), 0
            for slot, later in newer.items():
                self.put(slot, *later)
            return error
        return None

    def _read_replies(self) -> None:
        refusals = []
        for _ in range(self._unread):
            try:
                self._connection.read_response()
            except ResponseError as refusal:
                refusals.append(refusal)
        if refusals:
            _log.error("Redis refused %d of %d commands, first: %s", len(refusals), self._unread, refusals[0])
        self._unread = 0
        self._sent.clear()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()
            self._pool.release(connection)
