"""What the pages read: the catalog and the lists that the learner and the bootstrap have written to Redis.

With Redis down, the catalog and the shared lists stay as they were last read, and a visitor's list is unknown.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from redis import Redis

from connections.circuit import Circuit
from connections.live_catalog.changes import CatalogChanges, read_changes
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.explanation import SlateExplanation, decode_why
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.messages import LearnerStatus, decode_statuses
from online_models.schema.product import InvalidProduct, Product, decode_categories, decode_product
from online_models.schema.recommendations import RankedItem, Ranking, decode_items, decode_ranking
from storefront.byte_cache import ByteCache
from storefront.lru_table import LruTable
from storefront.serving.catalog import ShopCatalog, group_variants
from storefront.serving.catalog_changes import with_additions, with_changes

CHECK_SECONDS = 0.25
STARS_SECONDS = 15.0
PICTURE_BYTES = 16 * 1024 * 1024
STARS_KEPT = 4_096

Items = tuple[RankedItem, ...]
Similar = tuple[tuple[ItemId, float], ...]
StarCounts = tuple[int, int, int, int, int]
"""How many visitors give one star, two stars, … five."""

NO_STARS: StarCounts = (0, 0, 0, 0, 0)

_decode_similar = msgspec.json.Decoder(tuple[tuple[ItemId, float], ...]).decode
_decode_stars = msgspec.json.Decoder(StarCounts).decode
_Value = TypeVar("_Value")


class ServingReader:
    """Answers what pages ask, from Redis, with the catalog of one version in memory.

    It never raises for a server that is down, nor for a value that cannot be read.
    """

    def __init__(
        self, redis: Redis, circuit: Circuit | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis: Any = redis
        self._circuit = circuit or Circuit(clock)
        self._clock = clock
        self._catalog = ShopCatalog()
        self._previous_version = ""
        self._checked_at = float("-inf")
        self._shared: dict[str, Items] = {}
        self._pictures = ByteCache[str, bytes](PICTURE_BYTES, lambda name, picture: len(name) + len(picture))
        self._all_stars: dict[ItemId, StarCounts] = {}
        self._stars_read_at = float("-inf")
        self._stars: LruTable[ItemId, StarCounts] = LruTable(STARS_KEPT)

    @property
    def is_up(self) -> bool:
        """Whether Redis answers."""
        return bool(self._ask("ping"))

    def read_catalog(self) -> ShopCatalog:
        """Return the present catalog, an empty one before the first. Look for changes four times a second at most."""
        now = self._clock()
        if now - self._checked_at >= CHECK_SECONDS:
            self._checked_at = now
            found = self._circuit.ask(self._find_newer, otherwise=None)
            if found is not None:
                if found.version != self._catalog.version:
                    self._previous_version = self._catalog.version
                self._catalog = found
        return self._catalog

    def read_withdrawn(self, item: ItemId) -> Product | None:
        """Return a product that the shop had until lately; None while Redis is down."""
        return self._get(keyspace.withdrawn(item), decode_product)

    def read_ranking(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's own list, if the learner has made one; None while Redis is down."""
        return self._get(keyspace.ranking(visitor), decode_ranking)

    def read_why(self, visitor: VisitorId) -> SlateExplanation | None:
        """Return why the visitor's list is as it is, if they asked lately; None while Redis is down."""
        return self._get(keyspace.why(visitor), decode_why)

    def read_goes_well_with_for(self, visitor: VisitorId) -> Ranking | None:
        """Return what goes well, for this visitor, with the ``item`` they viewed last; None while Redis is down."""
        return self._get(keyspace.goes_well_with_for(visitor), decode_ranking)

    def read_bought_together(self, visitor: VisitorId) -> Ranking | None:
        """Return what is bought with what lies in the visitor's basket; None while Redis is down."""
        return self._get(keyspace.bought_together(visitor), decode_ranking)

    def read_trending(self) -> Items:
        """Return what moves now in the whole shop; the list last read while Redis is down."""
        return self._shared_list(keyspace.trending())

    def read_popular(self) -> Items:
        """Return what most visitors chose; the list last read while Redis is down."""
        return self._shared_list(keyspace.popular())

    def read_top_rated(self) -> Items:
        """Return what has the most stars, nothing before the first rating; the list last read while Redis is down."""
        return self._shared_list(keyspace.top_rated())

    def read_new_arrivals(self) -> Items:
        """Return what is new; the list last read while Redis is down."""
        return self._shared_list(keyspace.new_arrivals())

    def read_goes_well_with(self, item: ItemId) -> Items:
        """Return what goes well with an item; nothing while Redis is down."""
        return self._get(keyspace.goes_well_with(item), decode_items) or ()

    def read_learned_similar(self, item: ItemId) -> Items:
        """Return what the models find similar, if they know; nothing while Redis is down."""
        return self._get(keyspace.similar(item), decode_items) or ()

    def read_similar(self, item: ItemId) -> Similar:
        """Return the items nearest by content, with their cosine; nothing while Redis is down."""
        return _decoded(self._ask("hget", keyspace.catalog_similar(self._catalog.version), item), _decode_similar) or ()

    def read_stars(self, item: ItemId) -> StarCounts:
        """Return how many visitors give an item one to five stars; what was read last while Redis is down."""
        payload = self._ask("hget", keyspace.stars(), item)
        if payload is None and not self._circuit.is_up:
            return self._stars.get(item, NO_STARS)
        self._stars[item] = _decoded(payload, _decode_stars) or NO_STARS
        return self._stars[item]

    def read_all_stars(self) -> dict[ItemId, StarCounts]:
        """Return the stars of all rated items, read at most every `STARS_SECONDS`; as last read while Redis is down."""
        now = self._clock()
        if now - self._stars_read_at >= STARS_SECONDS:
            self._stars_read_at = now
            payloads = self._ask("hgetall", keyspace.stars())
            if payloads is not None:
                found = ((item, _decoded(payload, _decode_stars)) for item, payload in payloads.items())
                self._all_stars = {ItemId(item.decode(errors="replace")): stars for item, stars in found if stars}
        return self._all_stars

    def read_picture(self, name: str) -> bytes | None:
        """Return a generated picture (SVG) of the present version, or of the one before: its pages may be open."""
        picture = self._pictures.get(name)
        if picture is None and (picture := self._find_picture(name)):
            self._pictures.put(name, picture)
        return picture

    def read_search_index(self, version: str) -> dict[str, bytes]:
        """Return the files of a version's search index, one question a file; none if one cannot be had."""
        key = keyspace.catalog_search(version)
        files = {name.decode(): self._ask("hget", key, name) for name in self._ask("hkeys", key) or ()}
        return files if all(content is not None for content in files.values()) else {}

    def read_learners(self) -> tuple[LearnerStatus, ...]:
        """Return what each learner that runs says of itself, up to a second old; nothing while Redis is down."""
        return decode_statuses(self._ask("hgetall", keyspace.learner_statuses()) or {})

    def read_ops_latest(self) -> bytes | None:
        """Return the monitor's last second (JSON `OpsStats`); None while there is none."""
        payload: bytes | None = self._ask("get", keyspace.ops_latest())
        return payload

    def read_ops_history(self) -> list[bytes]:
        """Return the monitor's last minutes, newest first (JSON `OpsStats` each); nothing while Redis is down."""
        return list(self._ask("lrange", keyspace.ops_history(), 0, keyspace.OPS_HISTORY_LENGTH - 1) or ())

    def _ask(self, command: str, *arguments: object) -> Any:
        """Return Redis' answer to a command, named as the client names it; None while Redis is down."""
        return self._circuit.ask(lambda: getattr(self._redis, command)(*arguments), otherwise=None)

    def _get(self, key: str, decode: Callable[[bytes], _Value]) -> _Value | None:
        return _decoded(self._ask("get", key), decode)

    def _find_picture(self, name: str) -> bytes | None:
        for version in filter(None, (self.read_catalog().version, self._previous_version)):
            picture: bytes | None = self._ask("hget", keyspace.catalog_pictures(version), name)
            if picture:
                return picture
        return None

    def _shared_list(self, key: str) -> Items:
        items = self._get(key, decode_items)
        if items is None and not self._circuit.is_up:
            return self._shared.get(key, ())
        self._shared[key] = items or ()
        return self._shared[key]

    def _find_newer(self) -> ShopCatalog | None:
        """Return a catalog that is not the present one, if there is any and it can be read."""
        known = self._catalog
        version, applied = self._redis.mget(keyspace.catalog_version(), keyspace.catalog_applied(known.version))
        if not version:
            return None
        if version.decode() != known.version:
            return self._load(version.decode())
        if int(applied or 0) == known.applied:
            return None
        changes = read_changes(self._redis, known.version, known.applied, int(applied or 0))
        return self._load(known.version) if changes is None else self._follow(known, changes)

    def _follow(self, known: ShopCatalog, changes: CatalogChanges) -> ShopCatalog | None:
        """Return the known catalog with changes."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.get(keyspace.catalog_categories(known.version))
        if changes.changed:
            pipe.hmget(keyspace.catalog_products(known.version), changes.changed)
        categories, *products = pipe.execute()
        if categories is None:
            return None
        payloads = zip(changes.changed, products[0] if products else (), strict=True)
        try:
            present = {item: decode_product(payload) for item, payload in payloads if payload is not None}
            return with_changes(known, changes.changed, present, decode_categories(categories), changes.applied)
        except InvalidProduct:
            return None

    def _load(self, version: str) -> ShopCatalog | None:
        pipe = self._redis.pipeline(transaction=False)
        # First: what is applied meanwhile is looked up again.
        pipe.get(keyspace.catalog_applied(version))
        pipe.hgetall(keyspace.catalog_added(version))
        pipe.hkeys(keyspace.catalog_reworded(version))
        pipe.hgetall(keyspace.catalog_products(version))
        pipe.get(keyspace.catalog_categories(version))
        pipe.lrange(keyspace.catalog_best_sellers(version), 0, -1)
        applied, added, reworded, products, categories_payload, best_sellers = pipe.execute()
        if not products or not categories_payload:
            return None
        try:
            categories = decode_categories(categories_payload)
            decoded = {ItemId(item.decode()): decode_product(payload) for item, payload in products.items()}
        except InvalidProduct:
            return None
        ranked = tuple(ItemId(item.decode()) for item in best_sellers)
        for category in categories:
            pipe.lrange(keyspace.catalog_category(version, category.slug), 0, -1)
        rankings = pipe.execute()
        catalog = ShopCatalog(
            version=version,
            products=decoded,
            categories=categories,
            by_category={
                category.slug: tuple(ItemId(item.decode()) for item in ranking)
                for category, ranking in zip(categories, rankings, strict=True)
            },
            best_sellers=ranked,
            currencies=tuple(sorted({product.currency for product in decoded.values()})),
            by_group=group_variants(decoded[item] for item in ranked if item in decoded),
        )
        if not applied:
            return catalog
        in_order = sorted(added, key=lambda item: (int(added[item]), item))
        return with_additions(catalog, map(_item, in_order), map(_item, reworded), int(applied))


def _item(name: bytes) -> ItemId:
    return ItemId(name.decode())


def _decoded(payload: bytes | None, decode: Callable[[bytes], _Value]) -> _Value | None:
    try:
        return decode(payload) if payload else None
    except UNREADABLE:
        return None
