"""The topic of the catalog applied to a version in a real Redis, and read by whoever serves it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from connections.catalog_archive import CatalogArchive
from connections.catalog_publication import publish_version, read_version, served_version
from connections.redis_client import connect
from consumers.catalog.catalog_updater import CatalogUpdater
from consumers.catalog.served_catalog import FIRST_VERSION, ServedCatalog
from consumers.errors import StoreUnavailable
from consumers.kafka.record import Record
from consumers.redis.catalog_reader import CatalogReader, ChangedItems
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.messages import PUSH_CHANNEL
from online_models.schema.product import Category, Product, encode_categories, encode_product
from storefront.serving.serving_reader import ServingReader
from tests.consumers.builders import a_product
from tests.consumers.fakes import MemoryEventLog, MemoryTopic

pytestmark = pytest.mark.integration

MUG, CUP, LAMP = ItemId("mug"), ItemId("cup"), ItemId("lamp")
VERSION = "20261130T100000-aa"


class Topic(MemoryTopic):
    """The topic of the catalog, in memory."""

    def __init__(self) -> None:
        super().__init__(partitions=1)

    def put(self, product: Product, key: str = "") -> None:
        self._append(key or product.item, encode_product(product))

    def delete(self, item: str) -> None:
        self._append(item, None)

    def _append(self, item: str, value: bytes | None) -> None:
        record = self.append(value)
        self.records[-1] = Record(record.partition, record.offset, record.appended_at, value, (), item.encode())


@pytest.fixture
def client(empty_redis: str) -> Iterator[Any]:
    client = redis.Redis.from_url(empty_redis)
    publish(client)
    yield client
    client.close()


def publish(client: Any, version: str = VERSION) -> None:
    products = [a_product("mug", category="kitchen"), a_product("cup", category="kitchen")]
    client.hset(keyspace.catalog_products(version), mapping={p.item: encode_product(p) for p in products})
    client.rpush(keyspace.catalog_best_sellers(version), *(p.item for p in products))
    client.rpush(keyspace.catalog_category(version, "kitchen"), *(p.item for p in products))
    client.hset(keyspace.catalog_similar(version), "mug", json.dumps([["cup", 0.5]]))
    categories = (Category(slug="kitchen", name="Kitchen", size=2),)
    client.set(keyspace.catalog_categories(version), encode_categories(categories))
    client.set(keyspace.catalog_version(), version)


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def updater(client: Any, topic: Topic) -> CatalogUpdater:
    return an_updater(client, topic)


def an_updater(client: Any, topic: Topic, *, is_kept: bool = True) -> CatalogUpdater:
    return CatalogUpdater(MemoryEventLog(topic), ServedCatalog(client), lambda: is_kept)


class Clock:
    """A clock that is past every pause each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 10
        return self.now


@pytest.fixture
def reader(empty_redis: str, client: Any) -> Iterator[ServingReader]:
    connection = connect(empty_redis)
    yield ServingReader(connection, clock=Clock())
    connection.close()


@pytest.fixture
def learners(empty_redis: str, client: Any) -> Iterator[CatalogReader]:
    reader = CatalogReader(empty_redis)
    yield reader
    reader.close()


def test_a_new_price_is_served(updater: CatalogUpdater, topic: Topic, reader: ServingReader) -> None:
    assert reader.read_catalog().products[MUG].price == 295
    topic.put(a_product("mug", category="kitchen", price=195))
    updater.step()
    assert reader.read_catalog().products[MUG].price == 195
    assert reader.read_catalog().products[CUP].price == 295


def test_a_deleted_item_is_gone_and_its_page_knows_what_it_was(
    updater: CatalogUpdater, topic: Topic, reader: ServingReader
) -> None:
    assert reader.read_catalog().product("mug")
    topic.delete("mug")
    updater.step()
    catalog = reader.read_catalog()
    assert catalog.product("mug") is None
    assert (catalog.best_sellers, catalog.by_category) == ((CUP,), {"kitchen": (CUP,)})
    assert [(category.slug, category.size) for category in catalog.categories] == [("kitchen", 1)]
    assert catalog.withdrawn == (MUG,)
    assert reader.read_withdrawn(MUG) == a_product("mug", category="kitchen")


def test_an_item_in_a_new_category_stands_in_it(updater: CatalogUpdater, topic: Topic, reader: ServingReader) -> None:
    reader.read_catalog()
    topic.put(a_product("lamp", category="garden-lights"))
    updater.step()
    catalog = reader.read_catalog()
    assert catalog.by_category == {"kitchen": (MUG, CUP), "garden-lights": (LAMP,)}
    assert catalog.best_sellers == (MUG, CUP, LAMP)
    assert [(one.name, one.size) for one in catalog.categories] == [("Kitchen", 2), ("Garden lights", 1)]


