"""One key of the API: what it opens, and how often it may be used. The key itself is shown once and never stored."""

import secrets
from enum import StrEnum
from hashlib import sha256

import msgspec

from storefront.limits.leaky_buckets import Limit

DEFAULT_RATE = 1_000
MOST_A_SECOND = 100_000
LARGEST_BATCH = 1_000
"""Events in one request. Each key may send as many at once, whatever its rate."""

BURST_SECONDS = 2
_PREFIX = "rf"


class Scope(StrEnum):
    """What a key opens. Whatever a browser's key opens, a server's does, too."""

    BROWSER = "browser"
    """Events and lists: it may be read by everybody."""
    SERVER = "server"
    """All of the API. Its events are trusted."""

    def opens(self, needed: "Scope") -> bool:
        """Return whether a key of this scope may do what needs the other one.

        >>> Scope.BROWSER.opens(Scope.SERVER), Scope.SERVER.opens(Scope.BROWSER)
        (False, True)
        """
        return needed is Scope.BROWSER or self is Scope.SERVER


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a key.

    Attributes
    ----------
    name
        By which it is listed and revoked: no secret.
    rate
        Requests and events a second. Each event of a batch counts.
    created_at, revoked_at
        Unix seconds.
    origins
        Of the pages that may use it; those of any origin, where there are none.
    """

    name: str
    digest: str
    scope: Scope
    label: str
    rate: int
    created_at: float
    revoked_at: float | None = None
    origins: tuple[str, ...] = ()

    @property
    def limit(self) -> Limit:
        """How often it may be used: so many at once, and then ``rate`` a second."""
        burst = max(BURST_SECONDS * self.rate, LARGEST_BATCH)
        return Limit("api-key", burst, burst / self.rate)

    @property
    def is_trusted(self) -> bool:
        """Whether its events are believed: a shop's server sent them."""
        return self.scope is Scope.SERVER

    def allows(self, origin: str | None) -> bool:
        """Return whether a page of an origin may use it, as the browser names it. What names none is no page."""
        return origin is None or not self.origins or origin in self.origins


def new_token(scope: Scope) -> str:
    """Return a new key of 192 random bits. Its first letters say what it opens, so that scanners for leaks find it."""
    return f"{_PREFIX}_{scope}_{secrets.token_hex(24)}"


def new_name() -> str:
    """Return a name for a key."""
    return secrets.token_hex(4)


def digest_of(token: str) -> str:
    """Return what is stored of a key. It is random, so no slow hash is needed."""
    return sha256(token.encode(errors="replace")).hexdigest()
