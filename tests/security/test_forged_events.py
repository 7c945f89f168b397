"""Another user of the machine, who reaches the ports of the stack's own Kafka, and knows no password."""

import json
import re
import socket
import stat
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from connections.kafka_cluster import KafkaCluster, SaslMechanism, SecurityProtocol
from infra.kafka.access import BROKER, LEARNER, SUPERVISOR, USERS
from infra.programs.ports import LOOPBACK
from infra.stack.home import Home
from infra.stack.servers import kafka_here
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.keyspace import INTERACTIONS
from tests.end_to_end.conftest import home, start  # the fixtures
from tests.end_to_end.running_stack import RunningStack

__all__ = ["home", "start"]

pytestmark = pytest.mark.integration

FORGED = b'{"kind":"item_viewed","event_id":"forged","visitor":"forged","occurred_at":1.0,"item":"85123A"}'
ANSWER_SECONDS = 8.0


def strangers(servers: str) -> Iterator[KafkaCluster]:
    """Whatever somebody without a password may try."""
    yield KafkaCluster(servers)
    guess = KafkaCluster(servers, SecurityProtocol.SASL_PLAINTEXT, user=LEARNER, password="learner")
    for mechanism in SaslMechanism:
        yield replace(guess, mechanism=mechanism)
    yield replace(guess, mechanism=SaslMechanism.SCRAM_SHA_256, user=SUPERVISOR)
    yield replace(guess, mechanism=SaslMechanism.PLAIN, user=BROKER, password=BROKER)


def has_produced(kafka: KafkaCluster) -> bool:
    delivered: list[bool] = []
    options = {"log_level": 0, "message.timeout.ms": int(ANSWER_SECONDS * 1_000)}
    producer = Producer({**kafka.librdkafka_options(), **options})
    producer.produce(INTERACTIONS.name, FORGED, on_delivery=lambda error, _: delivered.append(error is None))
    producer.flush(2 * ANSWER_SECONDS)
    return any(delivered)


def has_read(kafka: KafkaCluster) -> bool:
    with closing(
        Consumer({**kafka.librdkafka_options(), "group.id": "riverfront-learner", "log_level": 0})
    ) as consumer:
        consumer.assign([TopicPartition(INTERACTIONS.name, number, OFFSET_BEGINNING) for number in range(4)])
        message = consumer.poll(ANSWER_SECONDS)
        return message is not None and message.error() is None


def has_deleted(kafka: KafkaCluster) -> bool:
    admin = AdminClient({**kafka.librdkafka_options(), "log_level": 0})
    deleting = admin.delete_topics([INTERACTIONS.name], request_timeout=ANSWER_SECONDS)
    try:
        deleting[INTERACTIONS.name].result(2 * ANSWER_SECONDS)
    except (KafkaException, TimeoutError):
        return False
    return True


def answer_of_controller(port: int) -> bytes:
    """Ask the controller itself, by its own port, to delete the topic, and return what it says."""
    name = INTERACTIONS.name.encode()
    # DeleteTopics, version 1. The clients that there are talk to brokers only.
    request = struct.pack(">hhih", 20, 1, 7, -1) + struct.pack(">ih", 1, len(name)) + name + struct.pack(">i", 5_000)
    with socket.create_connection((LOOPBACK, port), ANSWER_SECONDS) as line, suppress(ConnectionResetError):
        line.sendall(struct.pack(">i", len(request)) + request)
        return line.recv(1_024)
    return b""


def test_who_knows_no_password_can_neither_forge_nor_read_nor_delete_events(
    start: Callable[[], RunningStack],
    home: Path,
) -> None:
    stack = start()
    stack.wait_until_up()
    servers = kafka_here(stack.environment).servers
    attacks = [(attack, kafka) for kafka in strangers(servers) for attack in (has_read, has_produced, has_deleted)]
    # Side by side: each tries for some seconds before it gives up.
    with ThreadPoolExecutor(len(attacks)) as pool:
        succeeded = list(pool.map(lambda one: one[0](one[1]), attacks))
    assert [one for one, has in zip(attacks, succeeded, strict=True) if has] == []
    assert answer_of_controller(Home(home).known_port("kafka-controller") or 0) == b""
    with SocketVisitor(stack.address) as visitor:
        stack.wait_for(lambda: visitor.click_once("85123A").push_ms is not None)
    owner = kafka_here(stack.environment)
    assert owner.password
    assert has_read(owner), "and its owner is let in"
    assert FORGED not in values_in_topic(owner)
    assert_no_password_shows(stack, home)


def values_in_topic(kafka: KafkaCluster) -> set[bytes]:
    values: set[bytes] = set()
    with closing(
        Consumer({**kafka.librdkafka_options(), "group.id": "test", "enable.partition.eof": True})
    ) as consumer:
        partitions = [TopicPartition(INTERACTIONS.name, number, OFFSET_BEGINNING) for number in range(4)]
        consumer.assign(partitions)
        open_partitions = {one.partition for one in partitions}
        while open_partitions:
            message = consumer.poll(ANSWER_SECONDS)
            assert message is not None
            if message.error():
                open_partitions.discard(message.partition() or 0)
            else:
                values.add(message.value() or b"")
    return values


def assert_no_password_shows(stack: RunningStack, home: Path) -> None:
    """In no argument, no log, and no file that others can read."""
    properties = home / "kafka" / "server.properties"
    for path in (Home(home).passwords, properties):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    passwords = {*json.loads(Home(home).passwords.read_text(encoding="utf-8"))["kafka"].values()}
    passwords |= set(re.findall(r'password="(.+?)"', properties.read_text(encoding="utf-8")))
    assert len(passwords) == len(USERS) + 1
    shown = " ".join(word for child in stack.children() for word in child.cmdline())
    shown += stack.said() + "".join(log.read_text("utf-8", "replace") for log in Home(home).logs.glob("*.log"))
    assert not [password for password in passwords if password in shown]
