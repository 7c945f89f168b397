"""Who may do what with the stack's own Kafka."""

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition

from connections.kafka_cluster import KafkaCluster
from infra.errors import CannotRun
from infra.kafka.access import LEARNER, MONITOR, SHOPPERS, STOREFRONT, SUPERVISOR, USERS, KafkaAccess
from infra.kafka.rights import COMMITS, READS, WRITES, let_in, rights
from infra.kafka.topics import connect
from online_models.schema.keyspace import INTERACTIONS, TOPICS


def answer_to_writing(kafka: KafkaCluster) -> str:
    answers: list[str] = []
    producer = Producer({**kafka.librdkafka_options(), "message.timeout.ms": 20_000, "log_level": 0})

    def note(error: KafkaError | None, _: object) -> None:
        answers.append(error.name() if error else "")

    producer.produce(INTERACTIONS.name, b"{}", on_delivery=note)
    producer.flush(30)
    assert answers
    return answers[0]


def answer_to_reading(kafka: KafkaCluster) -> str:
    options = {"group.id": "riverfront-learner", "log_level": 0, "fetch.wait.max.ms": 50}
    with closing(Consumer({**kafka.librdkafka_options(), **options})) as consumer:
        consumer.assign([TopicPartition(INTERACTIONS.name, 0, OFFSET_BEGINNING)])
        message = consumer.poll(30)
        assert message is not None
        error = message.error()
        return error.name() if error else ""


def test_every_topic_is_written_and_read_by_somebody_and_every_user_is_known() -> None:
    topics = {topic.name for topic in TOPICS}
    assert {topic.name for written in WRITES.values() for topic in written} == topics
    assert {topic.name for read in READS.values() for topic in read} == topics
    assert {SUPERVISOR, *WRITES} == set(USERS)
    assert len(list(rights())) == len(set(rights()))


def test_the_documented_rights_are_those_that_are_given() -> None:
    def in_ticks(names: Iterable[str]) -> str:
        return ", ".join(f"`{name}`" for name in sorted(names))

    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    for user, written in WRITES.items():
        topics = [in_ticks(topic.name for topic in topics) for topics in (written, READS.get(user, ()))]
        cells = ["", f"`{user}`", *topics, in_ticks(COMMITS.get(user, ())), ""]
        assert re.sub(" +", " ", " | ".join(cells).strip()) in re.sub(" +", " ", page), user


@pytest.mark.integration
def test_a_process_may_do_what_it_has_to_and_no_more(kafka_access: KafkaAccess) -> None:
    cluster = kafka_access.cluster
    assert answer_to_writing(cluster(SUPERVISOR)) == ""
    assert answer_to_writing(cluster(STOREFRONT)) == ""
    assert answer_to_writing(cluster(SHOPPERS)) == ""
    assert answer_to_reading(cluster(LEARNER)) == ""
    assert answer_to_reading(cluster(MONITOR)) == ""
    for user in (LEARNER, MONITOR):
        assert answer_to_writing(cluster(user)) == "TOPIC_AUTHORIZATION_FAILED"
    for user in (STOREFRONT, SHOPPERS):
        assert answer_to_reading(cluster(user)) in ("TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED")


@pytest.mark.integration
def test_no_process_but_the_supervisor_may_delete_a_topic(kafka_access: KafkaAccess) -> None:
    for user in USERS:
        if user != SUPERVISOR:
            with closing(connect(kafka_access.cluster(user))) as admin:
                with pytest.raises(Exception, match="Authorization"):
                    admin.delete_topics([INTERACTIONS.name])
                assert INTERACTIONS.name in admin.list_topics()


@pytest.mark.integration
def test_users_are_let_in_again_with_other_passwords(kafka_access: KafkaAccess) -> None:
    changed = replace(kafka_access, passwords={**kafka_access.passwords, MONITOR: "another one"})
    with closing(connect(kafka_access.as_broker)) as admin:
        try:
            let_in(admin, changed)
            assert answer_to_reading(changed.cluster(MONITOR)) == ""
        finally:
            let_in(admin, kafka_access)


@pytest.mark.integration
def test_who_may_not_make_users_is_told(kafka_access: KafkaAccess) -> None:
    with closing(connect(kafka_access.cluster(STOREFRONT))) as admin, pytest.raises(CannotRun, match="take its users"):
        let_in(admin, kafka_access)
