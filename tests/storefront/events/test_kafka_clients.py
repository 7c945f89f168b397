"""What sends to Kafka, by every client that the settings may name, on a real broker."""

import gc
import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient, NewPartitions

from connections import kafka_client
from connections.kafka_cluster import KafkaCluster
from infra.programs.binaries import Missing
from infra.programs.ports import LOOPBACK, free_port
from online_models.schema.events import AnyEvent, Event, decode
from storefront.events.event_publisher import EventPublisher
from storefront.events.kafka_connection import connect_by
from storefront.events.producer import Connect, KafkaUnavailable, Producer
from storefront.events.spool import Spool
from storefront.settings import KafkaClient
from tests.storefront.events.own_broker import OwnBroker
from tests.storefront.events.views import DEADLINE, a_view, wait_until
from tests.storefront.in_memory import MemoryEventPublisher

Read = Callable[[], Sequence[Event]]

# kafka-python leaves a socket to the garbage collector for each attempt that the broker refuses.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def no_sockets_left_for_other_tests() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.jsonl", 100_000)


@pytest.fixture(params=list(KafkaClient))
def connect(request: pytest.FixtureRequest) -> Connect:
    client: KafkaClient = request.param
    return connect_by(client)


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    try:
        broker = OwnBroker(tmp_path_factory.mktemp("own-kafka"))
    except Missing as missing:
        pytest.skip(str(missing))
    yield broker
    broker.stop()


@pytest.fixture
def broker(own_broker: OwnBroker) -> OwnBroker:
    own_broker.start()
    return own_broker


@pytest.fixture
def topic(broker: OwnBroker) -> str:
    return broker.make_topic(f"test-{uuid.uuid4().hex[:12]}")


