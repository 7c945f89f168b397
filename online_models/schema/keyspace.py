"""The names under which processes meet: Kafka topics and groups, Redis keys and how long they live.

Every key that the product writes is built here, and every one has a time to live or a bounded size.
"""

from collections.abc import Callable
from dataclasses import dataclass

from online_models.schema.events import Event, ItemId, RankingId, RankingShown, VisitorId

PREFIX = "riverfront"

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic and the settings that it must have."""

    name: str
    partitions: int
    config: dict[str, str]


INTERACTIONS = Topic(
    "interactions",
    partitions=4,
    # The broker stamps the time of appending: one hop of a click's journey, and back-filled history is not
    # taken for expired. Bounded by size: 1 GiB a partition.
    config={
        "message.timestamp.type": "LogAppendTime",
        "retention.ms": str(90 * DAY * 1000),
        "retention.bytes": str(2**30),
    },
)
IMPRESSIONS = Topic(
    "interactions.impressions",
    partitions=4,
    # The lists that visitors were shown, apart from what they did: however many there are, they push no purchase out.
    # 256 MiB a partition, and a segment: Kafka deletes whole ones.
    config={
        "message.timestamp.type": "LogAppendTime",
        "retention.ms": str(14 * DAY * 1000),
        "retention.bytes": str(2**28),
        "segment.bytes": str(2**26),
    },
)
EVENT_TOPICS = (INTERACTIONS, IMPRESSIONS)
"""Where events are, in the order in which readers number their partitions."""

DEAD_LETTERS = Topic(
    "interactions.dead",
    partitions=1,
    config={"retention.ms": str(30 * DAY * 1000), "retention.bytes": str(2**27)},
)
HISTORY_MARKERS = Topic(
    "interactions.history",
    partitions=1,
    # How much of which history has been back-filled: one small record a history.
    config={"cleanup.policy": "compact"},
)
RANKER_UPDATES = Topic(
    "interactions.updates",
    # One: all learners apply them in the same order.
    partitions=1,
    config={"retention.ms": str(7 * DAY * 1000), "retention.bytes": str(2**30)},
)
WEIGHTS = Topic(
    "interactions.weights",
    # One: all learners take them up in the same order.
    partitions=1,
    # Half a kB for each training; the weights themselves are files.
    config={"retention.ms": str(30 * DAY * 1000), "retention.bytes": str(2**26), "segment.bytes": str(2**24)},
)
CATALOG = Topic(
    "catalog",
    # One: whoever reads it sees all changes in the same order.
    partitions=1,
    # The newest state of each item: as large as the catalog. What was replaced stays for a week, the mark of a deleted
    # item for a month, so that a reader who was away for less misses nothing.
    config={
        "cleanup.policy": "compact",
        "message.timestamp.type": "LogAppendTime",
        "min.compaction.lag.ms": str(7 * DAY * 1000),
        "delete.retention.ms": str(30 * DAY * 1000),
        "segment.bytes": str(2**26),
    },
)
"""The truth about the catalog: by item id its product as JSON, or nothing once it is deleted."""

LEARNER_TOPICS = (*EVENT_TOPICS, CATALOG)
"""What a learner reads as one log, in the order in which it numbers their partitions."""

TOPICS = (*EVENT_TOPICS, DEAD_LETTERS, HISTORY_MARKERS, RANKER_UPDATES, WEIGHTS, CATALOG)


def topic_of(event: Event) -> Topic:
    """Return where an event belongs. One that lies elsewhere is learned all the same."""
    return IMPRESSIONS if isinstance(event, RankingShown) else INTERACTIONS


LEARNER_GROUP = "riverfront-learner"
MONITOR_GROUP = "riverfront-monitor"
REFIT_GROUP = "riverfront-refit"

RANKING_TTL = 7 * DAY
RELATED_TTL = 30 * DAY
WHY_TTL = 10 * MINUTE
SHARED_LIST_TTL = 7 * DAY
BASKET_TTL = 30 * DAY
RATINGS_TTL = 365 * DAY
VIEWED_TTL = 30 * DAY
OLD_CATALOG_TTL = HOUR
WRITTEN_TTL = HOUR
WITHDRAWN_TTL = 30 * DAY
STATUS_TTL = 15
LIMIT_TTL = DAY
DELAY_TTL = DAY
LIST_REQUESTS_TTL = 5
LIST_ANSWER_TTL = 5
OPS_TTL = HOUR
IDEMPOTENCY_TTL = DAY
API_EVENTS_TTL = DAY
OPS_HISTORY_LENGTH = 600

MAX_BASKET_LINES = 100
MAX_RATINGS = 2_000
VIEWED_LENGTH = 50
LIST_REQUESTS_LENGTH = 256
CATALOG_CHANGES_LENGTH = 4_096
RANKING_LENGTH = 24
RELATED_LENGTH = 12
TRENDING_LENGTH = 24


def _key(path: str) -> Callable[[], str]:
    def key() -> str:
        return f"{PREFIX}:{path}"

    return key


def _key_of_visitor(path: str) -> Callable[[VisitorId], str]:
    def key(visitor: VisitorId) -> str:
        return f"{PREFIX}:{path}:{visitor}"

    return key


def _key_of_item(path: str) -> Callable[[ItemId], str]:
    def key(item: ItemId) -> str:
        return f"{PREFIX}:{path}:{item}"

    return key


def _key_of_catalog(path: str) -> Callable[[str], str]:
    def key(version: str) -> str:
        return f"{PREFIX}:catalogue:{version}:{path}"

    return key


catalog_version = _key("catalogue:version")
"""Pointer to the version that is served. One short string; it stays until the next version replaces it."""

catalog_products = _key_of_catalog("products")
"""Hash of item to product (JSON). Expires `OLD_CATALOG_TTL` after the pointer has moved on."""

catalog_categories = _key_of_catalog("categories")
"""JSON list of categories. Lives as long as its version."""

catalog_best_sellers = _key_of_catalog("best-sellers")
"""List of all items, best sellers first. Lives as long as its version."""

catalog_similar = _key_of_catalog("similar")
"""Hash of item to its nearest items by content (JSON pairs of item and cosine). Lives as long as its version."""

catalog_pictures = _key_of_catalog("pictures")
"""Hash of picture name to SVG. Lives as long as its version."""

catalog_search = _key_of_catalog("search")
"""Hash of file name to content: the search index. Lives as long as its version."""

catalog_applied = _key_of_catalog("applied")
"""Offset in the topic `CATALOG` up to which changes are part of the version. Lives as long as its version."""

catalog_changes = _key_of_catalog("changes")
"""Stream of what changed, the last `CATALOG_CHANGES_LENGTH` times. Lives as long as its version."""

catalog_added = _key_of_catalog("added")
"""Hash of the items that were added since the version was published, to when. Lives as long as its version."""

catalog_reworded = _key_of_catalog("reworded")
"""Hash of the items that are found by other words than as published, to since when. Lives as long as its version."""

catalog_pattern = _key_of_catalog("*")
"""Glob for every key of one version."""

catalog_written = _key("catalogue:written")
"""Hash of item to what was written last, until the served version has it. Lives `WRITTEN_TTL` from the last write."""

catalog_lock = _key("catalogue:lock")
"""Who writes to the topic `CATALOG` now. Lives for the seconds that a write may take."""

withdrawn = _key_of_item("withdrawn")
"""A product that was deleted (JSON), for pages that still lead to it. Lives `WITHDRAWN_TTL`."""

ranking = _key_of_visitor("ranking")
"""The visitor's list (JSON `Ranking`). Lives `RANKING_TTL` from its last change."""

