"""Whose socket it is, where its page is of another origin: what its address brings says so, and no cookie.

``key`` is a visitor's token, or a browser's key beside an anonymous ``visitor``.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from online_models.schema.events import VisitorId
from online_models.schema.own_visitors import InvalidId, visitor_of
from storefront.api.keys.credentials import Credentials
from storefront.api.keys.grant import Grant
from storefront.api.keys.visitor_tokens import InvalidToken
from storefront.database.connection import DatabaseDown
from storefront.security.own_origin import is_own_origin
from storefront.web.live.caller import Identify

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

VOUCHED = "riverfront.vouched"
"""The key of what was vouched for in a connection's environment."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a connection is for, and until when (Unix seconds)."""

    visitor: VisitorId
    ends_at: float = math.inf


@dataclass(frozen=True, slots=True)
class AddressProof:
    """Believes what stands in a socket's address, and asks ``otherwise`` where nothing does."""

    credentials: Credentials
    otherwise: Identify

    def __call__(self, environ: "WSGIEnvironment") -> VisitorId | None:
        """Return whose request it is, if anybody's."""
        brought = _brought(environ)
        if brought is None:
            return self.otherwise(environ)
        # Browsers send the shop's own cookies with every websocket: they say nothing of whoever this page is for.
        environ.pop("HTTP_COOKIE", None)
        vouched = self._vouched(environ, *brought)
        if vouched is None:
            return None
        environ[VOUCHED] = vouched
        return vouched.visitor

    def is_origin_allowed(self, origin: str, environ: Any) -> bool:
        """Return whether a page of an origin may open a socket: the shop's own, and one that a key is for."""
        brought = _brought(environ)
        if brought is None:
            return is_own_origin(origin, environ)
        grant = self._grant(brought[0])
        return grant is not None and grant.key.allows(origin)

    def _vouched(self, environ: "WSGIEnvironment", credential: str, named: str) -> Vouched | None:
        grant = self._grant(credential)
        if grant is None or grant.key.is_trusted or not grant.key.allows(environ.get("HTTP_ORIGIN")):
            return None
        own_id = grant.visitor or named
        try:
            return Vouched(visitor_of(own_id), grant.ends_at) if grant.covers(own_id) else None
        except InvalidId:
            return None

    def _grant(self, credential: str) -> Grant | None:
        try:
            return self.credentials.read(credential)
        except (InvalidToken, DatabaseDown):
            return None


def _brought(environ: "WSGIEnvironment") -> tuple[str, str] | None:
    query = parse_qs(environ.get("QUERY_STRING", ""))
    return (query["key"][0], query.get("visitor", [""])[0]) if "key" in query else None
