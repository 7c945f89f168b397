"""Reads what the learners say of themselves. With Redis down, or the learners, they say nothing."""

from typing import Any

from redis import RedisError

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.messages import LearnerStatus, decode_statuses

ANSWER_TIMEOUT = 0.5


class StatusReader:
    """The statuses as the learners write them."""

    def __init__(self, url: str) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = connect(url, ANSWER_TIMEOUT, retries=0)

    def read(self) -> tuple[LearnerStatus, ...]:
        """Return the last status of each learner that runs, the leading one first."""
        try:
            return decode_statuses(self._client.hgetall(keyspace.learner_statuses()))
        except RedisError:
            return ()
