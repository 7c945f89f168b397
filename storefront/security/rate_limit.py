"""How many events one visitor may send: a bucket of tokens each, in a table of bounded size."""

from collections import OrderedDict

VISITORS_KEPT = 50_000


class RateLimit:
    """A token bucket per visitor. The one unseen for longest is forgotten when the table is full."""

    def __init__(self, per_second: float, burst: int, visitors_kept: int = VISITORS_KEPT) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._visitors_kept = visitors_kept
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, visitor: str, now: float) -> bool:
        """Take one token if there is one. ``now`` is any clock in seconds that does not run backwards."""
        tokens, filled_at = self._buckets.get(visitor, (self._burst, now))
        tokens = min(self._burst, tokens + max(0.0, now - filled_at) * self._per_second)
        allowed = tokens >= 1.0
        self._buckets[visitor] = (tokens - 1.0 if allowed else tokens, now)
        self._buckets.move_to_end(visitor)
        if len(self._buckets) > self._visitors_kept:
            self._buckets.popitem(last=False)
        return allowed
