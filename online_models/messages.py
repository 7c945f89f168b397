"""What travels over the socket: message names, rooms, and the shape of each message."""

import msgspec

from online_models.events import EventId, ItemId, RankingId, VisitorId
from online_models.ranking import Card, Journey

PUSH_CHANNEL = "riverfront:push"
"""The Redis publish/subscribe channel that joins storefronts and learners (Socket.IO's message queue)."""

# Browser to storefront.
INTERACTION = "interaction"
RANKING_DRAWN = "ranking_drawn"

# Storefront, learner or monitor to browser.
RANKING_CHANGED = "ranking_changed"
TRENDING_CHANGED = "trending_changed"
BASKET_CHANGED = "basket_changed"
RATING_CHANGED = "rating_changed"
OPS_STATS = "ops_stats"

EVERYONE = "everyone"
OPERATORS = "operators"


def visitor_room(visitor: VisitorId) -> str:
    """Name the room that all open pages of one visitor share."""
    return f"visitor:{visitor}"


class RankingChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A visitor's new list. ``causes`` names each event it answers; ``journey`` times the last of them."""

    ranking_id: RankingId
    items: tuple[Card, ...]
    causes: tuple[EventId, ...] = ()
    journey: Journey | None = None


class TrendingChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What moves in the whole shop now."""

    items: tuple[Card, ...]


class BasketChanged(msgspec.Struct, frozen=True, kw_only=True):
    """How many things lie in the visitor's basket now."""

    count: int


class RatingChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The stars that the visitor gives an item now."""

    item: ItemId
    stars: int


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    """Quantiles of a figure over a window, in ms, with the number of samples."""

    count: int
    p50: float
    p90: float
    p99: float


class PartitionLag(msgspec.Struct, frozen=True, kw_only=True):
    """How far the learner is behind in one partition, in events."""

    partition: int
    end: int
    committed: int
    lag: int


class LearnerStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the learner says of itself, about once a second."""

    at: float
    started_at: float
    learned: int
    learned_per_second: float
    ranked: int
    pushed: int
    dead_letters: int
    duplicates: int
    postponed: int
    items: int
    visitors: int
    memory_bytes: int
    positions: dict[str, int] = {}
    snapshot_at: float | None = None
    snapshot_ms: float | None = None
    learn_us: Percentiles | None = None
    rank_us: Percentiles | None = None


class OpsStats(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One second of the shop, as the monitor sees it."""

    at: float
    events_per_second: dict[str, float]
    simulated_per_second: float
    totals: dict[str, int]
    lag: tuple[PartitionLag, ...]
    total_lag: int
    dead_letters: int = 0
    click_to_drawn_ms: Percentiles | None = None
    received_to_monitor_ms: Percentiles | None = None
    learner: LearnerStatus | None = None


def to_message(message: msgspec.Struct) -> dict[str, object]:
    """Turn a message into the plain mapping that Socket.IO sends."""
    builtins: dict[str, object] = msgspec.to_builtins(message)
    return builtins
