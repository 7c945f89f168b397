"""Changes of the catalog on their way into the topic: a real Redis, and a topic in memory or a real one."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from connections.kafka_cluster import KafkaCluster
from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.product import Product, decode_product
from storefront.catalog_writing.catalog_topic import CatalogTopic, Record
from storefront.catalog_writing.catalog_writer import CatalogClosed, CatalogWriter, ItemChange, ItemResult
from storefront.events.kafka_connection import connect_by
from storefront.events.producer import KafkaUnavailable
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from storefront.settings import KafkaClient
from tests.storefront.serving.test_serving_reader import publish

pytestmark = pytest.mark.integration


class MemoryCatalogTopic(CatalogTopic):
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.down = False
        self.lost = 0

    def send(self, records: Sequence[Record]) -> list[int | None]:
        if self.down:
            raise KafkaUnavailable("down")
        first = len(self.records)
        self.records += records
        return [
            offset if offset - first < len(records) - self.lost else None for offset in range(first, len(self.records))
        ]

    def newest(self, item: str) -> Product | None:
        payload = dict(self.records)[ItemId(item)]
        return decode_product(payload) if payload is not None else None


@pytest.fixture
def redis(empty_redis: str, catalog: ShopCatalog) -> Iterator[Any]:
    client = connect(empty_redis, 2.0)
    publish(client, catalog)
    yield client
    client.close()


@pytest.fixture
def topic() -> MemoryCatalogTopic:
    return MemoryCatalogTopic()


@pytest.fixture
def writer(redis: Any, topic: MemoryCatalogTopic) -> CatalogWriter:
    return CatalogWriter(redis, ServingReader(redis), topic, lambda: 20_000 * 86_400.0)


def upsert(item: str, **fields: Any) -> ItemChange:
    return ItemChange(item=item, fields={"title": "A Lamp", "price": 12.5, **fields})


def patch(item: str, **fields: Any) -> ItemChange:
    return ItemChange(item=item, action="patch", fields=fields)


def statuses(results: Sequence[ItemResult]) -> list[str]:
    return [result.status for result in results]


def test_a_new_item_is_written_whole(writer: CatalogWriter, topic: MemoryCatalogTopic) -> None:
    assert statuses(writer.write([upsert("lamp", category="Mugs & Cups > Lamps", availability="IN_STOCK")])) == [
        "written"
    ]
    lamp = topic.newest("lamp")
    assert lamp is not None
    assert (lamp.title, lamp.price, lamp.currency, lamp.category) == ("A Lamp", 1250, "GBP", "mugs")
    assert (lamp.tags, lamp.availability, lamp.since) == (("lamp",), "in_stock", 20_000)
    assert lamp.picture == "/pictures/none.svg"


def test_what_sold_stays_with_an_item_that_is_written_again(
    writer: CatalogWriter, topic: MemoryCatalogTopic, redis: Any
) -> None:
    writer.write([upsert("mug", title="New Mug")])
    mug = topic.newest("mug")
    assert mug is not None
    assert (mug.title, mug.since) == ("New Mug", 0)


def test_a_price_and_a_stock_that_are_written_one_after_the_other_both_count(
    redis: Any, topic: MemoryCatalogTopic
) -> None:
    one, other = (CatalogWriter(redis, ServingReader(redis), topic) for _ in range(2))
    one.write([patch("mug", price=9)])
    other.write([patch("mug", availability=0)])
    mug = topic.newest("mug")
    assert mug is not None
    assert (mug.price, mug.is_sold_out, mug.title) == (900, True, "Red Heart Mug")


def test_what_is_served_by_now_counts_for_more_than_what_was_written_before(
    redis: Any, writer: CatalogWriter, topic: MemoryCatalogTopic
) -> None:
    writer.write([patch("mug", price=9)])
    redis.set(keyspace.catalog_applied("v1"), 1)
    writer.write([patch("mug", availability=3)])
    mug = topic.newest("mug")
    assert mug is not None
    assert (mug.price, mug.availability) == (195, "in_stock")


def test_each_item_of_a_batch_gets_its_own_answer(writer: CatalogWriter, topic: MemoryCatalogTopic) -> None:
    results = writer.write(
        [
            upsert("lamp"),
            patch("nothing", price=1),
            upsert("bad", price="free"),
            patch("mug", title="No"),
            ItemChange(item="cup", action="delete"),
            patch("lamp", price="7.00 EUR"),
            upsert("x" * 500),
        ]
    )
    assert statuses(results) == ["written", "unknown", "refused", "refused", "written", "written", "refused"]
    assert "price" in results[2].problem
    lamp = topic.newest("lamp")
    assert lamp is not None
    assert (lamp.price, lamp.currency) == (700, "EUR")
    assert topic.newest("cup") is None
    assert statuses(writer.write([patch("cup", price=1)])) == ["unknown"], (
        "it is deleted, whether that is served or not"
    )


def test_what_kafka_did_not_confirm_may_be_sent_again(writer: CatalogWriter, topic: MemoryCatalogTopic) -> None:
    topic.lost = 1
    assert statuses(writer.write([upsert("lamp"), upsert("shade")])) == ["written", "unconfirmed"]
    topic.down = True
    with pytest.raises(CatalogClosed):
        writer.write([upsert("shade")])
    topic.down, topic.lost = False, 0
    assert statuses(writer.write([upsert("shade")])) == ["written"]


def test_who_holds_the_lock_too_long_keeps_others_out(writer: CatalogWriter, redis: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("storefront.catalog_writing.catalog_writer.TURN_SECONDS", 0.0)
    redis.set(keyspace.catalog_lock(), "somebody else")
    with pytest.raises(CatalogClosed, match="others"):
        writer.write([upsert("lamp")])
    assert redis.get(keyspace.catalog_lock()) == b"somebody else"


def test_a_shop_without_any_catalog_takes_its_first_items(empty_redis: str, topic: MemoryCatalogTopic) -> None:
    with connect(empty_redis) as redis:
        writer = CatalogWriter(redis, ServingReader(redis), topic)
        assert statuses(writer.write([upsert("lamp", currency="USD")])) == ["written"]
        with pytest.raises(CatalogClosed):
            writer.write([patch("lamp", price=1)])
    assert topic.newest("lamp")


@pytest.mark.parametrize("client", list(KafkaClient))
def test_records_lie_in_kafka_by_item(redis: Any, kafka_servers: str, client: KafkaClient) -> None:
    from kafka import KafkaConsumer, TopicPartition
    from kafka.admin import KafkaAdminClient, NewTopic

    admin = KafkaAdminClient(bootstrap_servers=kafka_servers)
    if keyspace.CATALOG.name not in admin.list_topics():
        admin.create_topics([NewTopic(keyspace.CATALOG.name, 1, 1, topic_configs=keyspace.CATALOG.config)])
    admin.close()
    topic = CatalogTopic(KafkaCluster(kafka_servers), connect_by(client))
    writer = CatalogWriter(redis, ServingReader(redis), topic)
    written: list[ItemResult] = []
    deadline = time.monotonic() + 30
    while not written:
        # A topic that has just been made is not known everywhere at once: whoever writes is told to come again.
        try:
            written = writer.write([upsert("gid://shop/1 é"), upsert("lamp"), ItemChange(item="mug", action="delete")])
        except CatalogClosed:
            assert time.monotonic() < deadline
    topic.close()
    assert statuses(written)[1:] == ["written", "written"]
    consumer = KafkaConsumer(bootstrap_servers=kafka_servers)
    partition = TopicPartition(keyspace.CATALOG.name, 0)
    consumer.assign([partition])
    end = consumer.end_offsets([partition])[partition]
    consumer.seek(partition, end - 2)
    found: list[Any] = []
    deadline = time.monotonic() + 30
    while len(found) < 2 and time.monotonic() < deadline:
        found += [record for records in consumer.poll(500).values() for record in records]
    consumer.close()
    assert [record.key for record in found[-2:]] == [b"lamp", b"mug"]
    assert found[-1].value is None
