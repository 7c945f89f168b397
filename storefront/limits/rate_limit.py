"""One limit for each visitor, counted in this process alone: for what is asked too often to ask Redis first."""

from storefront.limits.leaky_buckets import KEYS_KEPT, LeakyBuckets, Limit


class RateLimit:
    """A burst at once, and then so many a second, for each visitor."""

    def __init__(self, per_second: float, burst: int, visitors_kept: int = KEYS_KEPT) -> None:
        self._limit = Limit("visitor", burst, burst / per_second)
        self._buckets = LeakyBuckets(visitors_kept)

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, visitor: str, now: float) -> bool:
        """Count one if it may be done. ``now`` is any clock in seconds that does not run backwards."""
        return self._buckets.take(self._limit, visitor, now) == 0
