"""Reads the published catalog from Redis, and notices when it changes or a new version takes its place.

Reading goes on beside the learner, in a thread of its own: the learner takes a version, or a change, when it is
complete. With Redis down the version in use stays.
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from redis import RedisError

from connections.live_catalog.changes import read_applied, read_changes
from connections.redis_client import connect
from consumers.errors import StoreUnavailable
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.product import InvalidProduct, Product, decode_product

_log = logging.getLogger(__name__)

Neighbors = dict[ItemId, list[tuple[ItemId, float]]]

SECONDS_BETWEEN_CHECKS = 0.25
CONNECT_TIMEOUT, ANSWER_TIMEOUT = 1.0, 5.0

MOST_WAITING = 1_000
"""Of more changes that nobody has taken, the catalog is read as a whole."""

_neighbors_decoder = msgspec.json.Decoder(list[tuple[ItemId, float]])


@dataclass(frozen=True, slots=True)
class PublishedCatalog:
    """One complete version: its products, and each product's nearest by content.

    Attributes
    ----------
    applied
        Up to which offset of the catalog's topic its changes are part of it.
    added, gone
        Items that came since it was published, and such as have left it.
    """

    version: str
    products: dict[ItemId, Product]
    neighbors: Neighbors
    applied: int = 0
    added: frozenset[ItemId] = frozenset()
    gone: frozenset[ItemId] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangedItems:
    """What has changed in a version since it was read: products as they are now, items that are gone, new neighbors."""

    applied: int
    products: dict[ItemId, Product]
    gone: tuple[ItemId, ...] = ()
    neighbors: Neighbors = field(default_factory=dict)


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
            # First: what is applied meanwhile is read again.
            applied = read_applied(self._client, version)
            products = self._client.hgetall(keyspace.catalog_products(version))
            similar = self._client.hgetall(keyspace.catalog_similar(version))
            added = self._client.hkeys(keyspace.catalog_added(version))
            published = self._client.lrange(keyspace.catalog_best_sellers(version), 0, -1)
        except RedisError as error:
            raise StoreUnavailable(f"cannot read catalog {version}: {error}") from error
        found = _decode(version, products, similar, applied)
        first, later = (frozenset(ItemId(item.decode()) for item in items) for items in (published, added))
        return replace(found, added=later.intersection(found.products) - first, gone=first.difference(found.products))

    def read_changed(self, version: str, since: int) -> ChangedItems | PublishedCatalog | None:
        """Return what has changed in a version since an offset; None where nothing has. Raises `StoreUnavailable`.

        Where that cannot be told, it is the whole version.
        """
        try:
            applied = read_applied(self._client, version)
            if applied == since:
                return None
            changes = read_changes(self._client, version, since, applied)
            if changes is None:
                return self.read(version)
            products = self._fields(keyspace.catalog_products(version), changes.changed)
            similar = self._fields(keyspace.catalog_similar(version), changes.near)
        except RedisError as error:
            raise StoreUnavailable(f"cannot read what has changed in catalog {version}: {error}") from error
        found = _decode(version, products, similar, changes.applied)
        gone = tuple(item for item in changes.changed if item not in found.products)
        return ChangedItems(found.applied, found.products, gone, found.neighbors)

    def _fields(self, key: str, names: Sequence[ItemId]) -> dict[bytes, bytes]:
        payloads = self._client.hmget(key, names) if names else ()
        return {name.encode(): payload for name, payload in zip(names, payloads, strict=True) if payload is not None}

    def close(self) -> None:
        """Disconnect."""
        self._client.close()


class CatalogWatcher:
    """Checks for a new version and for changes four times a second, and keeps both until they are taken."""

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self._taken: str | None = None
        self._applied = 0
        self._ready: PublishedCatalog | None = None
        self._changes: deque[ChangedItems] = deque()
        self._missed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="catalog", daemon=True)

    def check(self) -> None:
        """Read the served version if it is not the one that was read last, or else what has changed in it."""
        try:
            version = self._reader.read_version()
            if version is None and self._taken is not None:
                self._say_once(f"Redis has lost catalog {self._taken}; keeping it until it is published again")
            elif version is None:
                self._say_once("there is no catalog yet: run `riverfront bootstrap`, or send products by the API")
            elif version != self._taken:
                self._keep(self._reader.read(version))
            elif (changed := self._reader.read_changed(version, self._applied)) is not None:
                self._keep_changes(changed)
        except StoreUnavailable as error:
            self._say_once(str(error))

    def take(self) -> PublishedCatalog | None:
        """Return a version that has come since the last call, or None."""
        ready, self._ready = self._ready, None
        return ready

    def take_changes(self, applied: int) -> ChangedItems | None:
        """Return the next change of the version that was taken, if it was ``applied`` up to there, or None."""
        if self._ready is not None or not self._changes or self._changes[0].applied > applied:
            return None
        return self._changes.popleft()

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
        # In this order: what has changed before belongs to what was read before.
        self._changes.clear()
        self._ready = catalog
        self._taken, self._applied = catalog.version, catalog.applied
        self._missed = False

    def _keep_changes(self, changed: ChangedItems | PublishedCatalog) -> None:
        if len(self._changes) >= MOST_WAITING and not isinstance(changed, PublishedCatalog):
            changed = self._reader.read(self._taken or "")
        if isinstance(changed, PublishedCatalog):
            self._keep(changed)
            return
        self._changes.append(changed)
        self._applied = changed.applied
        self._missed = False

    def _say_once(self, what: str) -> None:
        if not self._missed:
            _log.warning("%s", what)
        self._missed = True


def _decode(
    version: str, products: dict[bytes, bytes], similar: dict[bytes, bytes], applied: int = 0
) -> PublishedCatalog:
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
    return PublishedCatalog(version, found, neighbors, applied)
