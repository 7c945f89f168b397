"""A circuit breaker for Redis: after a failure nobody asks it for a moment, so that no page waits for it twice."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from redis import RedisError

log = logging.getLogger(__name__)

REST_SECONDS = 3.0

Answer = TypeVar("Answer")


class Circuit:
    """Calls Redis unless it failed less than `REST_SECONDS` ago. One for all that use the same Redis.

    After the rest a single question goes out; all others do without until it is answered.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._closed_until = 0.0
        self._failing = False

    @property
    def is_up(self) -> bool:
        """Whether the last question was answered."""
        return not self._failing

    def ask(self, question: Callable[..., Answer], *arguments: object, otherwise: Answer) -> Answer:
        """Call ``question`` and return its answer, or ``otherwise`` if Redis is down."""
        if self._failing:
            if self._clock() < self._closed_until:
                return otherwise
            self._closed_until = self._clock() + REST_SECONDS
        try:
            answer = question(*arguments)
        except RedisError as error:
            if not self._failing:
                log.warning("Redis does not answer; serving what is known: %s", error)
            self._failing = True
            self._closed_until = self._clock() + REST_SECONDS
            return otherwise
        if self._failing:
            log.info("Redis answers again")
        self._failing = False
        return answer
