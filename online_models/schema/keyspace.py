"""The names under which processes meet: Kafka topics and groups, Redis keys and how long they live.

Every key that the product writes is built here, and every one has a time to live or a bounded size.
"""

from dataclasses import dataclass

from online_models.schema.events import ItemId, VisitorId

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
TOPICS = (INTERACTIONS, DEAD_LETTERS, HISTORY_MARKERS)

LEARNER_GROUP = "riverfront-learner"
MONITOR_GROUP = "riverfront-monitor"

RANKING_TTL = 7 * DAY
RELATED_TTL = 30 * DAY
WHY_TTL = 10 * MINUTE
SHARED_LIST_TTL = 7 * DAY
BASKET_TTL = 30 * DAY
RATINGS_TTL = 365 * DAY
VIEWED_TTL = 30 * DAY
OLD_CATALOG_TTL = HOUR
STATUS_TTL = 15
LIMIT_TTL = DAY
DELAY_TTL = DAY
OPS_TTL = HOUR
OPS_HISTORY_LENGTH = 600

MAX_BASKET_LINES = 100
MAX_RATINGS = 2_000
VIEWED_LENGTH = 50
RANKING_LENGTH = 24
RELATED_LENGTH = 12
TRENDING_LENGTH = 24


def catalog_version() -> str:
    """Pointer to the version that is served. One short string; it stays until the next version replaces it."""
    return f"{PREFIX}:catalogue:version"


def catalog_products(version: str) -> str:
    """Hash of item to product (JSON). Expires `OLD_CATALOG_TTL` after the pointer has moved on."""
    return f"{PREFIX}:catalogue:{version}:products"


def catalog_categories(version: str) -> str:
    """JSON list of categories. Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:categories"


def catalog_category(version: str, slug: str) -> str:
    """List of the items of one category, best sellers first. Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:category:{slug}"


def catalog_best_sellers(version: str) -> str:
    """List of all items, best sellers first. Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:best-sellers"


def catalog_similar(version: str) -> str:
    """Hash of item to its nearest items by content (JSON pairs of item and cosine). Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:similar"


def catalog_pictures(version: str) -> str:
    """Hash of picture name to SVG. Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:pictures"


def catalog_search(version: str) -> str:
    """Hash of file name to content: the search index. Lives as long as its version."""
    return f"{PREFIX}:catalogue:{version}:search"


def catalog_pattern(version: str) -> str:
    """Glob for every key of one version."""
    return f"{PREFIX}:catalogue:{version}:*"


def picture_path(name: str) -> str:
    """Address at which the storefront serves a generated picture."""
    return f"/pictures/{name}.svg"


def ranking(visitor: VisitorId) -> str:
    """The visitor's list (JSON `Ranking`). Lives `RANKING_TTL` from its last change."""
    return f"{PREFIX}:ranking:{visitor}"


def why(visitor: VisitorId) -> str:
    """Why the visitor's list is as it is (JSON `SlateExplanation`), if they asked. Lives `WHY_TTL` after it."""
    return f"{PREFIX}:why:{visitor}"


def goes_well_with(item: ItemId) -> str:
    """What goes well with an item (JSON list of `RankedItem`). Lives `RELATED_TTL` from its last change."""
    return f"{PREFIX}:goes-well-with:{item}"


def goes_well_with_for(visitor: VisitorId) -> str:
    """What goes well, for this visitor, with the item they viewed last (JSON `Ranking`). Lives `RANKING_TTL`."""
    return f"{PREFIX}:goes-well-with-for:{visitor}"


def bought_together(visitor: VisitorId) -> str:
    """What is bought with what lies in the visitor's basket (JSON `Ranking`). Lives `RANKING_TTL`."""
    return f"{PREFIX}:bought-together:{visitor}"


def similar(item: ItemId) -> str:
    """What the models find similar to an item (JSON list of `RankedItem`). Lives `RELATED_TTL` from its last change."""
    return f"{PREFIX}:similar:{item}"


def trending() -> str:
    """What moves now in the whole shop (JSON list of `RankedItem`). Lives `SHARED_LIST_TTL`."""
    return f"{PREFIX}:trending"


def popular() -> str:
    """What most visitors chose, for a visitor of whom nothing is known. Lives `SHARED_LIST_TTL`."""
    return f"{PREFIX}:popular"


def top_rated() -> str:
    """What visitors give the most stars (JSON list of `RankedItem`). Lives `SHARED_LIST_TTL`."""
    return f"{PREFIX}:top-rated"


def new_arrivals() -> str:
    """What is new in the shop (JSON list of `RankedItem`). Lives `SHARED_LIST_TTL`."""
    return f"{PREFIX}:new-arrivals"


def basket(visitor: VisitorId) -> str:
    """Hash of item to quantity; at most `MAX_BASKET_LINES` fields. Lives `BASKET_TTL` from its last change."""
    return f"{PREFIX}:basket:{visitor}"


def ratings(visitor: VisitorId) -> str:
    """Hash of item to the visitor's stars; at most `MAX_RATINGS` fields. Lives `RATINGS_TTL`."""
    return f"{PREFIX}:ratings:{visitor}"


def viewed(visitor: VisitorId) -> str:
    """List of products that the visitor opened, newest first, at most `VIEWED_LENGTH`. Lives `VIEWED_TTL`."""
    return f"{PREFIX}:viewed:{visitor}"


def stars() -> str:
    """Hash of item to how many visitors give it one to five stars (JSON list of five). Lives `SHARED_LIST_TTL`."""
    return f"{PREFIX}:stars"


def limit(name: str, digest: str) -> str:
    """When somebody's bucket is empty again (microseconds), by limit and digest of who. Lives until then."""
    return f"{PREFIX}:limit:{name}:{digest}"


def delay(name: str, digest: str) -> str:
    """Hash of how many attempts somebody made and when the last. Lives `DELAY_TTL` from the last one at most."""
    return f"{PREFIX}:delay:{name}:{digest}"


def learner_status() -> str:
    """What the learner says of itself (JSON `LearnerStatus`). Lives `STATUS_TTL`: absent means not running."""
    return f"{PREFIX}:learner:status"


def ops_latest() -> str:
    """The monitor's last second (JSON `OpsStats`). Lives `STATUS_TTL`."""
    return f"{PREFIX}:ops:latest"


def ops_history() -> str:
    """List of the monitor's last `OPS_HISTORY_LENGTH` seconds, newest first. Lives `OPS_TTL`."""
    return f"{PREFIX}:ops:history"
