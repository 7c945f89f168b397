"""When a request is sent again, and how long to wait before. Every operation of the API may be sent again."""

import random
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from riverfront_client.problems import Unreachable, retry_after_of

TEMPORARY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often a request is sent, and how long all pauses between may take.

    Attributes
    ----------
    tries
        How often a request is sent at most: 1 for never again.
    first_pause
        Seconds before the second try, where the API does not say how long to wait; each later pause is twice as long.
        Up to a half is added by chance, so that clients do not come back all at once.
    patience
        Seconds that all pauses of one request may take. A longer wait that the API asks for ends the tries.
    """

    tries: int = 4
    first_pause: float = 0.2
    patience: float = 30.0

    def __post_init__(self) -> None:
        if self.tries < 1 or self.first_pause < 0 or self.patience < 0:
            raise ValueError("tries begin at 1, pauses and patience at 0")


class Tries:
    """Counts the tries of one request."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._done = 0
        self._paused = 0.0

    def pause_after(self, response: httpx.Response) -> float | None:
        """Return how long to wait before the next try, seconds; None where this answer is the last."""
        self._done += 1
        return self._pause(retry_after_of(response)) if response.status_code in TEMPORARY else None

    def pause_after_error(self, error: httpx.TransportError) -> float:
        """Return how long to wait after no answer came, seconds. Raises `Unreachable` after the last try."""
        self._done += 1
        pause = self._pause(None)
        if pause is None:
            raise Unreachable(f"The API does not answer: {error or type(error).__name__}") from error
        return pause

    def _pause(self, asked: float | None) -> float | None:
        if self._done >= self._retries.tries:
            return None
        chosen = self._retries.first_pause * 2 ** (self._done - 1) if asked is None else asked
        pause = chosen * random.uniform(1.0, 1.5)  # noqa: S311 - nothing is kept secret by it
        self._paused += pause
        return pause if self._paused <= self._retries.patience else None
