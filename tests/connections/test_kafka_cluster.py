"""Both clients, by a login and by TLS: in with what is right, out with words that say what is wrong."""

import gc
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import Producer
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from connections.kafka_client import ClusterRefused, connect
from connections.kafka_cluster import KafkaCluster, SaslMechanism, SecurityProtocol
from connections.librdkafka_refusals import Refusals
from infra.kafka.access import SUPERVISOR, KafkaAccess
from tests.certificates import Certificates, make_certificates
from tests.connections.secured_brokers import TOPIC

pytestmark = [
    pytest.mark.integration,
    # kafka-python leaves a socket to the garbage collector for each attempt that the broker refuses.
    pytest.mark.filterwarnings("ignore:unclosed <s:ResourceWarning"),
]

DEADLINE = 60.0


@pytest.fixture(autouse=True)
def no_sockets_left_for_other_tests() -> Iterator[None]:
    yield
    gc.collect()


def send_by_kafka_python(kafka: KafkaCluster) -> int:
    with closing(connect(KafkaProducer, kafka, bootstrap_timeout_ms=20_000)) as producer:
        offset: int = producer.send(TOPIC.name, b"hello").get(timeout=DEADLINE).offset
        return offset


def send_by_librdkafka(kafka: KafkaCluster) -> int:
    sent: list[int] = []
    producer = Producer({**kafka.librdkafka_options(), "log_level": 0})
    producer.produce(TOPIC.name, b"hello", on_delivery=lambda error, message: sent.append(message.offset() or 0))
    producer.flush(DEADLINE)
    assert sent
    return sent[0]


def refused_by_kafka_python(kafka: KafkaCluster) -> str:
    with pytest.raises(ClusterRefused) as refusal:
        connect(KafkaProducer, kafka, bootstrap_timeout_ms=3_000)
    return str(refusal.value)


def refused_by_librdkafka(kafka: KafkaCluster) -> str:
    refusals = Refusals(kafka)
    producer = Producer({**kafka.librdkafka_options(), "log_level": 0, "error_cb": refusals})
    deadline = time.monotonic() + DEADLINE
    while not (reason := refusals.take()):
        assert time.monotonic() < deadline
        producer.poll(0.1)
    return reason


def last_value(kafka: KafkaCluster, offset: int) -> bytes:
    with closing(connect(KafkaConsumer, kafka, group_id=None)) as consumer:
        partition = TopicPartition(TOPIC.name, 0)
        consumer.assign([partition])
        consumer.seek(partition, offset)
        deadline = time.monotonic() + DEADLINE
        while not (found := consumer.poll(timeout_ms=500)):
            assert time.monotonic() < deadline
        value: bytes = found[partition][0].value
        return value


SEND = pytest.mark.parametrize("send", [send_by_kafka_python, send_by_librdkafka])
REFUSED = pytest.mark.parametrize("refused", [refused_by_kafka_python, refused_by_librdkafka])


@SEND
def test_a_client_logs_in(kafka_access: KafkaAccess, send) -> None:  # type: ignore[no-untyped-def]  # one of two functions
    by_scram, by_plain = kafka_access.cluster(SUPERVISOR), kafka_access.as_broker
    assert (by_scram.mechanism, by_plain.mechanism) == (SaslMechanism.SCRAM_SHA_256, SaslMechanism.PLAIN)
    for kafka in (by_scram, by_plain):
        assert last_value(kafka, send(kafka)) == b"hello"


@SEND
def test_a_client_speaks_tls_and_shows_its_certificate(tls: KafkaCluster, send) -> None:  # type: ignore[no-untyped-def]
    assert last_value(tls, send(tls)) == b"hello"


@REFUSED
def test_a_wrong_password_is_named_without_it(kafka_access: KafkaAccess, refused) -> None:  # type: ignore[no-untyped-def]
    for kafka in (kafka_access.cluster(SUPERVISOR), kafka_access.as_broker):
        reason = refused(replace(kafka, password="a wrong one"))
        assert f"Kafka at {kafka.servers} does not let '{kafka.user}' log in by {kafka.mechanism}" in reason
        assert "RIVERFRONT_KAFKA_USER, RIVERFRONT_KAFKA_PASSWORD, RIVERFRONT_KAFKA_SASL_MECHANISM" in reason
        assert "a wrong one" not in reason


@REFUSED
def test_a_mechanism_that_the_broker_has_not_is_named(kafka_access: KafkaAccess, refused) -> None:  # type: ignore[no-untyped-def]
    reason = refused(replace(kafka_access.cluster(SUPERVISOR), mechanism=SaslMechanism.SCRAM_SHA_512))
    assert "log in by SCRAM-SHA-512" in reason
    assert "RIVERFRONT_KAFKA_SASL_MECHANISM" in reason


@REFUSED
def test_a_broker_whose_certificate_nobody_knows_is_not_talked_to(tls: KafkaCluster, refused, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    stranger = make_certificates(tmp_path)
    reason = refused(replace(tls, ca_file=stranger.authority))
    assert f"No TLS connection to Kafka at {tls.servers}" in reason
    assert "RIVERFRONT_KAFKA_CA_FILE" in reason


@REFUSED
def test_tls_where_there_is_none_is_named(  # type: ignore[no-untyped-def]
    kafka_access: KafkaAccess, certificates: Certificates, refused
) -> None:
    kafka = KafkaCluster(kafka_access.as_broker.servers, SecurityProtocol.SSL, ca_file=certificates.authority)
    assert f"No TLS connection to Kafka at {kafka.servers}" in refused(kafka)
