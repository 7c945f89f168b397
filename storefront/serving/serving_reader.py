"""What the pages read: the catalog and the lists that the learner and the bootstrap have written to Redis.

With Redis down, the catalog and the shared lists stay as they were last read, and a visitor's list is unknown.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

import msgspec
from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.explanation import SlateExplanation, decode_why
from online_models.schema.product import InvalidProduct, decode_categories, decode_product
from online_models.schema.recommendations import InvalidRanking, RankedItem, Ranking, decode_items, decode_ranking
from storefront.serving.catalog import ShopCatalog

VERSION_CHECK_SECONDS = 1.0
STARS_SECONDS = 15.0
PICTURES_KEPT = 4_096
STARS_KEPT = 4_096

Similar = tuple[tuple[ItemId, float], ...]
StarCounts = tuple[int, int, int, int, int]
"""How many visitors give one star, two stars, … five."""

NO_STARS: StarCounts = (0, 0, 0, 0, 0)

_similar_decoder = msgspec.json.Decoder(tuple[tuple[ItemId, float], ...])
_stars_decoder = msgspec.json.Decoder(StarCounts)
_Value = TypeVar("_Value")


class ServingReader(Protocol):
    """Answers what pages ask. Never raises for a server that is down."""

    @property
    def is_up(self) -> bool:
        """Whether the store answered the last question."""

    def read_catalog(self) -> ShopCatalog:
        """Return the present catalog; an empty one before the first was published."""

    def read_ranking(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's own list, if the learner has made one."""

    def read_why(self, visitor: VisitorId) -> SlateExplanation | None:
        """Return why the visitor's list is as it is, if they asked lately."""

    def read_trending(self) -> tuple[RankedItem, ...]:
        """Return what moves now in the whole shop."""

    def read_popular(self) -> tuple[RankedItem, ...]:
        """Return what most visitors chose."""

    def read_goes_well_with(self, item: ItemId) -> tuple[RankedItem, ...]:
        """Return what goes well with an item."""

    def read_top_rated(self) -> tuple[RankedItem, ...]:
        """Return what has the most stars; nothing before the first rating."""

    def read_new_arrivals(self) -> tuple[RankedItem, ...]:
        """Return what is new."""

    def read_goes_well_with_for(self, visitor: VisitorId) -> Ranking | None:
        """Return what goes well, for this visitor, with the ``item`` they viewed last."""

    def read_bought_together(self, visitor: VisitorId) -> Ranking | None:
        """Return what is bought with what lies in the visitor's basket."""

    def read_learned_similar(self, item: ItemId) -> tuple[RankedItem, ...]:
        """Return what the models find similar, if they know."""

    def read_similar(self, item: ItemId) -> Similar:
        """Return the items nearest by content, with their cosine."""

    def read_stars(self, item: ItemId) -> StarCounts:
        """Return how many visitors give an item one to five stars."""

    def read_picture(self, name: str) -> bytes | None:
        """Return a generated picture (SVG)."""

    def read_search_index(self, version: str) -> dict[str, bytes]:
        """Return the files of a version's search index; none where it has none, or the store is down."""

    def read_all_stars(self) -> dict[ItemId, StarCounts]:
        """Return how many visitors give each rated item one to five stars; nothing before the first rating."""

    def read_ops_latest(self) -> bytes | None:
        """Return the monitor's last second (JSON `OpsStats`)."""

    def read_ops_history(self) -> list[bytes]:
        """Return the monitor's last minutes, newest first (JSON `OpsStats` each)."""


