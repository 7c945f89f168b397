"""Impressions as large and as many as a client can send: they neither fill the log nor push purchases out of it."""

import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from redis import Redis

from connections.kafka_cluster import KafkaCluster
from infra.chaos.shop_client import ShopClient
from infra.kafka.topics import ensure_topics
from infra.programs.ports import free_port
from online_models.schema import keyspace
from storefront.limits.event_allowance import EVENT_BYTES
from tests.storefront.running_shop import ITEMS, ShopProcess, publish_catalog, wait_until

PER_SECOND = 10
LONG = "z" * 60
ATTEMPTS, BATCH = 40, 20

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(
    kafka_servers: str, empty_redis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ShopProcess]:
    monkeypatch.setenv("RIVERFRONT_EVENTS_PER_SECOND", "10000")
    monkeypatch.setenv("RIVERFRONT_EVENTS_BURST", "10000")
    monkeypatch.setenv("RIVERFRONT_EVENTS_PER_ADDRESS", str(PER_SECOND))
    ensure_topics(KafkaCluster(kafka_servers))
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    process = ShopProcess(tmp_path, free_port(), empty_redis, kafka_servers)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def length_of(servers: str, topic: keyspace.Topic) -> int:
    """How many records were ever appended to a topic."""
    with closing(KafkaConsumer(bootstrap_servers=servers, group_id=None)) as consumer:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        return sum(consumer.end_offsets(partitions).values())


def an_impression(*items: str, **further: object) -> dict[str, object]:
    return {"kind": "ranking_shown", "event_id": str(uuid.uuid4()), "surface": "for_you", "items": items, **further}


def send(client: ShopClient, *events: dict[str, object]) -> list[bool]:
    """Whether each of the events was taken in."""
    _, answer = client.post_json("/interactions", {"events": events})
    return [receipt["accepted"] for receipt in answer["receipts"]]


def test_impressions_of_what_the_shop_does_not_sell_or_too_long_are_refused(
    shop: ShopProcess, kafka_servers: str
) -> None:
    client = ShopClient(shop.address)
    client.get("/")
    before = length_of(kafka_servers, keyspace.IMPRESSIONS), length_of(kafka_servers, keyspace.INTERACTIONS)
    unknown = [an_impression(*(f"{LONG}{number}" for number in range(24))), an_impression(ITEMS[0], LONG)]
    long = [an_impression(*ITEMS[:25]), an_impression(*[ITEMS[0]] * 100)]
    assert send(client, *unknown, *long) == [False] * 4
    assert send(client, an_impression(*ITEMS[:24])) == [True]
    wait_until(lambda: length_of(kafka_servers, keyspace.IMPRESSIONS) > before[0])
    assert length_of(kafka_servers, keyspace.INTERACTIONS) == before[1]


def test_a_flood_of_impressions_stays_out_of_the_log_of_clicks_and_below_a_rate(
    shop: ShopProcess, kafka_servers: str
) -> None:
    before = length_of(kafka_servers, keyspace.IMPRESSIONS), length_of(kafka_servers, keyspace.INTERACTIONS)
    began, taken = time.monotonic(), 0
    for _ in range(ATTEMPTS):
        client = ShopClient(shop.address)
        client.get("/")
        taken += sum(send(client, *(an_impression(*ITEMS[:24]) for _ in range(BATCH))))
    most = PER_SECOND * (keyspace.MINUTE + time.monotonic() - began)
    assert 0 < taken <= most
    # A busy Kafka may get some twice.
    wait_until(lambda: length_of(kafka_servers, keyspace.IMPRESSIONS) >= before[0] + taken)
    assert length_of(kafka_servers, keyspace.INTERACTIONS) == before[1]


def test_a_network_may_send_so_many_bytes_whatever_it_says_in_them(shop: ShopProcess) -> None:
    size, began, taken = 7 * EVENT_BYTES, time.monotonic(), 0
    for _ in range(ATTEMPTS):
        client = ShopClient(shop.address)
        client.get("/")
        taken += sum(send(client, *(an_impression(ITEMS[0], note="x" * size) for _ in range(BATCH))))
    most = PER_SECOND * EVENT_BYTES * (keyspace.MINUTE + time.monotonic() - began)
    assert 0 < taken * size <= most


def test_impressions_have_a_shorter_and_smaller_retention_than_clicks() -> None:
    shown, clicks = keyspace.IMPRESSIONS.config, keyspace.INTERACTIONS.config
    for name in ("retention.ms", "retention.bytes"):
        assert int(shown[name]) < int(clicks[name])
    assert int(shown["segment.bytes"]) * 2 < int(shown["retention.bytes"]), "Kafka deletes whole segments"
