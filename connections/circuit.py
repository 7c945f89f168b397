"""A circuit breaker for a server: after a failure nobody asks it for a moment, so that no page waits for it twice."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from redis import RedisError

log = logging.getLogger(__name__)

REST_SECONDS = 3.0

Answer = TypeVar("Answer")


class Circuit:
    """Lets a server be asked unless it failed less than `REST_SECONDS` ago. One for all that use the same server.

    After the rest a single question goes out; all others do without until it is answered.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, name: str = "Redis") -> None:
        self._clock = clock
        self._name = name
        self._closed_until = 0.0
        self._failing = False

    @property
    def is_up(self) -> bool:
        """Whether the last question was answered."""
        return not self._failing

    def may_ask(self) -> bool:
        """Return whether the server may be asked now. Who asks says afterwards whether it answered."""
        if self._failing:
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + REST_SECONDS
        return True

    def fail(self, error: Exception) -> None:
        """Record that the server did not answer."""
        if not self._failing:
            log.warning("%s does not answer; serving what is known: %s", self._name, error)
        self._failing = True
        self._closed_until = self._clock() + REST_SECONDS

    def succeed(self) -> None:
        """Record that the server answered."""
        if self._failing:
            log.info("%s answers again", self._name)
        self._failing = False

    def ask(self, question: Callable[..., Answer], *arguments: object, otherwise: Answer) -> Answer:
        """Call ``question``, which asks Redis, and return its answer, or ``otherwise`` if Redis is down."""
        if not self.may_ask():
            return otherwise
        try:
            answer = question(*arguments)
        except RedisError as error:
            self.fail(error)
            return otherwise
        self.succeed()
        return answer
