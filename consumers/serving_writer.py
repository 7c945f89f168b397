"""Writes what the shop serves into Redis: rankings, related items, what is trending. Every key lives a stated time."""

import msgspec

from consumers.outbox import Outbox
from online_models import keyspace
from online_models.events import ItemId, VisitorId
from online_models.messages import LearnerStatus, OpsStats
from online_models.ranking import RankedItem, Ranking, encode_items, encode_ranking

_encode = msgspec.json.Encoder().encode


class ServingWriter:
    """Puts writes into the outbox. The newest write of a key is the one that counts."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def write_ranking(self, ranking: Ranking) -> None:
        """Write a visitor's list."""
        self._set(keyspace.ranking(ranking.visitor), encode_ranking(ranking), keyspace.RANKING_TTL)

    def write_goes_well_with(self, item: ItemId, items: tuple[RankedItem, ...]) -> None:
        """Write what goes well with an item."""
        self._set(keyspace.goes_well_with(item), encode_items(items), keyspace.RELATED_TTL)

    def write_trending(self, items: tuple[RankedItem, ...]) -> None:
        """Write what moves now."""
        self._set(keyspace.trending(), encode_items(items), keyspace.SHARED_LIST_TTL)

    def write_popular(self, items: tuple[RankedItem, ...]) -> None:
        """Write what most visitors chose."""
        self._set(keyspace.popular(), encode_items(items), keyspace.SHARED_LIST_TTL)

    def write_learner_status(self, status: LearnerStatus) -> None:
        """Write what the learner says of itself."""
        self._set(keyspace.learner_status(), _encode(status), keyspace.STATUS_TTL)

    def write_ops_stats(self, stats: OpsStats) -> None:
        """Write the last second, and add it to the history."""
        payload, history = _encode(stats), keyspace.ops_history()
        self._set(keyspace.ops_latest(), payload, keyspace.STATUS_TTL)
        self._outbox.put(
            f"{history}:{stats.at}",
            ("LPUSH", history, payload),
            ("LTRIM", history, 0, keyspace.OPS_HISTORY_LENGTH - 1),
            ("EXPIRE", history, keyspace.OPS_TTL),
        )

    def forget(self, visitor: VisitorId) -> None:
        """Delete everything that is kept under a visitor's name."""
        keys = (keyspace.ranking(visitor), keyspace.basket(visitor), keyspace.ratings(visitor))
        self._outbox.put(f"forget:{visitor}", ("DEL", *keys))

    def _set(self, key: str, value: bytes, seconds: int) -> None:
        self._outbox.put(key, ("SET", key, value, "EX", seconds))
