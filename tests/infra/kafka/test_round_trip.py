"""The bare round trip, through a real Kafka."""

import pytest

from connections.kafka_cluster import KafkaCluster
from infra.kafka.round_trip import measure_round_trip
from infra.kafka.topics import connect

pytestmark = pytest.mark.integration


def test_the_bare_round_trip_is_timed(kafka_servers: str) -> None:
    times = measure_round_trip(KafkaCluster(kafka_servers), count=20, rate=100)
    assert len(times) == 20
    assert all(0 < one < 10_000 for one in times)


def test_its_topic_is_removed_in_the_end(kafka_servers: str) -> None:
    measure_round_trip(KafkaCluster(kafka_servers), count=1, rate=100)
    admin = connect(KafkaCluster(kafka_servers))
    try:
        assert not [name for name in admin.list_topics() if name.startswith("round-trip-")]
    finally:
        admin.close()
