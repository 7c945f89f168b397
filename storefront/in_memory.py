"""Stand-ins for Redis and Kafka in this process: for tests, and for trying the storefront alone.

They keep the same promises as the real ones; one suite of tests runs against both.
"""

from online_models.schema.events import Event, ItemId, VisitorId, encode
from online_models.schema.explanation import SlateExplanation
from online_models.schema.recommendations import RankedItem, Ranking
from storefront.events.event_publisher import Delivered
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import NO_STARS, Similar, StarCounts
from storefront.visitor_state.viewed import Items, newest_first
from storefront.visitor_state.visitor_numbers import Kind, changed, merged


class MemoryServingReader:
    """`ServingReader` on plain attributes, to be set by who owns it."""

    def __init__(self, catalog: ShopCatalog | None = None) -> None:
        self.catalog = catalog or ShopCatalog()
        self.rankings: dict[VisitorId, Ranking] = {}
        self.why: dict[VisitorId, SlateExplanation] = {}
        self.trending: tuple[RankedItem, ...] = ()
        self.popular: tuple[RankedItem, ...] = ()
        self.top_rated: tuple[RankedItem, ...] = ()
        self.new_arrivals: tuple[RankedItem, ...] = ()
        self.goes_well_with: dict[ItemId, tuple[RankedItem, ...]] = {}
        self.goes_well_with_for: dict[VisitorId, Ranking] = {}
        self.bought_together: dict[VisitorId, Ranking] = {}
        self.learned_similar: dict[ItemId, tuple[RankedItem, ...]] = {}
        self.similar: dict[ItemId, Similar] = {}
        self.stars: dict[ItemId, StarCounts] = {}
        self.pictures: dict[str, bytes] = {}
        self.search_indexes: dict[str, dict[str, bytes]] = {}
        self.ops_history: list[bytes] = []
        self.up = True

    @property
    def is_up(self) -> bool:
        """Whether the owner says so."""
        return self.up

    def read_catalog(self) -> ShopCatalog:
        """Return the catalog."""
        return self.catalog

    def read_ranking(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's list, unless down."""
        return self.rankings.get(visitor) if self.up else None

    def read_why(self, visitor: VisitorId) -> SlateExplanation | None:
        """Return why the visitor's list is as it is, unless down."""
        return self.why.get(visitor) if self.up else None

    def read_trending(self) -> tuple[RankedItem, ...]:
        """Return what moves now."""
        return self.trending

    def read_popular(self) -> tuple[RankedItem, ...]:
        """Return what most visitors chose."""
        return self.popular

    def read_goes_well_with(self, item: ItemId) -> tuple[RankedItem, ...]:
        """Return what goes well with an item, unless down."""
        return self.goes_well_with.get(item, ()) if self.up else ()

    def read_top_rated(self) -> tuple[RankedItem, ...]:
        """Return what has the most stars."""
        return self.top_rated

    def read_new_arrivals(self) -> tuple[RankedItem, ...]:
        """Return what is new."""
        return self.new_arrivals

    def read_goes_well_with_for(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's list for what they viewed last, unless down."""
        return self.goes_well_with_for.get(visitor) if self.up else None

    def read_bought_together(self, visitor: VisitorId) -> Ranking | None:
        """Return the list for the visitor's basket, unless down."""
        return self.bought_together.get(visitor) if self.up else None

    def read_learned_similar(self, item: ItemId) -> tuple[RankedItem, ...]:
        """Return what the models find similar, unless down."""
        return self.learned_similar.get(item, ()) if self.up else ()

    def read_similar(self, item: ItemId) -> Similar:
        """Return the nearest items, unless down."""
        return self.similar.get(item, ()) if self.up else ()

    def read_stars(self, item: ItemId) -> StarCounts:
        """Return how many visitors give an item one to five stars."""
        return self.stars.get(item, NO_STARS)

    def read_picture(self, name: str) -> bytes | None:
        """Return a picture."""
        return self.pictures.get(name)

    def read_search_index(self, version: str) -> dict[str, bytes]:
        """Return the files of a search index, unless down."""
        return self.search_indexes.get(version, {}) if self.up else {}

    def read_all_stars(self) -> dict[ItemId, StarCounts]:
        """Return the stars of all items."""
        return self.stars

    def read_ops_latest(self) -> bytes | None:
        """Return the newest second of the history."""
        return self.ops_history[0] if self.ops_history else None

    def read_ops_history(self) -> list[bytes]:
        """Return the history."""
        return list(self.ops_history)


class MemoryVisitorNumbers:
    """`VisitorNumbers` in a dictionary."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._numbers: dict[VisitorId, dict[ItemId, int]] = {}

    def read(self, visitor: VisitorId) -> dict[ItemId, int]:
        """Return a copy of the visitor's numbers."""
        return dict(self._numbers.get(visitor, {}))

    def put(self, visitor: VisitorId, item: ItemId, number: int) -> dict[ItemId, int]:
        """Set one number."""
        self._numbers[visitor] = changed(self.read(visitor), item, number, self._kind)
        return self.read(visitor)

    def clear(self, visitor: VisitorId) -> None:
        """Drop all numbers."""
        self._numbers.pop(visitor, None)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give the numbers of one visitor to another."""
        self._numbers[target] = merged(self.read(target), self._numbers.pop(source, {}), self._kind)

    def forget(self, visitor: VisitorId) -> None:
        """Delete all numbers."""
        self._numbers.pop(visitor, None)


class MemoryViewed:
    """`Viewed` in a dictionary."""

    def __init__(self) -> None:
        self._items: dict[VisitorId, Items] = {}

    def read(self, visitor: VisitorId) -> Items:
        """Return what the visitor opened."""
        return self._items.get(visitor, ())

    def add(self, visitor: VisitorId, item: ItemId) -> None:
        """Put a product first."""
        self._items[visitor] = newest_first((item, *self.read(visitor)))

    def discard(self, visitor: VisitorId, item: ItemId) -> None:
        """Forget one product."""
        self._items[visitor] = tuple(other for other in self.read(visitor) if other != item)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give what one visitor opened to another."""
        self._items[target] = newest_first((*self._items.pop(source, ()), *self.read(target)))

    def forget(self, visitor: VisitorId) -> None:
        """Forget all that the visitor opened."""
        self._items.pop(visitor, None)


class MemoryEventPublisher:
    """`EventPublisher` that keeps what it was given."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.up = True

    @property
    def is_up(self) -> bool:
        """Whether the owner says so."""
        return self.up

    @property
    def waiting_bytes(self) -> int:
        """Nothing waits."""
        return 0

    def publish(self, event: Event, on_delivered: Delivered | None = None) -> None:
        """Keep the event, and confirm it as if there were one partition."""
        encode(event)
        self.events.append(event)
        if on_delivered is not None:
            on_delivered(0, len(self.events) - 1)

    def close(self) -> None:
        """Do nothing."""
