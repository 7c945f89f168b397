"""Lists made for one request: the storefront asks through Redis, and any learner answers.

The models are in the learners. A request waits in a list of Redis, from which a learner takes it between two batches of
events, and the answer comes back in a list of its own. Both are one round trip.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from redis import RedisError

from connections.circuit import Circuit
from connections.redis_client import TIMEOUT_SECONDS, connect
from online_models.schema import keyspace
from online_models.schema.requested_list import InvalidList, ListRequest, MadeList, decode_list, encode_request

DEADLINE_SECONDS = 0.5
AT_ONCE = 64
"""Requests of one storefront that may be under way: what waits for longer would not be made in time."""

Problem = Literal["busy", "late", "away", "failed"]


class NoList(Exception):
    """No list was made.

    Attributes
    ----------
    problem
        "busy" where too many are under way, "late" where none came in time, "away" where nobody answers at all, and
        "failed" where the model did. All but the last may be tried again.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"no list was made for a request: {problem}")
        self.problem = problem


class RequestedLists:
    """Has lists made.

    Parameters
    ----------
    url
        Of Redis.
    seconds
        How long an answer may take.
    """

    def __init__(
        self, url: str, seconds: float = DEADLINE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        # redis-py types its answers for both its kinds of client at once. Not sent again: that would be late anyway.
        self._redis: Any = connect(url, seconds + TIMEOUT_SECONDS, connect_timeout=TIMEOUT_SECONDS)
        self._seconds = seconds
        self._clock = clock
        self._circuit = Circuit(clock, name="The learner")
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._answered_at = float("-inf")

    def make(self, request: ListRequest) -> MadeList:
        """Have a list made, and wait for it. Raises `NoList`."""
        if not self._circuit.may_ask():
            raise NoList("away")
        if not self._places.acquire(blocking=False):
            raise NoList("busy")
        asked_at = self._clock()
        try:
            payload = self._ask(request)
        except RedisError as error:
            self._circuit.fail(error)
            raise NoList("away") from error
        finally:
            self._places.release()
        if payload is None:
            late = NoList("late")
            # Others were answered meanwhile: there is much to do, but somebody does it.
            if self._answered_at < asked_at:
                self._circuit.fail(late)
            raise late
        self._answered_at = self._clock()
        self._circuit.succeed()
        try:
            made = decode_list(payload)
        except InvalidList as error:
            raise NoList("failed") from error
        if made.has_failed:
            raise NoList("failed")
        return made

    def _ask(self, request: ListRequest) -> bytes | None:
        """Send a request and return the answer; None if none has come. Raises `RedisError`."""
        asked, key = encode_request(request), keyspace.list_requests()
        with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.rpush(key, asked)
            pipeline.ltrim(key, -keyspace.LIST_REQUESTS_LENGTH, -1)
            pipeline.expire(key, keyspace.LIST_REQUESTS_TTL)
            pipeline.blpop(keyspace.list_answer(request.ranking_id), self._seconds)
            *_, answer = pipeline.execute()
        if answer is None:
            # Nobody waits for it any more. A clock to compare is not needed for that.
            self._redis.lrem(key, 1, asked)
            return None
        payload: bytes = answer[1]
        return payload
