"""CloudEvents through a real Kafka, as another producer writes them."""

import json
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from confluent_kafka import Producer

from connections.kafka_cluster import KafkaCluster
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Record
from online_models.schema.own_visitors import visitor_of
from online_models.schema.records.event_record import read_event
from tests.shop_ids import ODD_IDS

pytestmark = pytest.mark.integration

ENVELOPE = {"specversion": "1.0", "source": "/shop", "type": "shop.item_viewed", "time": "2026-11-30T14:00:00Z"}


def test_both_modes_and_plain_json_come_as_the_same_events(kafka_servers: str, make_topic: Callable[..., str]) -> None:
    topic = make_topic()
    producer = Producer({"bootstrap.servers": kafka_servers})
    for number, item in enumerate(ODD_IDS):
        attributes = {**ENVELOPE, "id": str(number), "partitionkey": item}
        binary = [(f"ce_{name}", text.encode()) for name, text in attributes.items()]
        producer.produce(topic, json.dumps({"item": item}), headers=[*binary, ("content-type", b"application/json")])
        structured = json.dumps({**attributes, "data": {"item": item}})
        producer.produce(topic, structured, headers=[("content-type", b"application/cloudevents+json")])
        own = {"kind": "item_viewed", "event_id": f"e{number}", "visitor": item, "occurred_at": 1.0, "item": item}
        producer.produce(topic, json.dumps(own))
    producer.flush(20)

    records: list[Record] = []
    deadline = time.monotonic() + 20
    with closing(EventLog(KafkaCluster(kafka_servers), topic, "test-cloud-events")) as log:
        while len(records) < 3 * len(ODD_IDS):
            assert time.monotonic() < deadline, "waited in vain"
            records += log.poll(0.5, 1_000)

    events = [read_event(record.value, record.headers) for record in records]
    assert [getattr(event, "item", None) for event in events] == [item for item in ODD_IDS for _ in range(3)]
    assert [event.visitor for event in events] == [visitor_of(item) for item in ODD_IDS for _ in range(3)]
    assert len({event.event_id for event in events}) == 2 * len(ODD_IDS), "both modes of one event have its id"
