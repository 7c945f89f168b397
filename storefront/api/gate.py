"""Who gets in: a key or a visitor's token, from a page that may use it, for what it opens, as often as it may."""

import msgspec
from flask import request

from storefront.api.keys.api_key import ApiKey
from storefront.api.keys.credentials import Credentials
from storefront.api.keys.grant import Grant
from storefront.api.keys.visitor_tokens import InvalidToken
from storefront.api.problems import Problem, ProblemType, fail
from storefront.api.route import Route

PLAIN = "text/plain"
"""What browsers send to another origin without asking first whether they may, and as beacons: JSON all the same."""

MOST_PLAIN_BYTES = 64 * 1024
"""As much as browsers send after their page is gone."""


class _Signed(msgspec.Struct):
    key: str = ""


class Gate:
    """Lets requests through that bring what opens the route and has not used up its rate."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def admit(self, route: Route) -> Grant:
        """Return what this request was granted, and count it. Raises `Problem`, `DatabaseDown`."""
        grant = self._grant(route)
        if grant is None:
            fail(ProblemType.NO_KEY, "Send a key in use as `Authorization: Bearer …`.")
        if not grant.key.scope.opens(route.scope):
            fail(ProblemType.WRONG_SCOPE, f"It takes a key of the scope {route.scope}.")
        if not grant.key.allows(request.environ.get("HTTP_ORIGIN")):
            fail(ProblemType.WRONG_ORIGIN)
        self.charge(grant.key, 1)
        return grant

    def charge(self, key: ApiKey, cost: int) -> None:
        """Count what is done with a key. Raises `Problem`."""
        if wait := self._credentials.key_ring.charge(key, cost):
            raise Problem(ProblemType.TOO_MANY_REQUESTS, f"It has {key.rate} a second.", retry_after=wait)

    def _grant(self, route: Route) -> Grant | None:
        header: str = request.environ.get("HTTP_AUTHORIZATION", "")
        kind, _, sent = header.partition(" ")
        if not header and route.reads_plain:
            grant = self._read(_key_in_body())
            # A server can send headers. What pages hold is for everybody to read.
            return None if grant is None or grant.key.is_trusted else grant
        return self._read(sent.strip()) if kind.lower() == "bearer" else None

    def _read(self, text: str) -> Grant | None:
        try:
            return self._credentials.read(text)
        except InvalidToken as error:
            fail(ProblemType.INVALID_TOKEN, str(error))


def check_visitor(grant: Grant, own_id: str) -> None:
    """End the request unless it may ask about a visitor. Raises `Problem`."""
    if not grant.covers(own_id):
        fail(ProblemType.OTHER_VISITOR, OF_OTHERS, field="visitor")


OF_OTHERS = (
    "A browser's key opens anonymous visitors (anon- and 32 hexadecimal digits), and a token the one it is made for."
)


def _key_in_body() -> str:
    if request.mimetype != PLAIN or not 0 < (request.content_length or 0) <= MOST_PLAIN_BYTES:
        return ""
    try:
        return msgspec.json.decode(request.get_data(), type=_Signed).key
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
