"""Reads what the learners say of themselves, and counts storefronts. With Redis down nothing is known of either."""

from typing import Any

from redis import RedisError

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.messages import PUSH_CHANNEL, LearnerStatus, decode_statuses

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

    def count_storefronts(self) -> int | None:
        """Return how many storefronts listen for pushes, as each does from its start on."""
        try:
            ((_, count),) = self._client.pubsub_numsub(PUSH_CHANNEL)
        except RedisError:
            return None
        return int(count)
