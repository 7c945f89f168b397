"""What became of events for a day: where each lies in Kafka, kept in Redis for the newest ones."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from online_models.schema.events import EventId, VisitorId
from online_models.schema.json_reader import UNREADABLE
from storefront.events.delivery import RecordPlace

MOST_EVENTS = 100_000
"""Newest events that are kept: about 25 MB."""

_DIGEST_BYTES = 12

# An event that comes again replaces what was known of it. Then the oldest ones go.
_KEEP = """
for number = 3, #ARGV, 2 do
    if redis.call('HSET', KEYS[1], ARGV[number], ARGV[number + 1]) == 1 then
        redis.call('RPUSH', KEYS[2], ARGV[number])
    end
end
local surplus = redis.call('LLEN', KEYS[2]) - ARGV[1]
for _ = 1, surplus do
    redis.call('HDEL', KEYS[1], redis.call('LPOP', KEYS[2]))
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
"""


class KnownEvent(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of an event. ``place`` is None while it waits on disk for Kafka."""

    visitor: VisitorId
    kind: str
    received_at: float
    place: RecordPlace | None = None


class KnownEvents:
    """Keeps events by a digest of their id. While Redis is down nothing is kept, and nothing is known."""

    def __init__(self, redis: Redis, circuit: Circuit | None = None) -> None:
        self._redis: Any = redis
        self._circuit = circuit or Circuit()
        self._script: Any = redis.register_script(_KEEP)

    @property
    def is_up(self) -> bool:
        """Whether Redis answered the last question."""
        return self._circuit.is_up

    def keep(self, events: Sequence[tuple[EventId, KnownEvent]]) -> None:
        """Keep events, the oldest first."""
        if not events:
            return
        pairs = [part for event_id, known in events for part in (_field(event_id), msgspec.msgpack.encode(known))]
        keys = [keyspace.api_events(), keyspace.api_event_order()]
        bounds = (MOST_EVENTS, keyspace.API_EVENTS_TTL)
        self._circuit.ask(lambda: self._script(keys=keys, args=[*bounds, *pairs]), otherwise=None)

    def find(self, event_id: EventId, now: float) -> KnownEvent | None:
        """Return what is known of an event that came within a day."""
        key = keyspace.api_events()
        payload = self._circuit.ask(lambda: self._redis.hget(key, _field(event_id)), otherwise=None)
        try:
            known = msgspec.msgpack.decode(payload, type=KnownEvent) if payload else None
        except UNREADABLE:
            return None
        return known if known is not None and now - known.received_at < keyspace.API_EVENTS_TTL else None


def _field(event_id: EventId) -> bytes:
    return blake2b(event_id.encode(), digest_size=_DIGEST_BYTES).digest()
