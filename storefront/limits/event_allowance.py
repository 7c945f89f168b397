"""How many events one client network may send: cookies cost nothing, so a bound for each visitor is not enough.

The network's limit is counted in Redis for all storefronts; each takes its share from there some events at a time, so
that hardly any event waits for Redis.
"""

import msgspec

from online_models.schema import keyspace
from storefront.limits.leaky_buckets import Limit
from storefront.limits.limits import Limits, Verdict
from storefront.lru_table import LruTable

EVENT_BYTES = 1_024
"""An event that is larger counts as several: the limit is one on bytes, too."""
SHARE = 20
NETWORKS_KEPT = 20_000
_ALLOWED = Verdict(allowed=True)


def cost_of(fields: object) -> int:
    """Return as how many events a report counts, by its size.

    >>> cost_of({"kind": "item_viewed", "item": "mug"}), cost_of({"items": ["x" * 60] * 100})
    (1, 7)
    """
    try:
        size = len(msgspec.json.encode(fields))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return 1  # It is refused.
    return max(1, -(-size // EVENT_BYTES))


class EventAllowance:
    """What is left of each network's last share. The network unseen for longest is forgotten when the table is full."""

    def __init__(self, limits: Limits, per_second: int, networks_kept: int = NETWORKS_KEPT) -> None:
        self._limits = limits
        self._limit = Limit("events", max(per_second * keyspace.MINUTE, SHARE), keyspace.MINUTE)
        self._left: LruTable[str, int] = LruTable(networks_kept)

    def __len__(self) -> int:
        return len(self._left)

    def allow(self, network: str) -> bool:
        """Take one event from the network's share, and a new share where none is left."""
        return self.take(network).allowed

    def take(self, network: str, count: int = 1) -> Verdict:
        """Take events from the network's share, all of them or none, and new shares as far as it does not suffice."""
        left = self._left.get(network, 0)
        here = min(left, count)
        # Before Redis is asked: another request may come meanwhile.
        self._left[network] = left - here
        if here == count:
            return _ALLOWED
        shares = -(-(count - here) // SHARE) * SHARE
        verdict = self._limits.allow(self._limit, network, cost=shares)
        self.give_back(network, here + shares - count if verdict.allowed else here)
        return verdict

    def give_back(self, network: str, count: int = 1) -> None:
        """Return events to the network's share."""
        if network in self._left:
            self._left[network] += count
