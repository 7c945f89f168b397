"""Writes what the shop serves into Redis: rankings, related items, what is trending. Every key lives a stated time."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from consumers.kafka.record import Place
from consumers.redis.fences import Fences
from consumers.redis.outbox import Command, Outbox
from consumers.redis.recent_writes import RecentWrites, Write
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.explanation import SlateExplanation, encode_why
from online_models.schema.messages import LearnerStatus, OpsStats, RelatedSurface
from online_models.schema.recommendations import RankedItem, Ranking, encode_items, encode_ranking

FIELDS_PER_COMMAND = 500

_encode = msgspec.json.Encoder().encode


class ServingWriter:
    """Puts writes into the outbox. The newest write of a key is the one that counts.

    Visitors' lists are held in ``recent`` as well, so that they can be written again. ``fences`` keep them from
    replacing newer ones.
    """

    def __init__(self, outbox: Outbox, recent: RecentWrites | None = None, fences: Fences | None = None) -> None:
        self._outbox = outbox
        self._recent = recent or RecentWrites()
        self._fences = fences or Fences()

    def write_ranking(self, ranking: Ranking, place: Place | None = None) -> None:
        """Write a visitor's list, made for the event at a place in the log."""
        self._set_for(ranking.visitor, keyspace.ranking, Write(encode_ranking(ranking), keyspace.RANKING_TTL, place))

    def write_why(self, visitor: VisitorId, why: SlateExplanation) -> None:
        """Write why a visitor's list is as it is."""
        self._set_for(visitor, keyspace.why, Write(encode_why(why), keyspace.WHY_TTL))

    def write_goes_well_with(self, item: ItemId, items: tuple[RankedItem, ...]) -> None:
        """Write what goes well with an item."""
        self._set(keyspace.goes_well_with(item), encode_items(items), keyspace.RELATED_TTL)

    def write_related(self, surface: RelatedSurface, ranking: Ranking) -> None:
        """Write, for one visitor, what goes well with the item they viewed last, or with their basket."""
        key = keyspace.goes_well_with_for if surface == "goes_well_with" else keyspace.bought_together
        self._set_for(ranking.visitor, key, Write(encode_ranking(ranking), keyspace.RANKING_TTL))

    def write_again(self, visitor: VisitorId, key: str, write: Write) -> None:
        """Write a visitor's list as it was written before: this learner knows of no newer one."""
        command = ("SET", key, write.value, "EX", write.seconds)
        self._outbox.put(key, self._fences.guard(visitor, command, write.place))

    def write_similar(self, item: ItemId, items: tuple[RankedItem, ...]) -> None:
        """Write what the models find similar to an item."""
        self._set(keyspace.similar(item), encode_items(items), keyspace.RELATED_TTL)

    def write_shared(self, key: str, items: tuple[RankedItem, ...]) -> None:
        """Write a list that is the same for everybody, such as what is trending."""
        self._set(key, encode_items(items), keyspace.SHARED_LIST_TTL)

    def write_learner_status(self, status: LearnerStatus) -> None:
        """Write what a learner says of itself."""
        key = keyspace.learner_statuses()
        commands = ("HSET", key, status.name, _encode(status)), ("EXPIRE", key, keyspace.STATUS_TTL)
        self._outbox.put(f"{key}:{status.name}", *commands)

    def write_ops_stats(self, stats: OpsStats) -> None:
        """Write the last second, and add it to the history."""
        history = keyspace.ops_history()
        self._set(keyspace.ops_latest(), _encode(stats), keyspace.STATUS_TTL)
        self._outbox.put(
            f"{history}:{stats.at}",
            ("LPUSH", history, _encode(_in_short(stats))),
            ("LTRIM", history, 0, keyspace.OPS_HISTORY_LENGTH - 1),
            ("EXPIRE", history, keyspace.OPS_TTL),
        )

    def write_stars(self, stars: Mapping[ItemId, Sequence[int]], *, everything: bool = False) -> None:
        """Write how many visitors give each item one to five stars; in place of all that is there, or beside it."""
        key = keyspace.stars()
        fields: list[tuple[str, bytes]] = [(item, _encode(counts)) for item, counts in stars.items()]
        commands: list[Command] = [("DEL", key)] if everything else []
        for start in range(0, len(fields), FIELDS_PER_COMMAND):
            few = fields[start : start + FIELDS_PER_COMMAND]
            commands.append(("HSET", key, *(part for field in few for part in field)))
        commands.append(("EXPIRE", key, keyspace.SHARED_LIST_TTL))
        # Changes wait beside one another while Redis is down; a newer one of the same item replaces the older.
        self._outbox.put(key if everything else f"{key}:{' '.join(stars)}", *commands)

    def discard(self, visitor: VisitorId) -> None:
        """Write no list of the visitor any more: another learner makes a newer one."""
        self._recent.discard(visitor)
        for key in _lists_of(visitor):
            self._outbox.discard(key)

    def forget_lists(self, visitor: VisitorId, place: Place | None = None) -> None:
        """Delete the visitor's lists, because of the event at a place in the log."""
        self._recent.discard(visitor)
        self._outbox.put(f"forget-lists:{visitor}", self._deletion(visitor, place))

    def forget(self, visitor: VisitorId, place: Place | None = None) -> None:
        """Delete everything that is kept under a visitor's name, because of the event at a place in the log."""
        self._recent.discard(visitor)
        kept = (keyspace.basket(visitor), keyspace.ratings(visitor), keyspace.viewed(visitor))
        self._outbox.put(f"forget:{visitor}", ("DEL", *kept), self._deletion(visitor, place))

    def _deletion(self, visitor: VisitorId, place: Place | None) -> Command:
        return self._fences.guard_deletion(visitor, ("DEL", *_lists_of(visitor)), place)

    def _set_for(self, visitor: VisitorId, key_of: Callable[[VisitorId], str], write: Write) -> None:
        key = key_of(visitor)
        self.write_again(visitor, key, write)
        self._recent.add(visitor, key, write)

    def _set(self, key: str, value: bytes, seconds: int) -> None:
        self._outbox.put(key, ("SET", key, value, "EX", seconds))


def _lists_of(visitor: VisitorId) -> tuple[str, ...]:
    return (
        keyspace.ranking(visitor),
        keyspace.why(visitor),
        keyspace.goes_well_with_for(visitor),
        keyspace.bought_together(visitor),
    )


def _in_short(stats: OpsStats) -> OpsStats:
    """Leave out of the history what only the newest second is asked for: quality by member and so on, all learners."""
    stats = msgspec.structs.replace(stats, learners=())
    learner = stats.learner
    if learner is None or learner.quality is None:
        return stats
    quality = msgspec.structs.replace(learner.quality, members=(), weights={}, looked_at=())
    return msgspec.structs.replace(stats, learner=msgspec.structs.replace(learner, quality=quality))
