from collections.abc import Iterator
from pathlib import Path

import pytest

from online_models.schema.events import decode
from storefront.events.event_publisher import EventPublisher
from storefront.events.producer import KafkaUnavailable, OnDelivery
from storefront.events.spool import Spool, SpoolFull
from tests.storefront.events.views import a_view, wait_until


class Answer:
    """What the publisher hears of one record, when the test says so."""

    def __init__(self, on_delivery: OnDelivery) -> None:
        self._on_delivery = on_delivery

    def confirm(self, offset: int) -> None:
        self._on_delivery(None, 0, offset)

    def fail(self) -> None:
        self._on_delivery(KafkaUnavailable("timed out"), -1, -1)


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
            raise KafkaUnavailable("nothing listens")
        return self

    def load_partitions(self, topic: str) -> None:
        pass

    def send(self, topic: str, key: bytes, value: bytes, on_delivery: OnDelivery) -> None:
        if not self.up:
            raise KafkaUnavailable("timed out")
        answer = Answer(on_delivery)
        if self.confirms:
            self.log.append(value)
            self.keys.append(key)
            answer.confirm(len(self.log) - 1)
        else:
            self.open.append(answer)

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
def kafka(broker: Broker, spool: Spool) -> Iterator[EventPublisher]:
    publisher = EventPublisher("nowhere:1", spool, connect=broker.connect)
    yield publisher
    publisher.close()


def test_an_event_goes_out_under_its_visitor(kafka: EventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    kafka.publish(a_view(1, "v7"))
    assert (broker.keys, broker.ids) == ([b"v7"], ["e1"])


def test_without_kafka_events_wait_on_disk_and_go_out_in_order(broker: Broker, spool: Spool) -> None:
    broker.up = False
    publisher = EventPublisher("nowhere:1", spool, connect=broker.connect)
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


def test_a_failed_delivery_sends_all_that_was_unconfirmed_again_in_order(kafka: EventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    broker.confirms = False
    for number in range(3):
        kafka.publish(a_view(number))
    broker.confirms = True

    broker.open[0].fail()
    kafka.publish(a_view(3))

    wait_until(lambda: len(broker.log) == 4)
    assert broker.ids == ["e0", "e1", "e2", "e3"]


def test_a_late_confirmation_of_what_was_spooled_does_no_harm(kafka: EventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    broker.confirms = False
    for number in range(2):
        kafka.publish(a_view(number))
    broker.confirms = True
    broker.open[0].fail()
    broker.open[1].confirm(9)
    wait_until(lambda: kafka.is_up)
    assert broker.ids == ["e0", "e1"]


def test_a_kafka_that_never_answers_is_given_up(
    kafka: EventPublisher, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: kafka.is_up)
    monkeypatch.setattr("storefront.events.event_publisher.SLOW_SECONDS", 0.0)
    broker.confirms = False
    kafka.publish(a_view(0))
    broker.confirms = True

    wait_until(lambda: broker.ids == ["e0"])


def test_closing_keeps_what_is_unconfirmed(broker: Broker, spool: Spool) -> None:
    publisher = EventPublisher("nowhere:1", spool, connect=broker.connect)
    wait_until(lambda: publisher.is_up)
    broker.confirms = False
    publisher.publish(a_view(0))

    publisher.close()

    assert [decode(payload).event_id for payload in spool.peek(9)] == ["e0"]


def test_the_next_process_sends_what_the_last_one_left(broker: Broker, spool: Spool) -> None:
    broker.up = False
    first = EventPublisher("nowhere:1", spool, connect=broker.connect)
    first.publish(a_view(0))
    first.close()
    broker.up = True

    second = EventPublisher("nowhere:1", spool, connect=broker.connect)

    wait_until(lambda: broker.ids == ["e0"])
    second.close()


def test_a_full_spool_is_said_to_the_sender(broker: Broker, tmp_path: Path) -> None:
    broker.up = False
    publisher = EventPublisher("nowhere:1", Spool(tmp_path / "s.jsonl", 150), connect=broker.connect)
    publisher.publish(a_view(0))
    with pytest.raises(SpoolFull):
        publisher.publish(a_view(1))
    publisher.close()


def test_a_line_that_is_no_event_is_passed_on_for_the_learner_to_refuse(broker: Broker, spool: Spool) -> None:
    spool.append(b'{"kind":"item_vie')
    publisher = EventPublisher("nowhere:1", spool, connect=broker.connect)
    wait_until(lambda: broker.log == [b'{"kind":"item_vie'])
    publisher.close()
