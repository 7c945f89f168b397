"""What waits to be sent to Redis: writes and pushes, many in one round trip.

With Redis down nothing is raised and nothing blocks for long: the newest commands of each slot wait, within a bound,
and go out when Redis answers again.
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

MAX_WAITING = 10_000
CONNECT_TIMEOUT = 0.5
ANSWER_TIMEOUT = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0


class Outbox(Protocol):
    """Takes commands and sends them together."""

    @property
    def waiting(self) -> int:
        """How many slots have not been sent."""

    def put(self, slot: str, *commands: Command) -> None:
        """Let ``commands`` wait for the next `flush`, in place of what waits in the same slot."""

    def flush(self) -> bool:
        """Send what waits, in order. Returns False, and keeps it, if Redis does not answer."""

    def close(self) -> None:
        """Let go of the connection. What still waits is lost."""


class RedisOutbox:
    """Sends over one connection of its own, without a client's costs per command. Not for several threads."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            socket_connect_timeout=CONNECT_TIMEOUT,
            socket_timeout=ANSWER_TIMEOUT,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
        )
        self._clock = clock
        self._slots: OrderedDict[str, tuple[Command, ...]] = OrderedDict()
        self._connection: Any = None  # redis-py types its connections in part only
        self._pause = 0.0
        self._quiet_until = 0.0
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many slots have not been sent."""
        return len(self._slots)

    def put(self, slot: str, *commands: Command) -> None:
        """Let ``commands`` wait for the next `flush`, in place of what waits in the same slot."""
        self._slots[slot] = commands
        self._slots.move_to_end(slot)
        if len(self._slots) > MAX_WAITING:
            self._drop_oldest()

    def flush(self) -> bool:
        """Send what waits, in order. Returns False, and keeps it, if Redis does not answer."""
        if not self._slots:
            return True
        if self._pause and self._clock.elapsed() < self._quiet_until:
            return False
        commands = [command for slot in self._slots.values() for command in slot]
        fresh = self._connection is None
        try:
            self._send(commands)
        except RedisError as error:
            if fresh or not self._send_again(commands):
                self._wait_longer(error)
                return False
        if self._pause:
            _log.info("Redis answers again; sent %d waiting writes", len(self._slots))
        self._pause = 0.0
        self._slots.clear()
        return True

    def close(self) -> None:
        """Let go of the connection. What still waits is lost."""
        self._disconnect()
        self._pool.disconnect()

    def _drop_oldest(self) -> None:
        # What was to be erased is not forgotten while anything else can be.
        oldest = next((slot for slot, commands in self._slots.items() if commands[0][0] != "DEL"), None)
        del self._slots[oldest or next(iter(self._slots))]
        self.dropped += 1

    def _send(self, commands: list[Command]) -> None:
        try:
            if self._connection is None:
                self._connection = self._pool.get_connection()
            connection = self._connection
            connection.send_packed_command(connection.pack_commands(commands), check_health=False)
            refusals = [refusal for refusal in (_read_refusal(connection) for _ in commands) if refusal]
        except RedisError:
            self._disconnect()
            raise
        if refusals:
            _log.error("Redis refused %d of %d commands, first: %s", len(refusals), len(commands), refusals[0])

    def _send_again(self, commands: list[Command]) -> bool:
        # An old connection may have been closed by the server: once over a new one, before Redis counts as down.
        try:
            self._send(commands)
        except RedisError:
            return False
        return True

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()
            self._pool.release(connection)

    def _wait_longer(self, error: RedisError) -> None:
        if not self._pause:
            _log.warning("Redis does not answer, writes and pushes wait: %s", error)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._quiet_until = self._clock.elapsed() + self._pause


def _read_refusal(connection: Any) -> ResponseError | None:
    try:
        connection.read_response()
    except ResponseError as refusal:
        return refusal
    return None