def read_topic(kafka: KafkaCluster, topic: str) -> list[AnyEvent]:
    consumer = kafka_client.connect(KafkaConsumer, kafka, auto_offset_reset="earliest", enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    end = consumer.end_offsets([partition])[partition]
    events: list[AnyEvent] = []
    consumer.seek_to_beginning(partition)
    while len(events) < end:
        for records in consumer.poll(timeout_ms=200).values():
            events += [decode(record.value) for record in records]
    consumer.close()
    return events


def first_of_each(events: Sequence[AnyEvent]) -> list[AnyEvent]:
    """Leave out what arrived again under the same id, as the learner does."""
    return list({event.event_id: event for event in reversed(events)}.values())[::-1]


@pytest.fixture(params=["memory", *(pytest.param(client, marks=pytest.mark.integration) for client in KafkaClient)])
def seam(request: pytest.FixtureRequest, spool: Spool) -> Iterator[tuple[EventPublisher, Read]]:
    if request.param == "memory":
        memory = MemoryEventPublisher()
        yield memory, lambda: memory.events
        return
    servers: str = request.getfixturevalue("kafka_servers")
    topic: str = request.getfixturevalue("kafka_topic")
    real = EventPublisher(KafkaCluster(servers), spool, connect_by(request.param), topic)
    wait_until(lambda: real.is_up)
    yield real, lambda: read_topic(KafkaCluster(servers), topic)
    real.close()


def test_events_arrive_whole_and_in_order(seam: tuple[EventPublisher, Read]) -> None:
    publisher, read = seam
    sent = [a_view(number) for number in range(20)]

    for event in sent:
        publisher.publish(event)

    wait_until(lambda: len(read()) == 20)
    assert read() == sent


@pytest.mark.integration
def test_events_go_to_a_partition_that_was_added(
    kafka_servers: str, kafka_topic: str, spool: Spool, connect: Connect
) -> None:
    publisher = EventPublisher(KafkaCluster(kafka_servers), spool, connect, kafka_topic)
    consumer = KafkaConsumer(bootstrap_servers=kafka_servers, group_id=None)
    added, numbers = TopicPartition(kafka_topic, 1), count()

    def has_arrived() -> bool:
        publisher.publish(a_view(next(numbers), visitor=f"visitor-{uuid.uuid4().hex}"))
        return bool(consumer.end_offsets([added])[added])

    with closing(publisher), closing(consumer):
        wait_until(lambda: publisher.is_up)
        with closing(KafkaAdminClient(bootstrap_servers=kafka_servers)) as admin:
            admin.create_partitions({kafka_topic: NewPartitions(2)})
        wait_until(has_arrived)


@pytest.mark.integration
def test_events_of_an_outage_reach_kafka_once_it_is_there(
    kafka_servers: str, kafka_topic: str, spool: Spool, connect: Connect
) -> None:
    away = True

    def connect_later(kafka: KafkaCluster) -> Producer:
        if away:
            raise KafkaUnavailable("away")
        return connect(kafka)

    publisher = EventPublisher(KafkaCluster(kafka_servers), spool, connect_later, kafka_topic)
    sent = [a_view(number) for number in range(5)]
    for event in sent[:4]:
        publisher.publish(event)
    away = False
    wait_until(lambda: publisher.is_up)
    publisher.publish(sent[4])
    publisher.close()
    assert read_topic(KafkaCluster(kafka_servers), kafka_topic) == sent


@pytest.mark.integration
def test_a_visitor_has_the_same_partition_whatever_the_client(
    make_topic: Callable[..., str], kafka_servers: str
) -> None:
    topic = make_topic(partitions=4)
    keys = [f"visitor-{number}" * (1 + number % 3) + "é" * (number % 2) for number in range(300)]
    partitions: dict[KafkaClient, dict[str, int]] = {client: {} for client in KafkaClient}

    for client, found in partitions.items():
        producer = connect_by(client)(KafkaCluster(kafka_servers))
        producer.load_partitions(topic)
        for key in keys:

            def note(error: object, partition: int, offset: int, key: str = key, found: dict[str, int] = found) -> None:
                found[key] = partition

            producer.send(topic, key.encode(), b"{}", note)
        wait_until(lambda found=found: len(found) == len(keys))  # type: ignore[misc]  # bound at once
        producer.close(timeout=1)

    assert partitions[KafkaClient.LIBRDKAFKA] == partitions[KafkaClient.KAFKA_PYTHON]
    assert set(partitions[KafkaClient.LIBRDKAFKA].values()) == {0, 1, 2, 3}


@pytest.mark.integration
def test_a_broker_that_stops_and_comes_back_gets_all_events_in_order(
    broker: OwnBroker, topic: str, spool: Spool, connect: Connect
) -> None:
    publisher = EventPublisher(KafkaCluster(broker.servers), spool, connect, topic)
    wait_until(lambda: publisher.is_up)
    sent = [a_view(number) for number in range(40)]
    for event in sent[:10]:
        publisher.publish(event)

    broker.stop()
    for event in sent[10:20]:
        publisher.send(event)
    wait_until(lambda: not publisher.is_up)
    for event in sent[20:30]:
        publisher.publish(event)
    broker.start()
    wait_until(lambda: publisher.is_up)
    for event in sent[30:]:
        publisher.publish(event)
    publisher.close()

    assert first_of_each(read_topic(KafkaCluster(broker.servers), topic)) == sent


@pytest.mark.integration
def test_a_broker_that_answers_nothing_for_a_while_is_given_up_and_taken_back(
    broker: OwnBroker, topic: str, spool: Spool, connect: Connect
) -> None:
    publisher = EventPublisher(KafkaCluster(broker.servers), spool, connect, topic)
    wait_until(lambda: publisher.is_up)
    sent = [a_view(number) for number in range(20)]
    publisher.publish(sent[0])

    broker.hold()
    held = [publisher.send(event) for event in sent[1:10]]
    for delivery in held:
        delivery.wait()
    wait_until(lambda: not publisher.is_up)
    publisher.publish(sent[10])
    broker.go_on()
    wait_until(lambda: publisher.is_up)
    for event in sent[11:]:
        publisher.publish(event)
    publisher.close()

    assert first_of_each(read_topic(KafkaCluster(broker.servers), topic)) == sent


@pytest.mark.integration
def test_closing_while_the_broker_is_held_up_keeps_what_it_did_not_confirm(
    broker: OwnBroker, topic: str, spool: Spool, connect: Connect
) -> None:
    publisher = EventPublisher(KafkaCluster(broker.servers), spool, connect, topic)
    wait_until(lambda: publisher.is_up)
    broker.hold()
    publisher.send(a_view(0))

    publisher.close()

    broker.go_on()
    assert [decode(payload) for payload in spool.peek(9)] == [a_view(0)]


@pytest.mark.integration
def test_a_topic_that_is_not_there_is_no_kafka_to_send_to(kafka_servers: str, connect: Connect) -> None:
    producer = connect(KafkaCluster(kafka_servers))
    with pytest.raises(KafkaUnavailable):
        producer.load_partitions("no-such-topic")
    producer.close(timeout=0)


def test_where_nobody_listens_nothing_is_made(connect: Connect) -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        with pytest.raises(KafkaUnavailable, match="nothing listens"):
            connect(KafkaCluster(f"{LOOPBACK}:{free_port()}"))
    assert set(threading.enumerate()) == before


UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import json, os, socket, sys
from pathlib import Path
from connections.kafka_cluster import KafkaCluster
from storefront.events.event_publisher import EventPublisher
from storefront.events.kafka_connection import connect_by
from storefront.events.spool import Spool
from storefront.settings import KafkaClient
from tests.storefront.events.views import a_view, wait_until

servers, topic, client, folder = sys.argv[1:]
thread = monkey.get_original("threading", "get_ident")
threads = lambda: len(os.listdir("/proc/self/task"))
socket.getaddrinfo("localhost", 1)  # gevent keeps the thread that looks names up.
before = threads()
heard_in = []

def connect(kafka):
    producer = connect_by(KafkaClient(client))(kafka)
    send = producer.send

    def send_and_note(topic, key, value, on_delivery):
        send(topic, key, value, lambda *answer: (heard_in.append(thread()), on_delivery(*answer)))

    producer.send = send_and_note
    return producer

spool = Spool(Path(folder) / "s.jsonl", 10_000)
publisher = EventPublisher(KafkaCluster(servers), spool, connect, topic)
wait_until(lambda: publisher.is_up)
for delivery in [publisher.send(a_view(number)) for number in range(50)]:
    delivery.wait()
publisher.close()
print(json.dumps({"elsewhere": sum(one != thread() for one in heard_in), "left": threads() - before}))
"""


@pytest.mark.integration
@pytest.mark.parametrize("client", list(KafkaClient))
def test_under_gevent_all_is_heard_in_the_loops_own_thread_and_no_other_is_left(
    client: KafkaClient, kafka_servers: str, kafka_topic: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-W", "ignore", "-c", UNDER_GEVENT, kafka_servers, kafka_topic, client, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=2 * DEADLINE)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"elsewhere": 0, "left": 0}
