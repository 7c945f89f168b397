"""The requests that storefronts have put into Redis, and the way back for the answers."""

import logging
from typing import Any

from redis import RedisError

from connections.redis_client import connect
from consumers.errors import StoreUnavailable
from online_models.schema import keyspace
from online_models.schema.requested_list import InvalidRequest, ListRequest, MadeList, decode_request, encode_list

_log = logging.getLogger(__name__)

LONGEST_WAIT, ANSWER_TIMEOUT = 1.0, 1.0


class RequestQueue:
    """The queue as any learner takes from it: each request goes to one of them."""

    def __init__(self, url: str) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = connect(url, LONGEST_WAIT + ANSWER_TIMEOUT, retries=0)

    def read(self, answer: MadeList | None, seconds: float) -> ListRequest | None:
        """Send the answer to the last request, if there is one, and wait up to some ``seconds`` for the next.

        Both go in one round trip. Without ``seconds`` nothing is read. Returns None if none has come, or one that
        cannot be read. Raises `StoreUnavailable`; the answer is lost then.
        """
        with self._client.pipeline(transaction=False) as pipeline:
            if answer is not None:
                key = keyspace.list_answer(answer.ranking_id)
                pipeline.rpush(key, encode_list(answer))
                pipeline.expire(key, keyspace.LIST_ANSWER_TTL)
            if seconds:
                pipeline.blpop(keyspace.list_requests(), min(seconds, LONGEST_WAIT))
            try:
                *_, found = pipeline.execute()
            except RedisError as error:
                raise StoreUnavailable(f"cannot read requests for lists: {error}") from error
        if not seconds or found is None:
            return None
        try:
            return decode_request(found[1])
        except InvalidRequest as error:
            _log.warning("a request for a list cannot be read: %s", error)
            return None

    def close(self) -> None:
        """Disconnect."""
        self._client.close()
