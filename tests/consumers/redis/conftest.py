"""An outbox and a reader of what it has written: a fake one and a real one, for suites that hold for both."""

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
import redis

from consumers.redis.outbox import Outbox
from online_models.schema.messages import PUSH_CHANNEL
from tests.consumers.fakes import ManualClock, MemoryOutbox


class Reader(Protocol):
    """What was written, as another process sees it."""

    def get(self, key: str) -> bytes | None: ...
    def ttl(self, key: str) -> int: ...
    def range(self, key: str) -> list[bytes]: ...
    def heard(self) -> list[tuple[str, bytes]]: ...


def _untyped(client: Any) -> Any:
    return client  # redis-py is typed in part only


class RedisReader:
    def __init__(self, url: str) -> None:
        self.client = _untyped(redis.Redis.from_url(url))
        self._channel = self.client.pubsub(ignore_subscribe_messages=True)
        self._channel.subscribe(PUSH_CHANNEL)
        self._channel.get_message(timeout=5)

    def get(self, key: str) -> bytes | None:
        value: bytes | None = self.client.get(key)
        return value

    def ttl(self, key: str) -> int:
        return int(self.client.ttl(key))

    def range(self, key: str) -> list[bytes]:
        return list(self.client.lrange(key, 0, -1))

    def heard(self) -> list[tuple[str, bytes]]:
        messages = iter(lambda: self._channel.get_message(ignore_subscribe_messages=True, timeout=0.2), None)
        return [(m["channel"].decode(), m["data"]) for m in messages if m["type"] == "message"]

    def close(self) -> None:
        self._channel.close()
        self.client.close()


@pytest.fixture(params=["fake", pytest.param("redis", marks=pytest.mark.integration)])
def seam(request: pytest.FixtureRequest) -> Iterator[tuple[Outbox, Reader]]:
    if request.param == "fake":
        fake = MemoryOutbox()
        yield fake, fake
        return
    url = request.getfixturevalue("redis_url")
    reader = RedisReader(url)
    reader.client.flushdb()
    real = Outbox(url, ManualClock())
    yield real, reader
    real.close()
    reader.close()
