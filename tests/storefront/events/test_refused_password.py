"""A storefront whose password Kafka does not take: what visitors do waits on disk, and flows once it is corrected."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import UserScramCredentialUpsertion

from connections import kafka_client
from infra.kafka.access import MECHANISM, STOREFRONT, SUPERVISOR, KafkaAccess
from infra.kafka.topics import connect
from online_models.schema.events import decode
from storefront.events.event_publisher import EventPublisher
from storefront.events.kafka_connection import connect_by
from storefront.events.spool import Spool
from storefront.settings import KafkaClient
from tests.connections.secured_brokers import TOPIC
from tests.storefront.events.test_kafka_clients import no_sockets_left_for_other_tests
from tests.storefront.events.views import a_view, wait_until

__all__ = ["no_sockets_left_for_other_tests"]

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")]


@pytest.mark.parametrize("client", list(KafkaClient))
def test_events_wait_on_disk_until_the_password_is_right(
    kafka_access: KafkaAccess, client: KafkaClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    access, spool = kafka_access, Spool(tmp_path / "spool.jsonl", 100_000)
    kafka = replace(access.cluster(STOREFRONT), password=f"not yet known, {client}")
    publisher = EventPublisher(kafka, spool, connect_by(client), TOPIC.name)
    sent = [a_view(number) for number in range(3)]
    for event in sent:
        publisher.publish(event)
    wait_until(lambda: bool(told_by(caplog)))
    (told,) = told_by(caplog)
    assert "does not let 'storefront' log in by SCRAM-SHA-256" in told
    assert kafka.password not in caplog.text
    assert not publisher.is_up

    before = end_of_topic(access)
    change_password(access, kafka.password)
    try:
        wait_until(lambda: publisher.is_up)
        publisher.publish(a_view(3))
        publisher.close()
    finally:
        change_password(access, access.passwords[STOREFRONT])
    assert [decode(value) for value in values_since(access, before)] == [*sent, a_view(3)]


def change_password(access: KafkaAccess, password: str) -> None:
    with closing(connect(access.cluster(SUPERVISOR))) as admin:
        admin.alter_user_scram_credentials([UserScramCredentialUpsertion(STOREFRONT, MECHANISM.value, password)])


def end_of_topic(access: KafkaAccess) -> int:
    with reader(access) as (consumer, partition):
        end: int = consumer.end_offsets([partition])[partition]
        return end


def values_since(access: KafkaAccess, offset: int) -> list[bytes]:
    end, values = end_of_topic(access), list[bytes]()
    with reader(access) as (consumer, partition):
        consumer.seek(partition, offset)
        while len(values) < end - offset:
            for records in consumer.poll(timeout_ms=200).values():
                values += [record.value for record in records]
    return values


@contextmanager
def reader(access: KafkaAccess) -> Iterator[tuple[Any, TopicPartition]]:
    partition = TopicPartition(TOPIC.name, 0)
    with closing(kafka_client.connect(KafkaConsumer, access.cluster(SUPERVISOR), group_id=None)) as consumer:
        consumer.assign([partition])
        yield consumer, partition


def told_by(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = (one for one in caplog.records if one.name.startswith("storefront") and one.levelno == logging.ERROR)
    return [one.getMessage() for one in records]