why = _key_of_visitor("why")
"""Why the visitor's list is as it is (JSON `SlateExplanation`), if they asked. Lives `WHY_TTL` after it."""

goes_well_with = _key_of_item("goes-well-with")
"""What goes well with an item (JSON list of `RankedItem`). Lives `RELATED_TTL` from its last change."""

goes_well_with_for = _key_of_visitor("goes-well-with-for")
"""What goes well, for this visitor, with the item they viewed last (JSON `Ranking`). Lives `RANKING_TTL`."""

bought_together = _key_of_visitor("bought-together")
"""What is bought with what lies in the visitor's basket (JSON `Ranking`). Lives `RANKING_TTL`."""

similar = _key_of_item("similar")
"""What the models find similar to an item (JSON list of `RankedItem`). Lives `RELATED_TTL` from its last change."""

trending = _key("trending")
"""What moves now in the whole shop (JSON list of `RankedItem`). Lives `SHARED_LIST_TTL`."""

popular = _key("popular")
"""What most visitors chose, for a visitor of whom nothing is known. Lives `SHARED_LIST_TTL`."""

top_rated = _key("top-rated")
"""What visitors give the most stars (JSON list of `RankedItem`). Lives `SHARED_LIST_TTL`."""

new_arrivals = _key("new-arrivals")
"""What is new in the shop (JSON list of `RankedItem`). Lives `SHARED_LIST_TTL`."""

