import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaConnectionError, KafkaTimeoutError

from online_models.events import AnyEvent, Event, EventId, ItemId, ItemViewed, VisitorId, decode
from storefront.events.event_publisher import EventPublisher, KafkaEventPublisher
from storefront.events.kafka_connection import make_producer
from storefront.events.spool import Spool, SpoolFull
from storefront.memory import MemoryEventPublisher

DEADLINE = 20.0


def a_view(number: int, visitor: str = "v1") -> ItemViewed:
    return ItemViewed(
        event_id=EventId(f"e{number}"), visitor=VisitorId(visitor), occurred_at=1.0 + number, item=ItemId("mug")
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


class Answer:
    """A producer's future, settled by the test."""

    def __init__(self) -> None:
        self._future: Future[Any] = Future()

    def add_callback(self, call: Callable[[Any], None]) -> None:
        self._future.add_done_callback(lambda done: None if done.exception() else call(done.result()))

    def add_errback(self, call: Callable[[BaseException], None]) -> None:
        self._future.add_done_callback(lambda done: call(done.exception()) if done.exception() else None)  # type: ignore[arg-type]  # tested just before

    def get(self, timeout: float) -> Any:
        return self._future.result(timeout)

    def confirm(self, offset: int) -> None:
        self._future.set_result(SimpleNamespace(partition=0, offset=offset))

    def fail(self) -> None:
        self._future.set_exception(KafkaTimeoutError())


class Broker:
    """A Kafka of one partition that confirms by itself, or when told, or not at all."""

    def __init__(self) -> None:
        self.up = True
        self.confirms = True
        self.log: list[bytes] = []
        self.keys: list[bytes] = []
        self.open: list[Answer] = []

    def connect(self, _bootstrap: str) -> "Broker":
        if not self.up:
            raise KafkaConnectionError
        return self

    def partitions_for(self, _topic: str) -> set[int]:
        return {0}

    def send(self, _topic: str, key: bytes, value: bytes) -> Answer:
        if not self.up:
            raise KafkaTimeoutError
        answer = Answer()
        if self.confirms:
            self.log.append(value)
            self.keys.append(key)
            answer.confirm(len(self.log) - 1)
        else:
            self.open.append(answer)
        return answer

    def flush(self, timeout: float) -> None:
        pass

    def close(self, timeout: float) -> None:
        pass

    @property
    def ids(self) -> list[str]:
        return [decode(payload).event_id for payload in self.log]


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.jsonl", 100_000)


@pytest.fixture
def kafka(broker: Broker, spool: Spool) -> Iterator[KafkaEventPublisher]:
    publisher = KafkaEventPublisher("nowhere:1", spool, connect=broker.connect)
    yield publisher
    publisher.close()


def test_an_event_goes_out_under_its_visitor(kafka: KafkaEventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    places: list[tuple[int, int]] = []

    kafka.publish(a_view(1, "v7"), lambda partition, offset: places.append((partition, offset)))

    assert broker.keys == [b"v7"]
    assert places == [(0, 0)]


def test_without_kafka_events_wait_on_disk_and_go_out_in_order(broker: Broker, spool: Spool) -> None:
    broker.up = False
    publisher = KafkaEventPublisher("nowhere:1", spool, connect=broker.connect)
    for number in range(5):
        publisher.publish(a_view(number))
    assert not publisher.is_up
    assert len(spool.peek(99)) == 5

    broker.up = True

    wait_until(lambda: publisher.is_up)
    publisher.publish(a_view(5))
    assert broker.ids == [f"e{number}" for number in range(6)]
    assert not spool
    publisher.close()


def test_a_failed_delivery_sends_all_that_was_unconfirmed_again_in_order(
    kafka: KafkaEventPublisher, broker: Broker
) -> None:
    wait_until(lambda: kafka.is_up)
    broker.confirms = False
    for number in range(3):
        kafka.publish(a_view(number))
    broker.confirms = True

    broker.open[0].fail()
    kafka.publish(a_view(3))

    wait_until(lambda: len(broker.log) == 4)
    assert broker.ids == ["e0", "e1", "e2", "e3"]


def test_a_late_confirmation_of_what_was_spooled_does_no_harm(kafka: KafkaEventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    broker.confirms = False
    places: list[tuple[int, int]] = []
    kafka.publish(a_view(0))
    kafka.publish(a_view(1), lambda partition, offset: places.append((partition, offset)))
    broker.confirms = True
    broker.open[0].fail()
    broker.open[1].confirm(9)
    wait_until(lambda: kafka.is_up)
    assert places == []
    assert broker.ids == ["e0", "e1"]


def test_a_kafka_that_never_answers_is_given_up(
    kafka: KafkaEventPublisher, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: kafka.is_up)
    monkeypatch.setattr("storefront.events.event_publisher.SLOW_SECONDS", 0.0)
    broker.confirms = False
    kafka.publish(a_view(0))
    broker.confirms = True

    wait_until(lambda: broker.ids == ["e0"])


def test_closing_keeps_what_is_unconfirmed(broker: Broker, spool: Spool) -> None:
    publisher = KafkaEventPublisher("nowhere:1", spool, connect=broker.connect)
    wait_until(lambda: publisher.is_up)
    broker.confirms = False
    publisher.publish(a_view(0))

    publisher.close()

    assert [decode(payload).event_id for payload in spool.peek(9)] == ["e0"]


def test_the_next_process_sends_what_the_last_one_left(broker: Broker, spool: Spool) -> None:
    broker.up = False
    first = KafkaEventPublisher("nowhere:1", spool, connect=broker.connect)
    first.publish(a_view(0))
    first.close()
    broker.up = True

    second = KafkaEventPublisher("nowhere:1", spool, connect=broker.connect)

    wait_until(lambda: broker.ids == ["e0"])
    second.close()


def test_a_full_spool_is_said_to_the_sender(broker: Broker, tmp_path: Path) -> None:
    broker.up = False
    publisher = KafkaEventPublisher("nowhere:1", Spool(tmp_path / "s.jsonl", 150), connect=broker.connect)
    publisher.publish(a_view(0))
    with pytest.raises(SpoolFull):
        publisher.publish(a_view(1))
    publisher.close()


def test_a_line_that_is_no_event_is_passed_on_for_the_learner_to_refuse(broker: Broker, spool: Spool) -> None:
    spool.append(b'{"kind":"item_vie')
    publisher = KafkaEventPublisher("nowhere:1", spool, connect=broker.connect)
    wait_until(lambda: broker.log == [b'{"kind":"item_vie'])
    publisher.close()


# One suite for the stand-in and for a real Kafka.

Read = Callable[[], Sequence[Event]]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.integration)])
def seam(request: pytest.FixtureRequest, spool: Spool) -> Iterator[tuple[EventPublisher, Read]]:
    if request.param == "memory":
        memory = MemoryEventPublisher()
        yield memory, lambda: memory.events
        return
    servers: str = request.getfixturevalue("kafka_servers")
    topic: str = request.getfixturevalue("kafka_topic")
    real = KafkaEventPublisher(servers, spool, topic=topic)
    wait_until(lambda: real.is_up)
    yield real, lambda: read_topic(servers, topic)
    real.close()


def read_topic(servers: str, topic: str) -> list[AnyEvent]:
    consumer = KafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False)
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


def test_events_arrive_whole_and_in_order(seam: tuple[EventPublisher, Read]) -> None:
    publisher, read = seam
    sent = [a_view(number) for number in range(20)]
    places: list[tuple[int, int]] = []

    for event in sent:
        publisher.publish(event, lambda partition, offset: places.append((partition, offset)))

    wait_until(lambda: len(places) == 20)
    assert read() == sent
    assert places == [(0, number) for number in range(20)]


@pytest.mark.integration
def test_events_of_an_outage_reach_kafka_once_it_is_there(kafka_servers: str, kafka_topic: str, spool: Spool) -> None:
    away = True

    def connect(servers: str) -> Any:
        if away:
            raise KafkaConnectionError
        return make_producer(servers)

    publisher = KafkaEventPublisher(kafka_servers, spool, connect=connect, topic=kafka_topic)
    sent = [a_view(number) for number in range(5)]
    for event in sent[:4]:
        publisher.publish(event)
    away = False
    wait_until(lambda: publisher.is_up)
    publisher.publish(sent[4])
    publisher.close()
    assert read_topic(kafka_servers, kafka_topic) == sent
