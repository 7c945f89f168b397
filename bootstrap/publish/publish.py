"""Publishing a catalog to Redis: a new version is written aside, checked, and served by flipping one pointer."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import redis

from bootstrap.errors import PublishFailed
from bootstrap.index.content_index import Neighbors
from online_models.schema import keyspace, search_terms
from online_models.schema.events import ItemId
from online_models.schema.product import (
    Category,
    InvalidProduct,
    Product,
    decode_categories,
    encode_categories,
    encode_product,
)

BATCH = 500
"""Entries per command, so that neither side ever holds more than a few hundred kilobytes of one."""

UNFINISHED_TTL = keyspace.HOUR
"""A version that was never finished, because its writer was killed, is gone after this long."""

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class BuiltCatalog:
    """What is published.

    Attributes
    ----------
    products
        Best sellers first.
    similar
        Each item's nearest by content, nearest first.
    pictures
        SVG text by picture name.
    search
        The search index's files by name.
    """

    products: tuple[Product, ...]
    categories: tuple[Category, ...]
    similar: Mapping[ItemId, Neighbors]
    pictures: Mapping[str, str]
    search: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries publishing writes."""
        return 3 * len(self.products) + len(self.similar) + len(self.pictures) + len(self.search)


@dataclass(frozen=True, slots=True)
class Publication:
    """A finished publication. ``replaced`` is the version served before, if any; the same if nothing had changed."""

    version: str
    replaced: str | None

    @property
    def unchanged(self) -> bool:
        """Whether just this catalog was served already, so that nothing was written."""
        return self.version == self.replaced


def content_hash(catalog: BuiltCatalog) -> str:
    """Digest everything that is published, so that the same catalog has the same digest."""
    digest = hashlib.blake2b(digest_size=6)
    if catalog.search:
        # Its files are made of the products alone, but bear other names each time.
        digest.update(f"search {search_terms.FORMAT}".encode())
    for product in catalog.products:
        digest.update(encode_product(product))
    digest.update(encode_categories(catalog.categories))
    for item, neighbors in sorted(catalog.similar.items()):
        digest.update(f"{item}{neighbors}".encode())
    for name in sorted(catalog.pictures):
        digest.update(name.encode())
    return digest.hexdigest()


def publish_catalog(
    client: redis.Redis, catalog: BuiltCatalog, now: float, advance: Advance = lambda _: None
) -> Publication:
    """Publish a catalog as a new version and serve it. The version before lives `OLD_CATALOG_TTL` longer.

    Where just this catalog is served already, nothing is written.

    Raises
    ------
    PublishFailed
        If Redis cannot be reached or does not hold all of it. What was served before still is, and what was written
        is taken away (or, where even that fails, expires by itself).
    """
    digest = content_hash(catalog)
    try:
        served = served_version(client)
        if served and served.endswith(f"-{digest}") and client.exists(keyspace.catalog_products(served)):
            advance(catalog.size)
            return Publication(served, served)
        version = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}-{digest}"
        return _publish_version(client, catalog, version, advance)
    except redis.RedisError as error:
        raise PublishFailed(f"Redis did not take the catalog: {error}") from error


def served_version(client: redis.Redis) -> str | None:
    """Read which version is served."""
    return _text(client.get(keyspace.catalog_version()))


def _publish_version(client: redis.Redis, catalog: BuiltCatalog, version: str, advance: Advance) -> Publication:
    keys = _keys(version, catalog.categories)
    try:
        client.delete(*keys)
        _check(client, catalog, version, _write(client, catalog, version, advance))
        return _flip(client, version, keys)
    except BaseException:
        _remove(client, keys)
        raise


def _keys(version: str, categories: tuple[Category, ...]) -> list[str]:
    return [
        keyspace.catalog_products(version),
        keyspace.catalog_categories(version),
        keyspace.catalog_best_sellers(version),
        keyspace.catalog_similar(version),
        keyspace.catalog_pictures(version),
        keyspace.catalog_search(version),
        *(keyspace.catalog_category(version, category.slug) for category in categories),
    ]


