"""Publishing a catalog: as a new version to Redis, and to disk, from where it comes back should Redis lose it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import redis

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.errors import PublishFailed
from connections.catalog_archive import CatalogArchive
from connections.catalog_publication import (
    Advance,
    Batch,
    Incomplete,
    fields_per_batch,
    publish_version,
    served_version,
)
from online_models.schema import keyspace, search_terms
from online_models.schema.product import encode_categories, encode_product


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
    client: redis.Redis,
    catalog: BuiltCatalog,
    now: float,
    advance: Advance = lambda _: None,
    archive: CatalogArchive | None = None,
) -> Publication:
    """Publish a catalog as a new version and serve it. The version before lives `OLD_CATALOG_TTL` longer.

    Where just this catalog is served already, nothing is written to Redis. What is served is kept in the ``archive``.

    Raises
    ------
    PublishFailed
        If Redis cannot be reached or does not hold all of it. What was served before still is, and what was written
        is taken away (or, where even that fails, expires by itself). Also if it is served and cannot be kept.
    """
    digest = content_hash(catalog)
    try:
        served = served_version(client)
        if served and served.endswith(f"-{digest}"):
            advance(catalog.size)
            publication = Publication(served, served)
        else:
            version = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}-{digest}"
            publication = Publication(
                version, publish_version(client, version, batches_of(catalog, version), advance=advance)
            )
    except (redis.RedisError, Incomplete) as error:
        raise PublishFailed(f"Redis did not take the catalog: {error}") from error
    if archive is not None and archive.version() != publication.version:
        _keep(archive, publication.version, catalog)
    return publication


def batches_of(catalog: BuiltCatalog, version: str) -> Iterator[Batch]:
    """Yield all that is published of a catalog, in the form in which Redis and the archive take it."""
    hashes: dict[str, Iterator[tuple[str, bytes]]] = {
        keyspace.catalog_products(version): ((one.item, encode_product(one)) for one in catalog.products),
        keyspace.catalog_similar(version): (
            (item, json.dumps(nearest, separators=(",", ":")).encode()) for item, nearest in catalog.similar.items()
        ),
        keyspace.catalog_pictures(version): ((name, picture.encode()) for name, picture in catalog.pictures.items()),
        keyspace.catalog_search(version): iter(catalog.search.items()),
    }
    for key, fields in hashes.items():
        while few := list(islice(fields, fields_per_batch(key, version))):
            yield Batch(key, "hash", tuple(part for name, value in few for part in (name.encode(), value)))
    by_category: dict[str, list[bytes]] = {category.slug: [] for category in catalog.categories}
    for product in catalog.products:
        by_category[product.category].append(product.item.encode())
    yield Batch(
        keyspace.catalog_best_sellers(version), "list", tuple(product.item.encode() for product in catalog.products)
    )
    for slug, items in by_category.items():
        yield Batch(keyspace.catalog_category(version, slug), "list", tuple(items))
    yield Batch(keyspace.catalog_categories(version), "string", (encode_categories(catalog.categories),))


def _keep(archive: CatalogArchive, version: str, catalog: BuiltCatalog) -> None:
    try:
        archive.keep(version, batches_of(catalog, version))
    except OSError as error:
        raise PublishFailed(
            f"The catalog is served, but it could not be kept on disk, from where it is published again should Redis "
            f"lose it: {error}. Make room and run again."
        ) from error
