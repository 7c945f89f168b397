"""The learners' heartbeats in Redis: each reads all and writes its own, in one round trip."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

import msgspec
from redis import RedisError

from connections.redis_client import connect
from consumers.errors import StoreUnavailable
from online_models.schema import keyspace
from online_models.schema.json_reader import UNREADABLE

ANSWER_TIMEOUT = 0.5


class Heartbeat(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sign of life.

    Attributes
    ----------
    process
        Differs from one life of a learner to the next.
    count
        Grows with each heartbeat: whoever reads the same one again and again knows that its writer is gone. Clocks of
        several machines need not agree.
    is_ready
        Whether it has learned nearly all of the log, and so can rank.
    is_leaving
        Whether it is about to stop.
    answered
        By partition, the offset up to which all that follows from events is done, as far as it is this learner's share.
    among
        The learners among which that was its share.
    """

    process: str
    count: int
    is_ready: bool = False
    is_leaving: bool = False
    answered: dict[int, int] = {}
    among: tuple[str, ...] = ()


class HeartbeatStore(Protocol):
    """Where learners see each other. Raises `StoreUnavailable` when it does not answer."""

    def exchange(self, name: str, heartbeat: Heartbeat) -> dict[str, Heartbeat]:
        """Return the last heartbeat of each learner, and write a new one of this learner."""

    def remove(self, names: Collection[str]) -> None:
        """Delete what is left of learners that are gone for good."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Heartbeat)


class RedisHeartbeats:
    """One hash for all learners. Used by one thread."""

    def __init__(self, url: str) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = connect(url, ANSWER_TIMEOUT)

    def exchange(self, name: str, heartbeat: Heartbeat) -> dict[str, Heartbeat]:
        """Return the last heartbeat of each that can be read, and write a new one of this learner."""
        key = keyspace.learner_heartbeats()
        try:
            with self._client.pipeline(transaction=False) as pipe:
                pipe.hgetall(key)
                pipe.hset(key, name, _encoder.encode(heartbeat))
                pipe.expire(key, keyspace.STATUS_TTL)
                payloads: dict[bytes, bytes] = pipe.execute()[0]
        except RedisError as error:
            raise StoreUnavailable(str(error)) from error
        return {field.decode(errors="replace"): found for field, found in _read(payloads)}

    def remove(self, names: Collection[str]) -> None:
        """Delete what is left of learners that are gone for good."""
        try:
            for key in (keyspace.learner_heartbeats(), keyspace.learner_statuses()):
                self._client.hdel(key, *names)
        except RedisError as error:
            raise StoreUnavailable(str(error)) from error


def _read(payloads: dict[bytes, bytes]) -> Iterable[tuple[bytes, Heartbeat]]:
    for field, payload in payloads.items():
        try:
            yield field, _decoder.decode(payload)
        except UNREADABLE:
            continue