class RedisServingReader:
    """`ServingReader` on Redis, with the catalog of one version held in memory."""

    def __init__(
        self, redis: Redis, circuit: Circuit | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis: Any = redis
        self._circuit = circuit or Circuit(clock)
        self._clock = clock
        self._catalog = ShopCatalog()
        self._previous_version = ""
        self._checked_at = float("-inf")
        self._shared: dict[str, tuple[RankedItem, ...]] = {}
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._all_stars: dict[ItemId, StarCounts] = {}
        self._stars_read_at = float("-inf")
        self._stars: OrderedDict[ItemId, StarCounts] = OrderedDict()

    @property
    def is_up(self) -> bool:
        """Whether Redis answers."""
        return bool(self._circuit.ask(lambda: self._redis.ping(), otherwise=False))

    def read_catalog(self) -> ShopCatalog:
        """Return the catalog in memory; look for a newer version at most once a second."""
        now = self._clock()
        if now - self._checked_at >= VERSION_CHECK_SECONDS:
            self._checked_at = now
            payload = self._circuit.ask(lambda: self._redis.get(keyspace.catalog_version()), otherwise=None)
            version = payload.decode() if payload else ""
            if version and version != self._catalog.version:
                loaded = self._circuit.ask(lambda: self._load(version), otherwise=None)
                if loaded is not None:
                    self._previous_version, self._catalog = self._catalog.version, loaded
        return self._catalog

    def read_ranking(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's own list; None while Redis is down."""
        return self._decoded(keyspace.ranking(visitor), decode_ranking)

    def read_why(self, visitor: VisitorId) -> SlateExplanation | None:
        """Return why the visitor's list is as it is; None while Redis is down."""
        return self._decoded(keyspace.why(visitor), decode_why)

    def read_trending(self) -> tuple[RankedItem, ...]:
        """Return what moves now; the list last read while Redis is down."""
        return self._shared_list(keyspace.trending())

    def read_popular(self) -> tuple[RankedItem, ...]:
        """Return what most visitors chose; the list last read while Redis is down."""
        return self._shared_list(keyspace.popular())

    def read_goes_well_with(self, item: ItemId) -> tuple[RankedItem, ...]:
        """Return what goes well with an item; nothing while Redis is down."""
        return self._decoded(keyspace.goes_well_with(item), decode_items) or ()

    def read_top_rated(self) -> tuple[RankedItem, ...]:
        """Return what has the most stars; the list last read while Redis is down."""
        return self._shared_list(keyspace.top_rated())

    def read_new_arrivals(self) -> tuple[RankedItem, ...]:
        """Return what is new; the list last read while Redis is down."""
        return self._shared_list(keyspace.new_arrivals())

    def read_goes_well_with_for(self, visitor: VisitorId) -> Ranking | None:
        """Return what goes well, for this visitor, with what they viewed last; None while Redis is down."""
        return self._decoded(keyspace.goes_well_with_for(visitor), decode_ranking)

    def read_bought_together(self, visitor: VisitorId) -> Ranking | None:
        """Return what is bought with the visitor's basket; None while Redis is down."""
        return self._decoded(keyspace.bought_together(visitor), decode_ranking)

    def read_learned_similar(self, item: ItemId) -> tuple[RankedItem, ...]:
        """Return what the models find similar; nothing while Redis is down."""
        return self._decoded(keyspace.similar(item), decode_items) or ()

    def read_similar(self, item: ItemId) -> Similar:
        """Return the nearest items by content; nothing while Redis is down."""
        key = keyspace.catalog_similar(self._catalog.version)
        payload = self._circuit.ask(lambda: self._redis.hget(key, item), otherwise=None)
        if not payload:
            return ()
        try:
            return _similar_decoder.decode(payload)
        except msgspec.DecodeError:
            return ()

    def read_stars(self, item: ItemId) -> StarCounts:
        """Return how many visitors give an item one to five stars; what was read last while Redis is down."""
        payload = self._circuit.ask(lambda: self._redis.hget(keyspace.stars(), item), otherwise=None)
        if payload is None and not self._circuit.is_up:
            return self._stars.get(item, NO_STARS)
        try:
            counts = _stars_decoder.decode(payload) if payload else NO_STARS
        except msgspec.DecodeError:
            counts = NO_STARS
        self._stars[item] = counts
        self._stars.move_to_end(item)
        if len(self._stars) > STARS_KEPT:
            self._stars.popitem(last=False)
        return counts

    def read_picture(self, name: str) -> bytes | None:
        """Return a picture of the present version, or of the one before, whose pages may still be open."""
        if name in self._pictures:
            self._pictures.move_to_end(name)
            return self._pictures[name]
        for version in (self.read_catalog().version, self._previous_version):
            picture = self._circuit.ask(partial(self._picture, version, name), otherwise=None) if version else None
            if picture:
                self._pictures[name] = picture
                if len(self._pictures) > PICTURES_KEPT:
                    self._pictures.popitem(last=False)
                return picture
        return None

    def read_search_index(self, version: str) -> dict[str, bytes]:
        """Return the files of a version's search index, one question a file; none if one cannot be had."""
        key = keyspace.catalog_search(version)
        names: list[bytes] = self._circuit.ask(lambda: self._redis.hkeys(key), otherwise=[])
        files = {name.decode(): self._circuit.ask(partial(self._redis.hget, key, name), None) for name in names}
        return files if all(content is not None for content in files.values()) else {}

    def read_all_stars(self) -> dict[ItemId, StarCounts]:
        """Return the stars of all items, read at most every `STARS_SECONDS`; as last read while Redis is down."""
        now = self._clock()
        if now - self._stars_read_at >= STARS_SECONDS:
            self._stars_read_at = now
            payloads = self._circuit.ask(lambda: self._redis.hgetall(keyspace.stars()), otherwise=None)
            if payloads is not None:
                self._all_stars = _decoded_stars(payloads)
        return self._all_stars

    def read_ops_latest(self) -> bytes | None:
        """Return the monitor's last second; None while there is none."""
        payload: bytes | None = self._circuit.ask(lambda: self._redis.get(keyspace.ops_latest()), otherwise=None)
        return payload

    def read_ops_history(self) -> list[bytes]:
        """Return the monitor's last minutes; nothing while Redis is down."""
        end = keyspace.OPS_HISTORY_LENGTH - 1
        history: list[bytes] = self._circuit.ask(
            lambda: list(self._redis.lrange(keyspace.ops_history(), 0, end)), otherwise=[]
        )
        return history

    def _picture(self, version: str, name: str) -> bytes | None:
        picture: bytes | None = self._redis.hget(keyspace.catalog_pictures(version), name)
        return picture

    def _shared_list(self, key: str) -> tuple[RankedItem, ...]:
        items = self._decoded(key, decode_items)
        if items is None and not self._circuit.is_up:
            return self._shared.get(key, ())
        self._shared[key] = items or ()
        return self._shared[key]

    def _decoded(self, key: str, decode: Callable[[bytes], _Value]) -> _Value | None:
        payload = self._circuit.ask(lambda: self._redis.get(key), otherwise=None)
        try:
            return decode(payload) if payload else None
        except InvalidRanking:
            return None

    def _load(self, version: str) -> ShopCatalog | None:
        pipe = self._redis.pipeline(transaction=False)
        pipe.hgetall(keyspace.catalog_products(version))
        pipe.get(keyspace.catalog_categories(version))
        pipe.lrange(keyspace.catalog_best_sellers(version), 0, -1)
        products, categories_payload, best_sellers = pipe.execute()
        if not products or not categories_payload:
            return None
        try:
            categories = decode_categories(categories_payload)
            decoded = {ItemId(item.decode()): decode_product(payload) for item, payload in products.items()}
        except InvalidProduct:
            return None
        for category in categories:
            pipe.lrange(keyspace.catalog_category(version, category.slug), 0, -1)
        shelves = pipe.execute()
        return ShopCatalog(
            version=version,
            products=decoded,
            categories=categories,
            shelves={
                category.slug: tuple(ItemId(item.decode()) for item in shelf)
                for category, shelf in zip(categories, shelves, strict=True)
            },
            best_sellers=tuple(ItemId(item.decode()) for item in best_sellers),
            currencies=tuple(sorted({product.currency for product in decoded.values()})),
        )


def _decoded_stars(payloads: dict[bytes, bytes]) -> dict[ItemId, StarCounts]:
    """Read the stars of each item, without those that cannot be read."""
    stars: dict[ItemId, StarCounts] = {}
    for item, payload in payloads.items():
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            stars[ItemId(item.decode())] = _stars_decoder.decode(payload)
    return stars
