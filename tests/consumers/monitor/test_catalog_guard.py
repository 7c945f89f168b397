"""The catalog in a real Redis, lost in every way, and published again from disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from connections.catalog_archive import ArchivedCatalog, CatalogArchive
from connections.catalog_publication import Incomplete, publish_version, served_version
from consumers.monitor.catalog_guard import CatalogGuard
from online_models.schema import keyspace
from tests.connections.test_catalog_publication import a_version, content

pytestmark = pytest.mark.integration

OLD, NEW = "20261129T060000-aa", "20261129T070000-aa"


@pytest.fixture
def client(empty_redis: str) -> Iterator[Any]:
    client = redis.Redis.from_url(empty_redis)
    yield client
    client.close()


@pytest.fixture
def archive(tmp_path: Path) -> CatalogArchive:
    return CatalogArchive(tmp_path / "catalog")


@pytest.fixture
def guard(client: Any, archive: CatalogArchive) -> CatalogGuard:
    return CatalogGuard(client, archive)


def damage(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def publish(client: Any, archive: CatalogArchive, version: str) -> None:
    publish_version(client, version, a_version(version))
    archive.keep(version, a_version(version))


def test_a_flushed_catalog_is_published_again_as_it_was(
    client: Any, archive: CatalogArchive, guard: CatalogGuard
) -> None:
    publish(client, archive, NEW)
    before = content(client)
    client.flushall()

    guard.check()

    assert content(client) == before
    assert all(client.ttl(key) == -1 for key in before)


def test_a_pointer_without_its_products_is_a_lost_catalog(
    client: Any, archive: CatalogArchive, guard: CatalogGuard
) -> None:
    publish(client, archive, NEW)
    before = content(client)
    client.delete(keyspace.catalog_products(NEW))

    guard.check()

    assert content(client) == before


def test_a_redis_that_came_back_with_older_data_serves_the_newest_again(
    client: Any, archive: CatalogArchive, guard: CatalogGuard
) -> None:
    publish(client, archive, NEW)
    client.flushall()
    publish_version(client, OLD, a_version(OLD))

    guard.check()

    assert served_version(client) == NEW


def test_what_was_published_from_elsewhere_is_kept(client: Any, archive: CatalogArchive, guard: CatalogGuard) -> None:
    publish(client, archive, OLD)
    publish_version(client, NEW, a_version(NEW))
    before = client.hgetall(keyspace.catalog_products(NEW))

    guard.check()
    client.flushall()
    guard.check()

    assert served_version(client) == NEW
    assert client.hgetall(keyspace.catalog_products(NEW)) == before


def test_the_one_before_is_published_where_the_newest_file_is_damaged(
    client: Any, archive: CatalogArchive, guard: CatalogGuard, tmp_path: Path
) -> None:
    publish(client, archive, OLD)
    publish(client, archive, NEW)
    client.flushall()
    damage(tmp_path / "catalog" / "catalog.bin")

    guard.check()

    assert served_version(client) == OLD
    assert archive.version() == OLD


def test_a_damaged_file_gives_way_to_what_is_served(
    client: Any, archive: CatalogArchive, guard: CatalogGuard, tmp_path: Path
) -> None:
    publish_version(client, OLD, a_version(OLD))
    archive.keep(NEW, a_version(NEW))
    damage(tmp_path / "catalog" / "catalog.bin")

    guard.check()

    assert served_version(client) == OLD
    kept = archive.read()
    assert kept
    assert kept.version == OLD


def test_a_catalog_of_which_nothing_is_left_is_an_error(
    archive: CatalogArchive, guard: CatalogGuard, tmp_path: Path
) -> None:
    archive.keep(NEW, a_version(NEW))
    damage(tmp_path / "catalog" / "catalog.bin")

    with pytest.raises(Incomplete, match="riverfront bootstrap"):
        guard.check()


def test_where_nothing_was_ever_published_nothing_is(client: Any, archive: CatalogArchive, guard: CatalogGuard) -> None:
    guard.check()

    assert content(client) == {}
    assert archive.version() is None


def test_a_catalog_that_is_published_meanwhile_wins(client: Any, archive: CatalogArchive, tmp_path: Path) -> None:
    class Overtaken(CatalogArchive):
        """Reads a version that is not there any more when it has been read."""

        def read(self) -> ArchivedCatalog | None:
            publish_version(client, NEW, a_version(NEW))
            return super().read()

    archive.keep(OLD, a_version(OLD))
    CatalogGuard(client, Overtaken(tmp_path / "catalog")).check()

    assert served_version(client) == NEW