def _hashes(catalog: BuiltCatalog, version: str) -> dict[str, Iterator[tuple[str, bytes]]]:
    return {
        keyspace.catalog_products(version): ((one.item, encode_product(one)) for one in catalog.products),
        keyspace.catalog_similar(version): (
            (item, json.dumps(nearest, separators=(",", ":")).encode()) for item, nearest in catalog.similar.items()
        ),
        keyspace.catalog_pictures(version): ((name, picture.encode()) for name, picture in catalog.pictures.items()),
        keyspace.catalog_search(version): iter(catalog.search.items()),
    }


def _lists(catalog: BuiltCatalog, version: str) -> dict[str, Iterator[str]]:
    by_category: dict[str, list[str]] = {category.slug: [] for category in catalog.categories}
    for product in catalog.products:
        by_category[product.category].append(product.item)
    return {
        keyspace.catalog_best_sellers(version): (product.item for product in catalog.products),
        **{keyspace.catalog_category(version, slug): iter(items) for slug, items in by_category.items()},
    }


def _write(client: redis.Redis, catalog: BuiltCatalog, version: str, advance: Advance) -> dict[str, int]:
    """Write the new version aside. Returns how many entries each key was given."""
    lists = _lists(catalog, version)
    contents: dict[str, Iterator[Any]] = {**_hashes(catalog, version), **lists}
    given = dict.fromkeys(contents, 0)
    for key, entries in contents.items():
        # One file of the search index a command: in a large shop each is some megabytes.
        size = 1 if key == keyspace.catalog_search(version) else BATCH
        while batch := list(islice(entries, size)):
            with client.pipeline(transaction=False) as pipeline:
                if key in lists:
                    pipeline.rpush(key, *batch)
                else:
                    pipeline.hset(key, mapping=dict(batch))
                pipeline.expire(key, UNFINISHED_TTL)
                pipeline.execute()
            given[key] += len(batch)
            advance(len(batch))
    client.set(keyspace.catalog_categories(version), encode_categories(catalog.categories), ex=UNFINISHED_TTL)
    return given


def _check(client: redis.Redis, catalog: BuiltCatalog, version: str, given: Mapping[str, int]) -> None:
    """Count what Redis holds of the new version."""
    lists = _lists(catalog, version)
    with client.pipeline(transaction=False) as pipeline:
        for key in given:
            (pipeline.llen if key in lists else pipeline.hlen)(key)
        for name in catalog.search:
            pipeline.hstrlen(keyspace.catalog_search(version), name)
        held = pipeline.execute()
    wanted = [*given.values(), *map(len, catalog.search.values())]
    if held != wanted:
        raise PublishFailed(f"Redis holds {held} entries of the new version instead of {wanted}")


def _flip(client: redis.Redis, version: str, keys: list[str]) -> Publication:
    """Serve the new version in one transaction, which also lets it live on and the old one end."""

    def flip(pipeline: Any) -> str | None:
        replaced = _text(pipeline.get(keyspace.catalog_version()))
        old_keys = _stored_keys(client, replaced) if replaced else []
        pipeline.multi()
        for key in keys:
            pipeline.persist(key)
        pipeline.set(keyspace.catalog_version(), version)
        for key in old_keys:
            pipeline.expire(key, keyspace.OLD_CATALOG_TTL)
        return replaced

    transaction: Any = client.transaction
    return Publication(version, transaction(flip, keyspace.catalog_version(), value_from_callable=True))


def _stored_keys(client: redis.Redis, version: str) -> list[str]:
    """Name the keys of a stored version by its own list of categories."""
    categories = _text(client.get(keyspace.catalog_categories(version)))
    try:
        return _keys(version, decode_categories((categories or "").encode()))
    except InvalidProduct:
        return [str(_text(key)) for key in client.scan_iter(keyspace.catalog_pattern(version), count=1000)]


def _text(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


def _remove(client: redis.Redis, keys: list[str]) -> None:
    try:
        client.unlink(*keys)
    except redis.RedisError:
        # Redis is gone: what was written expires by itself.
        return
