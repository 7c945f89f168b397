"""Reads the published catalog from Redis, and notices when a new version takes its place.

Reading goes on beside the learner, in a thread of its own: the learner takes a version when it is complete. With
Redis down the version in use stays.
"""

import logging
import threading
from dataclasses import dataclass
from typing import Any

import msgspec
from redis import RedisError

from connections.redis_client import connect
from consumers.errors import StoreUnavailable
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.product import InvalidProduct, Product, decode_product

_log = logging.getLogger(__name__)

Neighbors = dict[ItemId, list[tuple[ItemId, float]]]

SECONDS_BETWEEN_CHECKS = 2.0
CONNECT_TIMEOUT, ANSWER_TIMEOUT = 1.0, 5.0

_neighbors_decoder = msgspec.json.Decoder(list[tuple[ItemId, float]])


@dataclass(frozen=True, slots=True)
class PublishedCatalog:
    """One complete version: its products, and each product's nearest by content."""

    version: str
    products: dict[ItemId, Product]
    neighbors: Neighbors

    @property
    def for_sale(self) -> list[Product]:
        """The products that may be recommended: those that can be bought now."""
        return [product for product in self.products.values() if not product.is_sold_out]


class CatalogReader:
    """The catalog as bootstrap publishes it."""

    def __init__(self, url: str) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = connect(url, ANSWER_TIMEOUT, connect_timeout=CONNECT_TIMEOUT)

    def read_version(self) -> str | None:
        """Return the version that is served, or None before the first. Raises `StoreUnavailable`."""
        try:
            version = self._client.get(keyspace.catalog_version())
        except RedisError as error:
            raise StoreUnavailable(f"cannot read the catalog's version: {error}") from error
        return None if version is None else str(version, "utf-8")

    def read(self, version: str) -> PublishedCatalog:
        """Return a whole version, without what cannot be read: the log counts it. Raises `StoreUnavailable`."""
        try:
            products = self._client.hgetall(keyspace.catalog_products(version))
            similar = self._client.hgetall(keyspace.catalog_similar(version))
        except RedisError as error:
            raise StoreUnavailable(f"cannot read catalog {version}: {error}") from error
        return _decode(version, products, similar)

    def close(self) -> None:
        """Disconnect."""
        self._client.close()


class CatalogWatcher:
    """Checks for a new version every other second, and keeps it until it is taken."""

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self._taken: str | None = None
        self._ready: PublishedCatalog | None = None
        self._missed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="catalog", daemon=True)

    def check(self) -> None:
        """Read the served version if it is not the one that was read last."""
        try:
            version = self._reader.read_version()
            if version is None and self._taken is not None:
                self._say_once(f"Redis has lost catalog {self._taken}; keeping it until it is published again")
            elif version is None:
                self._say_once("there is no catalog yet: nothing is recommended until `riverfront bootstrap` has run")
            elif version != self._taken:
                self._keep(self._reader.read(version))
        except StoreUnavailable as error:
            self._say_once(str(error))

    def take(self) -> PublishedCatalog | None:
        """Return a version that has come since the last call, or None."""
        ready, self._ready = self._ready, None
        return ready

    def start(self) -> None:
        """Start checking, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop checking."""
        self._stopping.set()

    def _watch(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_CHECKS):
            self.check()

    def _keep(self, catalog: PublishedCatalog) -> None:
        if not catalog.products:
            # Replaced and expired while it was read: the pointer has moved on.
            self._say_once(f"catalog {catalog.version} has no products; keeping the one before")
            return
        self._ready = catalog
        self._taken = catalog.version
        self._missed = False

    def _say_once(self, what: str) -> None:
        if not self._missed:
            _log.warning("%s", what)
        self._missed = True


def _decode(version: str, products: dict[bytes, bytes], similar: dict[bytes, bytes]) -> PublishedCatalog:
    found: dict[ItemId, Product] = {}
    neighbors: Neighbors = {}
    refused = 0
    for payload in products.values():
        try:
            product = decode_product(payload)
        except InvalidProduct:
            refused += 1
        else:
            found[product.item] = product
    for item, payload in similar.items():
        try:
            neighbors[ItemId(item.decode())] = _neighbors_decoder.decode(payload)
        except UNREADABLE:
            refused += 1
    if refused:
        _log.error("catalog %s: %d entries cannot be read and are left out", version, refused)
    return PublishedCatalog(version, found, neighbors)
