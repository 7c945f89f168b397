"""How far the learner is, from its own word and the ends of a real log."""

from contextlib import closing

import msgspec
import pytest
import redis
from kafka import KafkaProducer

from connections.kafka_cluster import KafkaCluster
from consumers.kafka.record import number_of
from infra.kafka.topics import ensure_topics
from infra.programs.ports import LOOPBACK, free_port
from infra.stack.progress import Learned, LearnerProgress, are_warm, read_statuses
from online_models.schema import keyspace
from online_models.schema.messages import LearnerStatus

pytestmark = pytest.mark.integration


def a_status(**changes: object) -> LearnerStatus:
    numbers = dict.fromkeys(
        ("learned", "ranked", "pushed", "dead_letters", "duplicates", "postponed", "items", "visitors", "memory_bytes"),
        0,
    )
    fields = {"at": 5.0, "started_at": 1.0, "learned_per_second": 0.0, **numbers, **changes}
    return msgspec.convert(fields, LearnerStatus)


def publish(address: str, status: LearnerStatus | bytes) -> None:
    with redis.Redis.from_url(address) as client:
        payload = status if isinstance(status, bytes) else msgspec.json.encode(status)
        name = "?" if isinstance(status, bytes) else status.name
        client.hset(keyspace.learner_statuses(), name, payload)


def test_what_the_learner_has_passed_is_counted_against_the_log(kafka_servers: str, empty_redis: str) -> None:
    ensure_topics(KafkaCluster(kafka_servers))
    producer = KafkaProducer(bootstrap_servers=kafka_servers)
    ends = {}
    for index, topic in enumerate(keyspace.EVENT_TOPICS):
        for partition in range(topic.partitions):
            sent = producer.send(topic.name, b"one", partition=partition)
            ends[str(number_of(index, partition))] = sent.get(timeout=10).offset + 1
    producer.close()
    with closing(LearnerProgress(KafkaCluster(kafka_servers), empty_redis)) as progress:
        before = progress.read()
        assert (before.done, before.at) == (0, 0.0)
        assert before.total >= sum(topic.partitions for topic in keyspace.EVENT_TOPICS)
        assert not before.is_all

        publish(empty_redis, a_status(positions={**ends, "0": ends["0"] - 1}))
        assert progress.read().total - progress.read().done == 1

        publish(empty_redis, a_status(positions=ends))
        assert progress.read().is_all
        assert progress.read().at == 5.0


def test_a_learner_that_does_not_say_or_says_nonsense_is_not_running(empty_redis: str) -> None:
    with redis.Redis.from_url(empty_redis) as client:
        assert not read_statuses(client)
        publish(empty_redis, b"nonsense")
        assert not read_statuses(client)
        publish(empty_redis, a_status(learned=7))
        (status,) = read_statuses(client)
    assert status.learned == 7


def test_of_several_learners_the_one_that_leads_comes_first_and_the_dead_are_left_out(empty_redis: str) -> None:
    with redis.Redis.from_url(empty_redis) as client:
        publish(empty_redis, a_status(name="1", leads=False, at=100.0))
        publish(empty_redis, a_status(name="2", at=100.5))
        publish(empty_redis, a_status(name="0", at=100.0 - keyspace.STATUS_TTL))
        assert [status.name for status in read_statuses(client)] == ["2", "1"]


def test_an_empty_log_is_learned() -> None:
    assert Learned(0, 0, 0.0).is_all


def test_learners_are_warm_when_all_that_were_started_say_so(empty_redis: str) -> None:
    with redis.Redis.from_url(empty_redis) as client:
        publish(empty_redis, a_status(name="1", started_at=20.0, warm=True))
        publish(empty_redis, a_status(name="2", started_at=20.0))
        assert are_warm(client, 1, since=10.0)
        assert not are_warm(client, 2, since=10.0)
        assert not are_warm(client, 1, since=30.0), "it ran before"


def test_nobody_is_warm_where_redis_does_not_answer() -> None:
    with redis.Redis.from_url(f"redis://{LOOPBACK}:{free_port()}") as client:
        assert not are_warm(client, 1, since=0.0)