def test_who_starts_later_reads_the_same(
    updater: CatalogUpdater, topic: Topic, reader: ServingReader, empty_redis: str
) -> None:
    reader.read_catalog()
    topic.put(a_product("lamp", category="garden"))
    topic.put(a_product("cup", category="garden", title="Another Name"))
    topic.delete("mug")
    updater.step()
    followed = reader.read_catalog()
    with connect(empty_redis) as connection:
        afresh = ServingReader(connection, clock=Clock()).read_catalog()
    assert afresh.products == followed.products
    assert afresh.best_sellers == followed.best_sellers == (CUP, LAMP)
    assert afresh.categories == followed.categories
    assert {slug: set(items) for slug, items in afresh.by_category.items()} == {"garden": {CUP, LAMP}}
    assert afresh.reworded == followed.reworded == {CUP}
    assert (afresh.numbered, afresh.revision) == (followed.numbered, followed.revision)


def test_what_leaves_the_lists_is_pushed_to_all_pages(updater: CatalogUpdater, topic: Topic, client: Any) -> None:
    with client.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(PUSH_CHANNEL)
        channel.get_message(timeout=1)
        topic.put(a_product("mug", category="kitchen", availability="out_of_stock"))
        topic.delete("cup")
        updater.step()
        (message,) = [json.loads(one["data"]) for one in iter(lambda: channel.get_message(timeout=0.2), None)]
    assert (message["event"], message["room"]) == ("items_withdrawn", "everyone")
    assert message["data"] == [{"items": ["mug", "cup"], "deleted": ["cup"]}]


def test_a_learner_reads_what_has_changed_and_nothing_else(
    updater: CatalogUpdater, topic: Topic, learners: CatalogReader
) -> None:
    assert learners.read(VERSION).applied == 0
    topic.put(changed := a_product("mug", category="kitchen", price=5))
    topic.delete("cup")
    updater.step()
    assert learners.read_changed(VERSION, 0) == ChangedItems(2, {MUG: changed}, (CUP,))
    assert learners.read_changed(VERSION, 2) is None
    assert learners.read(VERSION).products == {MUG: changed}


def test_who_has_missed_more_than_is_kept_reads_everything(
    updater: CatalogUpdater, topic: Topic, learners: CatalogReader, client: Any
) -> None:
    topic.delete("cup")
    updater.step()
    client.xtrim(keyspace.catalog_changes(VERSION), maxlen=0, approximate=False)
    assert learners.read_changed(VERSION, 0) == learners.read(VERSION)


def test_each_record_is_applied_once_by_however_many(client: Any, topic: Topic) -> None:
    one, other = an_updater(client, topic), an_updater(client, topic)
    for number in range(5):
        topic.put(a_product(f"new{number}", category="kitchen"))
        one.step()
        other.step()
        other.step()
    sizes = [entry[b"changed"] for _, entry in client.xrange(keyspace.catalog_changes(VERSION))]
    assert sizes == [json.dumps([f"new{number}"]).encode() for number in range(5)]
    assert json.loads(client.get(keyspace.catalog_categories(VERSION)))[0]["size"] == 7


def test_what_redis_has_lost_is_changed_again(client: Any, topic: Topic, tmp_path: Path, reader: ServingReader) -> None:
    archive = CatalogArchive(tmp_path)
    archive.keep(VERSION, read_version(client, VERSION))
    updater = an_updater(client, topic)
    topic.put(a_product("lamp", category="garden"))
    topic.delete("cup")
    updater.step()
    before = reader.read_catalog()
    client.flushall()
    assert not updater.step()
    kept = archive.read()
    assert kept
    publish_version(client, VERSION, kept.batches())

    updater.step()

    assert reader.read_catalog().products == before.products
    assert client.hkeys(keyspace.catalog_added(VERSION)) == [b"lamp"]


def test_a_version_that_was_copied_with_its_changes_goes_on_from_there(
    client: Any, topic: Topic, tmp_path: Path, reader: ServingReader
) -> None:
    updater = an_updater(client, topic)
    topic.put(a_product("lamp", category="garden"))
    updater.step()
    archive = CatalogArchive(tmp_path)
    archive.keep(VERSION, read_version(client, VERSION))
    topic.delete("lamp")
    updater.step()
    client.flushall()
    kept = archive.read()
    assert kept
    publish_version(client, VERSION, kept.batches())
    assert reader.read_catalog().product("lamp")

    updater.step()

    assert reader.read_catalog().product("lamp") is None


def test_a_topic_that_was_made_again_is_applied_from_its_beginning(
    updater: CatalogUpdater, topic: Topic, client: Any, reader: ServingReader
) -> None:
    topic.put(a_product("lamp", category="garden"))
    topic.put(a_product("mug", category="kitchen", price=1))
    updater.step()
    assert reader.read_catalog().products[MUG].price == 1
    other = Topic()
    other.put(a_product("mug", category="kitchen", price=2))
    an_updater(client, other).step()
    assert reader.read_catalog().products[MUG].price == 2


