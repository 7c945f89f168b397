"""What travels over the socket: message names, rooms, and the shape of each message."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.keyspace import STATUS_TTL
from online_models.schema.recommendations import Card, Journey

PUSH_CHANNEL = "riverfront:push"
"""The Redis publish/subscribe channel that joins storefronts and learners (Socket.IO's message queue)."""

MessageName = Literal[
    "interaction",
    "ranking_drawn",
    "catch_up",
    "ranking_changed",
    "trending_changed",
    "related_changed",
    "basket_changed",
    "rating_changed",
    "wish_changed",
    "identity_changed",
    "items_withdrawn",
    "ops_stats",
]
"""Every message. A page's names are generated from these."""

# Browser to storefront.
INTERACTION: MessageName = "interaction"
RANKING_DRAWN: MessageName = "ranking_drawn"
CATCH_UP: MessageName = "catch_up"

# Storefront, learner or monitor to browser.
RANKING_CHANGED: MessageName = "ranking_changed"
TRENDING_CHANGED: MessageName = "trending_changed"
RELATED_CHANGED: MessageName = "related_changed"
BASKET_CHANGED: MessageName = "basket_changed"
RATING_CHANGED: MessageName = "rating_changed"
WISH_CHANGED: MessageName = "wish_changed"
IDENTITY_CHANGED: MessageName = "identity_changed"
"""The visitor has signed in or out: the page is somebody else's, and has to be loaded again."""
ITEMS_WITHDRAWN: MessageName = "items_withdrawn"
OPS_STATS: MessageName = "ops_stats"

EVERYONE = "everyone"
OPERATORS = "operators"


def visitor_room(visitor: VisitorId) -> str:
    """Name the room that all open pages of one visitor share."""
    return f"visitor:{visitor}"


def visitor_of(room: str) -> VisitorId | None:
    """Return whose room it is, if it is a visitor's.

    >>> visitor_of(visitor_room(VisitorId("v1"))), visitor_of(EVERYONE)
    ('v1', None)
    """
    kind, colon, visitor = room.partition(":")
    return VisitorId(visitor) if (kind, colon) == ("visitor", ":") else None


def sign_in_room(key: str) -> str:
    """Name the room that all open pages of one signed-in browser share."""
    return f"sign-in:{key[:32]}"


class RankingChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A visitor's new list. ``causes`` names each event it answers; ``journey`` times the last of them."""

    ranking_id: RankingId
    items: tuple[Card, ...]
    causes: tuple[EventId, ...] = ()
    journey: Journey | None = None


class TrendingChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What moves in the whole shop now."""

    items: tuple[Card, ...]


RelatedSurface = Literal["goes_well_with", "bought_together"]
"""The lists that are made for one visitor and what they are on: an open product, their basket."""


class RelatedChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What goes well with ``item`` for this visitor, or, without one, what is bought with what lies in the basket."""

    surface: RelatedSurface
    ranking_id: RankingId
    items: tuple[Card, ...]
    item: ItemId | None = None


class BasketChanged(msgspec.Struct, frozen=True, kw_only=True):
    """How many things lie in the visitor's basket now."""

    count: int


class RatingChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The stars that the visitor gives an item now."""

    item: ItemId
    stars: int


class WishChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an item is on the visitor's wish list now."""

    item: ItemId
    is_wished: bool


class ItemsWithdrawn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Items that leave all lists: they cannot be bought now. ``deleted`` are those that the shop has no more."""

    items: tuple[ItemId, ...]
    deleted: tuple[ItemId, ...] = ()


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    """Quantiles of a figure over a window, in ms, with the number of samples."""

    count: int
    p50: float
    p90: float
    p99: float


class PartitionLag(msgspec.Struct, frozen=True, kw_only=True):
    """How far the learner is behind in one partition of a topic, in events."""

    partition: int
    end: int
    committed: int
    lag: int
    topic: str = "interactions"


class MemberQuality(msgspec.Struct, frozen=True, kw_only=True):
    """How well the lists of one source predicted what visitors chose next, over the last events judged.

    Attributes
    ----------
    hit_rate, mrr
        At 20: share of events whose item was in the source's list, and the mean of 1 / rank.
    answered
        Share of events for which the source proposed anything.
    shown, clicked
        Items drawn in browsers with this top source, and clicks on them.
    click_rate
        Clicks per shown item, each weighted by the examination probability of its position.
    """

    member: str
    hit_rate: float
    mrr: float
    answered: float
    shown: int = 0
    clicked: int = 0
    click_rate: float = 0.0


class ModelQuality(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How good the lists are that visitors really had.

    Attributes
    ----------
    asked
        Events in the window.
    hybrid
        Of the served list.
    members
        Of each source alone.
    weights
        By context, each source's share of the ranker's weight, 0 to 1.
    serving
        Whose order is served: ``hybrid`` or a source (the fallback to the best model).
    total_asked, total_hits
        Events since the shop began, and those whose item was in the list served.
    drifts, drifted_at
        How often the hit rate changed for good since the monitor started (ADWIN), and when last, Unix seconds.
    looked_at
        Examination probability of each position of a list, the first being 1.
    """

    asked: int
    hybrid: MemberQuality
    members: tuple[MemberQuality, ...] = ()
    weights: dict[str, dict[str, float]] = {}
    serving: str = "hybrid"
    total_asked: int = 0
    total_hits: int = 0
    drifts: int = 0
    drifted_at: float | None = None
    looked_at: tuple[float, ...] = ()


class ListVariety(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much the lists differ that visitors really got lately; `docs/evaluation.md` defines the figures.

    Attributes
    ----------
    lists
        How many there are in the window.
    coverage, gini, inter_list_diversity
        Share of the items for sale that were in any list, how unevenly they were shown (0 to 1), and the mean share of
        a list that another one does not have.
    intra_list_diversity, churn
        Means over lists: pairs of items of different categories; the share that was not in the visitor's last list.
    calibration_kl
        Mean divergence of the categories in a list from those of its visitor's last items.
    popularity_lift
        By group, how much more popular what is shown is than what its visitors chose; 0 if equally.
    """

    lists: int
    coverage: float
    gini: float
    inter_list_diversity: float | None = None
    intra_list_diversity: float | None = None
    churn: float | None = None
    calibration_kl: float | None = None
    popularity_lift: dict[str, float] = {}


class WeightsStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The weights of the neural session model that a learner has.

    Attributes
    ----------
    version
        Their digest.
    items
        How many items they know.
    trained_at
        The time of the newest event that they know, Unix seconds.
    taken_up_at
        When the learner took them up, Unix seconds; None where it restored them with its snapshot.
    """

    version: str
    items: int
    trained_at: float
    taken_up_at: float | None = None


class LearnerStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of a learner, about once a second.

    Attributes
    ----------
    name
        Which learner.
    leads
        Whether it makes what is made once for all.
    share
        Of the visitors whom it ranks, 0 to 1.
    expired
        Events that Kafka deleted before they were learned, since the learner started.
    updates
        Offset of the next ranker update that it will apply, with several learners.
    lag
        Events that it has not learned yet, as the monitor sees it.
    variety
        How much the lists differ that it made lately, for the visitors whom it ranks.
    weights
        Those of the neural session model; None without any: that model is silent then.
    warm
        Whether it is through with loading its code: before, the first events and lists take longer.
    requested, request_us
        How many lists it has made for a request, and how long each took lately.
    """

    at: float
    started_at: float
    learned: int
    learned_per_second: float
    ranked: int
    pushed: int
    dead_letters: int
    duplicates: int
    expired: int = 0
    postponed: int
    items: int
    visitors: int
    memory_bytes: int
    positions: dict[str, int] = {}
    snapshot_at: float | None = None
    snapshot_ms: float | None = None
    learn_us: Percentiles | None = None
    rank_us: Percentiles | None = None
    quality: ModelQuality | None = None
    name: str = "1"
    leads: bool = True
    share: float = 1.0
    updates: int | None = None
    lag: int | None = None
    variety: ListVariety | None = None
    weights: WeightsStatus | None = None
    warm: bool = False
    requested: int = 0
    request_us: Percentiles | None = None


class OpsStats(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One second of the shop, as the monitor sees it.

    ``learner`` is the one that leads; ``learners`` are all, where there are several, without their quality.
    ``storefronts`` is how many listen for pushes; None if that is not known.
    """

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
    learners: tuple[LearnerStatus, ...] = ()
    storefronts: int | None = None


_status_decoder = msgspec.json.Decoder(LearnerStatus)


def decode_statuses(fields: Mapping[bytes, bytes]) -> tuple[LearnerStatus, ...]:
    """Read the statuses of learners, the leading one first. One that is long out of date is of a learner that is gone.

    Examples
    --------
    >>> decode_statuses({b"1": b"no status"})
    ()
    """
    statuses = []
    for payload in fields.values():
        try:
            statuses.append(_status_decoder.decode(payload))
        except UNREADABLE:
            continue
    newest = max((status.at for status in statuses), default=0.0)
    running = [status for status in statuses if status.at > newest - STATUS_TTL]
    return tuple(sorted(running, key=lambda status: (not status.leads, status.name)))


def to_message(message: msgspec.Struct) -> dict[str, object]:
    """Turn a message into the plain mapping that Socket.IO sends."""
    builtins: dict[str, object] = msgspec.to_builtins(message)
    return builtins
