"""What can go wrong, as exceptions. The API says what it was as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import httpx
import msgspec

from riverfront_client.models import ProblemDetails

CONTENT_TYPE = "application/problem+json"
_MOST_SHOWN = 200


class RiverfrontError(Exception):
    """Anything that this client raises because of the API, or on the way to it."""


class Unreachable(RiverfrontError):
    """The API did not answer in time, or something else answered in its place."""


class Problem(RiverfrontError):
    """The API says what is wrong.

    Attributes
    ----------
    code
        What it is, for programs: ``unknown-item``, ``invalid-body`` and so on, as docs/api.md lists them.
    status
        The HTTP status.
    title, detail
        What it is, for people: in general, and this time.
    field
        The parameter or field that is wrong; empty if it is none of them.
    results
        What became of each part of the request, where nothing of it was done.
    retry_after
        Seconds after which the API says that it is worth another try; None if it does not say.
    """

    def __init__(self, details: ProblemDetails, retry_after: float | None = None) -> None:
        super().__init__(": ".join(filter(None, (details.title, details.field_, details.detail))))
        self.code = details.type.rpartition(":")[2]
        self.status = details.status
        self.title = details.title
        self.detail = details.detail
        self.field = details.field_
        self.results: list[Any] = details.results
        self.retry_after = retry_after


class NotAllowed(Problem):
    """The key is missing, unknown or revoked (401), or does not open this (403)."""


class NotFound(Problem):
    """There is no such item, event or address (404)."""


class TooManyRequests(Problem):
    """The key has used up its rate (429), after all tries."""


class Refused(Problem):
    """The request has to change: it is wrong in itself (another status from 400 to 499)."""


class Unavailable(Problem):
    """The API cannot answer now (from 500), after all tries."""


def problem_of(response: httpx.Response) -> RiverfrontError:
    """Return the exception that says what a response from 400 on says."""
    try:
        if not response.headers.get("content-type", "").startswith(CONTENT_TYPE):
            return _answered_by_another(response)
        details = msgspec.json.decode(response.content, type=ProblemDetails)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _answered_by_another(response)
    return _kind_of(response.status_code)(details, retry_after_of(response))


def retry_after_of(response: httpx.Response) -> float | None:
    """Return how many seconds the API says to wait; None where it does not say, or says a date."""
    sent = response.headers.get("retry-after", "")
    return float(sent) if sent.isascii() and sent.isdigit() else None


def _kind_of(status: int) -> type[Problem]:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return NotAllowed
        case HTTPStatus.NOT_FOUND:
            return NotFound
        case HTTPStatus.TOO_MANY_REQUESTS:
            return TooManyRequests
    return Unavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Refused


def _answered_by_another(response: httpx.Response) -> Unreachable:
    shown = response.text[:_MOST_SHOWN]
    return Unreachable(f"{response.request.url.host} answered {response.status_code}, which is not the API: {shown!r}")