def test_what_is_no_product_is_left_out(updater: CatalogUpdater, topic: Topic, reader: ServingReader) -> None:
    topic.append(b"nonsense")
    topic.put(a_product("mug", category="kitchen"), key="cup")
    topic._append("cup", b"{}")
    topic.put(a_product("mug", category="kitchen", price=7))
    updater.step()
    assert {item: product.price for item, product in reader.read_catalog().products.items()} == {MUG: 7, CUP: 295}


def test_without_redis_nothing_is_applied(topic: Topic) -> None:
    with pytest.raises(StoreUnavailable), connect("redis://127.0.0.1:1/0") as nobody:
        an_updater(nobody, topic).step()


@pytest.fixture
def unpublished(client: Any) -> Any:
    """A shop that never ran bootstrap."""
    client.flushall()
    return client


def test_a_shop_that_was_never_published_serves_what_the_topic_has(
    unpublished: Any, topic: Topic, reader: ServingReader, learners: CatalogReader
) -> None:
    updater = an_updater(unpublished, topic, is_kept=False)
    assert updater.step()
    assert reader.read_catalog().version == ""
    topic.put(a_product("mug", category="kitchen"))
    updater.step()
    topic.put(a_product("lamp", category="garden-lights"))
    updater.step()
    catalog = reader.read_catalog()
    assert catalog.best_sellers == (MUG, LAMP)
    assert [(one.name, one.size) for one in catalog.categories] == [("Kitchen", 1), ("Garden lights", 1)]
    version = learners.read_version()
    assert version == FIRST_VERSION == catalog.version
    assert learners.read(version).added == {MUG, LAMP}


def test_what_is_kept_on_disk_comes_before_a_first_version(unpublished: Any, topic: Topic) -> None:
    topic.put(a_product("mug"))
    assert not an_updater(unpublished, topic, is_kept=True).step()
    assert unpublished.get(keyspace.catalog_version()) is None


def test_deletions_alone_serve_nothing(unpublished: Any, topic: Topic) -> None:
    updater = an_updater(unpublished, topic, is_kept=False)
    topic.delete("mug")
    for _ in range(3):
        assert updater.step()
    assert unpublished.get(keyspace.catalog_version()) is None
    topic.put(a_product("cup"))
    updater.step()
    assert unpublished.get(keyspace.catalog_version()) == FIRST_VERSION.encode()
    assert {unpublished.ttl(key) for key in unpublished.scan_iter("*catalogue*")} == {-1}


def test_a_version_that_is_published_later_has_the_topic_laid_over(
    unpublished: Any, topic: Topic, reader: ServingReader
) -> None:
    updater = an_updater(unpublished, topic, is_kept=False)
    topic.put(a_product("lamp", category="garden"))
    updater.step()
    publish(unpublished)
    updater.step()
    updater.step()
    catalog = reader.read_catalog()
    assert (catalog.version, set(catalog.products)) == (VERSION, {MUG, CUP, LAMP})


def test_a_shop_that_has_deleted_everything_is_served_empty_and_sells_again(
    unpublished: Any, topic: Topic, reader: ServingReader
) -> None:
    updater = an_updater(unpublished, topic, is_kept=False)
    topic.put(a_product("lamp", category="garden"))
    updater.step()
    reader.read_catalog()
    topic.delete("lamp")
    updater.step()
    assert reader.read_catalog().products == {}
    assert served_version(unpublished) == FIRST_VERSION
    topic.put(a_product("mug"))
    updater.step()
    assert set(reader.read_catalog().products) == {MUG}


def test_indices_are_given_to_what_was_published_also_if_it_is_gone(
    updater: CatalogUpdater, topic: Topic, learners: CatalogReader
) -> None:
    topic.put(a_product("lamp", category="garden"))
    topic.delete("cup")
    topic.delete("mug")
    topic.put(a_product("mug", category="kitchen"))
    updater.step()
    catalog = learners.read(VERSION)
    assert catalog.added == {LAMP}
    assert catalog.gone == {CUP}


def test_a_new_item_has_neighbors_and_is_theirs(
    updater: CatalogUpdater, topic: Topic, learners: CatalogReader, reader: ServingReader
) -> None:
    reader.read_catalog()
    topic.put(a_product("lamp", category="kitchen", title="Mug Lamp", tags=("mug", "lamp")))
    updater.step()
    changed = learners.read_changed(VERSION, 0)
    assert isinstance(changed, ChangedItems)
    assert MUG in [item for item, _ in changed.neighbors[LAMP]]
    assert LAMP in [item for item, _ in changed.neighbors[MUG]]
    assert (CUP, 0.5) in changed.neighbors[MUG]
    assert reader.read_similar(LAMP) == tuple(changed.neighbors[LAMP])


def test_another_price_changes_no_neighbors(updater: CatalogUpdater, topic: Topic, learners: CatalogReader) -> None:
    topic.put(a_product("mug", category="kitchen", price=5))
    updater.step()
    changed = learners.read_changed(VERSION, 0)
    assert isinstance(changed, ChangedItems)
    assert changed.neighbors == {}
