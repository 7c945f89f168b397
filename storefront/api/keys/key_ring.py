"""The keys in use, in memory: a request asks neither the database nor Redis who sends it."""

import logging
import time
from collections.abc import Callable, Mapping

from storefront.api.keys.api_key import ApiKey, digest_of
from storefront.api.keys.key_store import KeyStore
from storefront.database.connection import DatabaseDown
from storefront.limits.leaky_buckets import LeakyBuckets

log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""How soon a new key opens the API, and a revoked one does no longer."""


class KeyRing:
    """Finds keys by token, and counts what is done with each. While the database is down the last ones known hold.

    Parameters
    ----------
    elapsed
        Seconds on a clock that does not run backwards.
    """

    def __init__(self, store: KeyStore, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._elapsed = elapsed
        self._keys: dict[str, ApiKey] | None = None
        self._read_at = float("-inf")
        self._buckets = LeakyBuckets()

    def find(self, token: str) -> ApiKey | None:
        """Return the key in use that a token opens. Raises `DatabaseDown` before the keys were read once."""
        return self._in_use().get(digest_of(token))

    def named(self, name: str) -> ApiKey | None:
        """Return the key in use of a name. Raises `DatabaseDown` before the keys were read once."""
        return next((key for key in self._in_use().values() if key.name == name), None)

    def charge(self, key: ApiKey, cost: int = 1) -> float:
        """Return 0 and count it, or the seconds until it fits, and count nothing."""
        return self._buckets.take(key.limit, key.name, self._elapsed(), cost)

    def give_back(self, key: ApiKey, cost: int) -> None:
        """Uncount what was not done."""
        self._buckets.give_back(key.limit, key.name, cost)

    def _in_use(self) -> Mapping[str, ApiKey]:
        now = self._elapsed()
        if now - self._read_at >= FRESH_SECONDS or self._keys is None:
            self._read(now)
        return self._keys or {}

    def _read(self, now: float) -> None:
        # Before the database is asked: others that come meanwhile go on with the keys of before.
        before, self._read_at = self._read_at, now
        try:
            self._keys = {key.digest: key for key in self._store.in_use()}
        except DatabaseDown:
            if self._keys is None:
                self._read_at = before
                raise
            log.warning("The keys of the API cannot be read: those known hold")
