import json
from collections.abc import Iterator

import pytest
import redis

from consumers.errors import StoreUnavailable
from consumers.redis.catalog_reader import CatalogReader, CatalogWatcher, PublishedCatalog
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.product import encode_product
from tests.consumers.builders import a_product
from tests.consumers.fakes import MemoryCatalog

MUG, CUP = a_product("mug"), a_product("cup")
CATALOG = PublishedCatalog("v1", {MUG.item: MUG, CUP.item: CUP}, {MUG.item: [(CUP.item, 0.5)]})


class TestReading:
    """Run by the fake and by the real one."""

    @pytest.fixture(params=["fake", pytest.param("redis", marks=pytest.mark.integration)])
    def empty(self, request: pytest.FixtureRequest) -> Iterator[CatalogReader]:
        if request.param == "fake":
            self.fake = MemoryCatalog()
            yield self.fake
            return
        self.client = redis.Redis.from_url(request.getfixturevalue("redis_url"))
        self.client.flushdb()
        reader = CatalogReader(request.getfixturevalue("redis_url"))
        yield reader
        reader.close()
        self.client.close()

    @pytest.fixture
    def published(self, empty: CatalogReader) -> CatalogReader:
        if isinstance(empty, MemoryCatalog):
            empty.published = CATALOG
            return empty
        for product in CATALOG.products.values():
            self.client.hset(keyspace.catalog_products("v1"), product.item, encode_product(product))
        self.client.hset(keyspace.catalog_similar("v1"), "mug", json.dumps([["cup", 0.5]]))
        self.client.set(keyspace.catalog_version(), "v1")
        return empty

    def test_before_the_first_there_is_no_version(self, empty: CatalogReader) -> None:
        assert empty.read_version() is None

    def test_a_published_version_is_read_whole(self, published: CatalogReader) -> None:
        assert published.read_version() == "v1"
        assert published.read("v1") == CATALOG


@pytest.mark.integration
def test_entries_that_cannot_be_read_are_left_out_and_counted(redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    client = redis.Redis.from_url(redis_url)
    client.flushdb()
    client.hset(keyspace.catalog_products("v1"), "mug", encode_product(MUG))
    client.hset(keyspace.catalog_products("v1"), "bad", b"{}")
    client.hset(keyspace.catalog_similar("v1"), "mug", b"nonsense")
    reader = CatalogReader(redis_url)
    catalog = reader.read("v1")
    assert (catalog.products, catalog.neighbors) == ({ItemId("mug"): MUG}, {})
    assert "2 entries cannot be read" in caplog.text
    reader.close()
    client.close()


def test_without_redis_it_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        CatalogReader("redis://127.0.0.1:1/0").read_version()


def test_a_version_is_taken_once() -> None:
    source = MemoryCatalog()
    source.published = CATALOG
    watcher = CatalogWatcher(source)
    watcher.check()
    assert watcher.take() == CATALOG
    watcher.check()
    assert watcher.take() is None


def test_with_redis_down_the_version_in_use_stays_and_the_next_is_noticed() -> None:
    source = MemoryCatalog()
    source.published = CATALOG
    watcher = CatalogWatcher(source)
    watcher.check()
    watcher.take()
    source.down = True
    watcher.check()
    assert watcher.take() is None
    source.down = False
    source.published = PublishedCatalog("v2", {CUP.item: CUP}, {})
    watcher.check()
    taken = watcher.take()
    assert taken is not None
    assert taken.version == "v2"


def test_a_version_that_vanished_while_it_was_read_is_not_used() -> None:
    source = MemoryCatalog()
    source.published = PublishedCatalog("gone", {}, {})
    watcher = CatalogWatcher(source)
    watcher.check()
    assert watcher.take() is None
    source.published = CATALOG
    watcher.check()
    assert watcher.take() == CATALOG
