"""Reads what the learner says of itself. With Redis down, or the learner, it says nothing."""

from typing import Any

import msgspec
from redis import RedisError

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.messages import LearnerStatus

ANSWER_TIMEOUT = 0.5

_decoder = msgspec.json.Decoder(LearnerStatus)


class StatusReader:
    """The status as the learner writes it."""

    def __init__(self, url: str) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = connect(url, ANSWER_TIMEOUT, retries=0)

    def read(self) -> LearnerStatus | None:
        """Return the learner's last status, or None if there is none that can be read."""
        try:
            payload = self._client.get(keyspace.learner_status())
            return None if payload is None else _decoder.decode(payload)
        except (RedisError, msgspec.DecodeError):
            return None
