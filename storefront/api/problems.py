"""Errors as problem details (RFC 9457): every answer from 400 on is one."""

import logging
import math
from enum import Enum
from http import HTTPStatus
from typing import Any, NoReturn

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from storefront.database.connection import DatabaseDown
from storefront.visitor_state.visitor_store import NotNow

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:riverfront:problem:"
RETRY_SECONDS = 5
"""Said where a server of the shop is away."""


class ProblemType(Enum):
    """What can go wrong: its status, and its title, which is the same each time."""

    MALFORMED = 400, "The request cannot be read"
    INVALID_PARAMETER = 400, "A parameter has no valid value"
    INVALID_CURSOR = 400, "The cursor is none of this list"
    NO_KEY = 401, "A key is missing or unknown"
    INVALID_TOKEN = 401, "The visitor's token is not valid"
    WRONG_SCOPE = 403, "The key does not open this"
    WRONG_ORIGIN = 403, "The key is not for pages of this origin"
    OTHER_VISITOR = 403, "The key does not open this visitor"
    NOT_FOUND = 404, "There is nothing at this address"
    UNKNOWN_ITEM = 404, "The catalog has no such item"
    UNKNOWN_EVENT = 404, "Nothing is known of this event"
    WRONG_METHOD = 405, "The address takes another method"
    TOO_LARGE = 413, "The request is too large"
    WRONG_MEDIA_TYPE = 415, "The body is of a kind that is not taken"
    INVALID_BODY = 422, "A field of the body has no valid value"
    REUSED_KEY = 422, "The Idempotency-Key came with another body before"
    TOO_MANY_REQUESTS = 429, "The key has used up its rate"
    INTERNAL = 500, "Something went wrong on this side"
    UNAVAILABLE = 503, "A server of the shop does not answer"
    SLOW_BODY = 408, "The body did not come in time"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.value[0])

    @property
    def title(self) -> str:
        """What it is, in words."""
        return str(self.value[1])

    @property
    def urn(self) -> str:
        """Its identifier, by which programs know it.

        >>> ProblemType.UNKNOWN_ITEM.urn
        'urn:riverfront:problem:unknown-item'
        """
        return TYPE_PREFIX + self.name.lower().replace("_", "-")


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"kind": "type"}):
    """An error (RFC 9457). ``type`` tells programs what it is; ``detail`` and ``field`` tell people where.

    ``results`` holds what became of each part of a request of which nothing was done.
    """

    kind: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    field: str = ""
    results: tuple[Any, ...] = ()


class Problem(Exception):
    """Ends the request with problem details.

    Parameters
    ----------
    field
        The parameter or field that is wrong.
    retry_after
        Seconds after which it is worth another try.
    results
        What became of each part of the request.
    """

    def __init__(
        self,
        kind: ProblemType,
        detail: str = "",
        *,
        field: str = "",
        retry_after: float = 0.0,
        results: tuple[Any, ...] = (),
    ) -> None:
        super().__init__(detail or kind.title)
        self.kind = kind
        self.detail = detail
        self.field = field
        self.retry_after = retry_after
        self.results = results

    def details(self) -> ProblemDetails:
        """Return what is sent."""
        kind = self.kind
        return ProblemDetails(
            kind=kind.urn,
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            instance=request.environ.get("riverfront.path", request.path),
            field=self.field,
            results=self.results,
        )

    def response(self) -> Response:
        """Return the answer."""
        answer = Response(msgspec.json.encode(self.details()), self.kind.status, content_type=CONTENT_TYPE)
        answer.headers["Cache-Control"] = "no-store"
        if self.retry_after:
            answer.headers["Retry-After"] = str(math.ceil(self.retry_after))
        if self.kind.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="riverfront"'
        return answer


def fail(kind: ProblemType, detail: str = "", *, field: str = "") -> NoReturn:
    """End the request with a problem."""
    raise Problem(kind, detail, field=field)


def bind(app: Flask) -> None:
    """Answer every error of an application with problem details."""

    @app.errorhandler(Problem)
    def known(error: Problem) -> Response:
        return error.response()

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        answer = Problem(_OF_STATUS.get(error.code or 500, _other(error))).response()
        for name, value in error.get_headers():
            if name == "Allow":
                answer.headers[name] = value
        return answer

    @app.errorhandler(DatabaseDown)
    @app.errorhandler(NotNow)
    def resting(_error: Exception) -> Response:
        return Problem(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS).response()

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.error("The API could not answer %s", request.endpoint, exc_info=error)
        return Problem(ProblemType.INTERNAL).response()


_OF_STATUS: dict[int, ProblemType] = {
    HTTPStatus.NOT_FOUND: ProblemType.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ProblemType.WRONG_METHOD,
    HTTPStatus.REQUEST_TIMEOUT: ProblemType.SLOW_BODY,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ProblemType.TOO_LARGE,
    HTTPStatus.SERVICE_UNAVAILABLE: ProblemType.UNAVAILABLE,
}


def _other(error: HTTPException) -> ProblemType:
    return ProblemType.INTERNAL if (error.code or 500) >= HTTPStatus.INTERNAL_SERVER_ERROR else ProblemType.MALFORMED
