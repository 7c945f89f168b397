"""Publishing to a real Redis: aside first, then one flip; a failure changes nothing for anybody."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from bootstrap.errors import PublishFailed
from bootstrap.publish.publish import publish_catalog
from connections.catalog_archive import CatalogArchive
from connections.catalog_publication import UNFINISHED_TTL, publish_version, served_version
from online_models.schema import keyspace
from online_models.schema.product import decode_categories, decode_product
from tests.bootstrap.builders import a_catalog, a_listing

pytestmark = pytest.mark.integration

NOW = 1_700_000_000.0


@pytest.fixture
def client(empty_redis: str) -> Iterator[Any]:
    client = redis.Redis.from_url(empty_redis)
    yield client
    client.close()


def keys(client: Any, version: str) -> set[str]:
    return {key.decode() for key in client.scan_iter(keyspace.catalog_pattern(version))}


def items(client: Any, key: str) -> list[str]:
    return [item.decode() for item in client.lrange(key, 0, -1)]


def test_everything_is_there_under_the_version_that_is_served(client: Any) -> None:
    catalog = a_catalog()

    version = publish_catalog(client, catalog, NOW).version

    assert served_version(client) == version
    stored = client.hgetall(keyspace.catalog_products(version))
    assert [decode_product(stored[product.item.encode()]) for product in catalog.products] == list(catalog.products)
    assert items(client, keyspace.catalog_best_sellers(version)) == ["1", "2", "3"]
    assert items(client, keyspace.catalog_category(version, "mugs-and-tableware")) == ["1", "2"]
    assert client.hget(keyspace.catalog_similar(version), "1") == b'[["2",0.5]]'
    assert client.hget(keyspace.catalog_pictures(version), "3") == b"<svg>3</svg>"
    categories = decode_categories(client.get(keyspace.catalog_categories(version)))
    assert [(category.slug, category.size) for category in categories] == [
        ("mugs-and-tableware", 2),
        ("cushions-and-textiles", 1),
    ]


def test_what_is_served_does_not_expire(client: Any) -> None:
    version = publish_catalog(client, a_catalog(), NOW).version

    assert all(client.ttl(key) == -1 for key in keys(client, version))


def test_versions_are_ordered_by_time(client: Any) -> None:
    first = publish_catalog(client, a_catalog(), NOW).version
    second = publish_catalog(client, a_catalog(a_listing("9")), NOW + 60).version

    assert first < second


def test_the_old_version_expires_only_after_the_flip(client: Any) -> None:
    old = publish_catalog(client, a_catalog(), NOW).version

    publication = publish_catalog(client, a_catalog(a_listing("9")), NOW + 60)

    assert publication.replaced == old
    assert keys(client, old)
    assert all(0 < client.ttl(key) <= keyspace.OLD_CATALOG_TTL for key in keys(client, old))


def test_the_same_catalog_is_not_written_again(client: Any) -> None:
    first = publish_catalog(client, a_catalog(), NOW)

    again = publish_catalog(client, a_catalog(), NOW + 60)

    assert not first.unchanged
    assert again.unchanged
    assert again.version == first.version


def test_a_served_version_that_was_lost_is_written_again(client: Any) -> None:
    first = publish_catalog(client, a_catalog(), NOW)
    client.delete(keyspace.catalog_products(first.version))

    assert not publish_catalog(client, a_catalog(), NOW + 60).unchanged


def test_a_failure_midway_leaves_the_old_version_and_no_remains(client: Any) -> None:
    old = publish_catalog(client, a_catalog(), NOW).version
    before = set(client.scan_iter("*"))

    def fail(_: int) -> None:
        raise redis.ConnectionError("the cable was pulled")

    with pytest.raises(PublishFailed, match="the cable was pulled"):
        publish_catalog(client, a_catalog(a_listing("9")), NOW + 60, fail)

    assert served_version(client) == old
    assert set(client.scan_iter("*")) == before
    assert all(client.ttl(key) == -1 for key in keys(client, old))


def test_until_the_flip_a_version_is_bound_to_expire(client: Any) -> None:
    lives: list[int] = []

    def look(_: int) -> None:
        lives.extend(client.ttl(key) for key in client.scan_iter(f"{keyspace.PREFIX}:catalogue:*"))

    publish_catalog(client, a_catalog(), NOW, look)

    assert lives
    assert all(0 < life <= UNFINISHED_TTL for life in lives)


def test_entries_that_went_missing_are_noticed(client: Any) -> None:
    old = publish_catalog(client, a_catalog(), NOW).version

    def steal(_: int) -> None:
        for key in client.scan_iter("*:pictures"):
            if old.encode() not in key:
                client.delete(key)

    with pytest.raises(PublishFailed, match="instead of"):
        publish_catalog(client, a_catalog(a_listing("9")), NOW + 60, steal)
    assert served_version(client) == old


def test_a_server_that_is_not_there_is_a_clear_error() -> None:
    nowhere = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)

    with pytest.raises(PublishFailed, match="did not take the catalog"):
        publish_catalog(nowhere, a_catalog(), NOW)


def test_the_search_index_lives_and_flips_with_its_version(client: Any) -> None:
    catalog = dataclasses.replace(a_catalog(), search={"meta.json": b"{}", "a.idx": b"\0" * 4096})

    version = publish_catalog(client, catalog, NOW).version

    assert client.hgetall(keyspace.catalog_search(version)) == {b"meta.json": b"{}", b"a.idx": b"\0" * 4096}
    publish_catalog(client, a_catalog(a_listing("9")), NOW + 60)
    assert 0 < client.ttl(keyspace.catalog_search(version)) <= keyspace.OLD_CATALOG_TTL


def test_a_catalog_served_without_an_index_is_published_again_with_one(client: Any) -> None:
    first = publish_catalog(client, a_catalog(), NOW)

    with_index = dataclasses.replace(a_catalog(), search={"meta.json": b"{}"})

    assert publish_catalog(client, with_index, NOW + 60).version != first.version


def test_what_is_served_is_kept_on_disk_and_can_be_published_again(client: Any, tmp_path: Path) -> None:
    archive, catalog = CatalogArchive(tmp_path), dataclasses.replace(a_catalog(), search={"a.idx": b"\0" * 4096})
    version = publish_catalog(client, catalog, NOW, archive=archive).version
    before = {key: client.dump(key) for key in client.scan_iter("*")}
    client.flushall()

    kept = archive.read()
    assert kept
    publish_version(client, kept.version, kept.batches())

    assert served_version(client) == version
    assert {key: client.dump(key) for key in client.scan_iter("*")} == before


def test_a_catalog_that_was_not_kept_is_kept_when_it_is_published_again(client: Any, tmp_path: Path) -> None:
    version = publish_catalog(client, a_catalog(), NOW).version
    archive = CatalogArchive(tmp_path)

    assert publish_catalog(client, a_catalog(), NOW + 60, archive=archive).unchanged
    assert archive.version() == version


def test_a_catalog_that_cannot_be_kept_is_a_clear_error(client: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(PublishFailed, match="could not be kept on disk"):
        publish_catalog(client, a_catalog(), NOW, archive=CatalogArchive(tmp_path / "file"))
