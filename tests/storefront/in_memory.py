"""Stand-ins for Redis and Kafka in this process. One suite of tests runs against them and the real ones."""

from online_models.schema.events import Event, ItemId, VisitorId, encode
from online_models.schema.explanation import SlateExplanation
from online_models.schema.messages import LearnerStatus
from online_models.schema.product import Product
from online_models.schema.recommendations import RankedItem, Ranking
from storefront.events.delivery import Delivery
from storefront.events.event_publisher import EventPublisher
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import NO_STARS, ServingReader, Similar, StarCounts
from storefront.visitor_state.viewed import Items, Viewed, newest_first


class MemoryServingReader(ServingReader):
    """A reader of plain attributes, to be set by who owns it."""

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
        self.learners: tuple[LearnerStatus, ...] = ()
        self.withdrawn: dict[ItemId, Product] = {}
        self.up = True

    @property
    def is_up(self) -> bool:
        return self.up

    def read_catalog(self) -> ShopCatalog:
        return self.catalog

    def read_withdrawn(self, item: ItemId) -> Product | None:
        return self.withdrawn.get(item) if self.up else None

    def read_ranking(self, visitor: VisitorId) -> Ranking | None:
        return self.rankings.get(visitor) if self.up else None

    def read_why(self, visitor: VisitorId) -> SlateExplanation | None:
        return self.why.get(visitor) if self.up else None

    def read_trending(self) -> tuple[RankedItem, ...]:
        return self.trending

    def read_popular(self) -> tuple[RankedItem, ...]:
        return self.popular

    def read_goes_well_with(self, item: ItemId) -> tuple[RankedItem, ...]:
        return self.goes_well_with.get(item, ()) if self.up else ()

    def read_top_rated(self) -> tuple[RankedItem, ...]:
        return self.top_rated

    def read_new_arrivals(self) -> tuple[RankedItem, ...]:
        return self.new_arrivals

    def read_goes_well_with_for(self, visitor: VisitorId) -> Ranking | None:
        return self.goes_well_with_for.get(visitor) if self.up else None

    def read_bought_together(self, visitor: VisitorId) -> Ranking | None:
        return self.bought_together.get(visitor) if self.up else None

    def read_learned_similar(self, item: ItemId) -> tuple[RankedItem, ...]:
        return self.learned_similar.get(item, ()) if self.up else ()

    def read_similar(self, item: ItemId) -> Similar:
        return self.similar.get(item, ()) if self.up else ()

    def read_stars(self, item: ItemId) -> StarCounts:
        return self.stars.get(item, NO_STARS)

    def read_picture(self, name: str) -> bytes | None:
        return self.pictures.get(name)

    def read_search_index(self, version: str) -> dict[str, bytes]:
        return self.search_indexes.get(version, {}) if self.up else {}

    def read_all_stars(self) -> dict[ItemId, StarCounts]:
        return self.stars

    def read_learners(self) -> tuple[LearnerStatus, ...]:
        return self.learners

    def read_ops_latest(self) -> bytes | None:
        return self.ops_history[0] if self.ops_history else None

    def read_ops_history(self) -> list[bytes]:
        return list(self.ops_history)


class MemoryViewed(Viewed):
    """Views in a dictionary."""

    def __init__(self) -> None:
        self._items: dict[VisitorId, Items] = {}

    def read(self, visitor: VisitorId) -> Items:
        return self._items.get(visitor, ())

    def add(self, visitor: VisitorId, item: ItemId) -> None:
        self._items[visitor] = newest_first((item, *self.read(visitor)))

    def discard(self, visitor: VisitorId, item: ItemId) -> None:
        self._items[visitor] = tuple(other for other in self.read(visitor) if other != item)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        self._items[target] = newest_first((*self._items.pop(source, ()), *self.read(target)))

    def forget(self, visitor: VisitorId) -> None:
        self._items.pop(visitor, None)


class MemoryEventPublisher(EventPublisher):
    """A publisher that keeps what it was given, which is safe at once."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.up = True

    @property
    def is_up(self) -> bool:
        return self.up

    @property
    def waiting_bytes(self) -> int:
        """Nothing waits."""
        return 0

    def send(self, event: Event, delivery: Delivery | None = None) -> Delivery:
        encode(event)
        self.events.append(event)
        delivery = delivery or Delivery()
        delivery.confirm()
        return delivery

    def close(self) -> None:
        """Do nothing."""