basket = _key_of_visitor("basket")
"""Hash of item to quantity, left by version 0.1: the storefront moves it to the database. Lives `BASKET_TTL`."""

ratings = _key_of_visitor("ratings")
"""Hash of item to the visitor's stars, left by version 0.1: it moves to the database. Lives `RATINGS_TTL`."""

viewed = _key_of_visitor("viewed")
"""List of products that the visitor opened, newest first, at most `VIEWED_LENGTH`. Lives `VIEWED_TTL`."""

stars = _key("stars")
"""Hash of item to how many visitors give it one to five stars (JSON list of five). Lives `SHARED_LIST_TTL`."""

data_set = _key("data-set")
"""An id of all that is in Redis: one that is missing or another one tells that lists were lost. One short string."""

learner_statuses = _key("learner:statuses")
"""Hash of learner to its state (JSON `LearnerStatus`). Lives `STATUS_TTL`: absent means that none is running."""

learner_heartbeats = _key("learner:heartbeats")
"""Hash of learner to its last heartbeat (JSON), where there are several. Lives `STATUS_TTL` from the last one."""

list_requests = _key("list-requests")
"""List of requests for lists (JSON `ListRequest`) that no learner has taken yet, at most `LIST_REQUESTS_LENGTH`. Lives
`LIST_REQUESTS_TTL` after the last one.
"""

api_events = _key("api:events")
"""Hash of event digest to where it lies in Kafka (MessagePack), of the newest 100,000 by the API. Lives a day."""

api_event_order = _key("api:event-order")
"""List of the same digests, the oldest first. Lives as long."""

ops_latest = _key("ops:latest")
"""The monitor's last second (JSON `OpsStats`). Lives `STATUS_TTL`."""

ops_history = _key("ops:history")
"""List of the monitor's last `OPS_HISTORY_LENGTH` seconds, newest first. Lives `OPS_TTL`."""


def catalog_category(version: str, slug: str) -> str:
    """List of the items of one category, best sellers first. Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:category:{slug}"


def list_answer(name: RankingId) -> str:
    """List with the answer to one request (JSON `MadeList`), which its reader takes away. Lives `LIST_ANSWER_TTL`."""
    return f"{PREFIX}:list-answer:{name}"


def fence(digest: str) -> str:
    """Place in the log of the event behind a visitor's newest list, by digest of who. Lives `RANKING_TTL` from then."""
    return f"{PREFIX}:fence:{digest}"


def network_key(day: int) -> str:
    """The key of a day (days since 1970, UTC) under which networks are digested. Lives until a minute after its day."""
    return f"{PREFIX}:network-key:{day}"


def limit(name: str, digest: str) -> str:
    """When somebody's bucket is empty again (microseconds), by limit and digest of who. Lives until then."""
    return f"{PREFIX}:limit:{name}:{digest}"


def delay(name: str, digest: str) -> str:
    """Hash of how many attempts somebody made and when the last. Lives `DELAY_TTL` from the last one at most."""
    return f"{PREFIX}:delay:{name}:{digest}"


def idempotency(digest: str) -> str:
    """Digest of the body that an Idempotency-Key came with. Lives `IDEMPOTENCY_TTL`."""
    return f"{PREFIX}:idempotency:{digest}"


def picture_path(name: str) -> str:
    """Address at which the storefront serves a generated picture."""
    return f"/pictures/{name}.svg"
