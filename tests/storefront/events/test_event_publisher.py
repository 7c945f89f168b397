import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event as Signal

import pytest

from connections.kafka_cluster import KafkaCluster
from online_models.schema.events import decode, encode
from storefront.events.event_publisher import EventPublisher
from storefront.events.producer import KafkaRefused, KafkaUnavailable, OnDelivery
from storefront.events.spool import Spool, SpoolFailed, SpoolFull
from tests.storefront.events.views import a_drawn_list, a_view, wait_until

NOWHERE = KafkaCluster("nowhere:1")


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
        self.refuses = False
        self.attempts = 0
        self.confirms = True
        self.log: list[bytes] = []
        self.keys: list[bytes] = []
        self.topics = {"interactions", "impressions"}
        self.sent_to: list[str] = []
        self.open: list[Answer] = []

    def connect(self, _kafka: KafkaCluster) -> "Broker":
        self.attempts += 1
        if self.refuses:
            raise KafkaRefused("the password is wrong")
        if not self.up:
            raise KafkaUnavailable("nothing listens")
        return self

    def load_partitions(self, topic: str) -> None:
        if topic not in self.topics:
            raise KafkaUnavailable("no such topic")

    def send(self, topic: str, key: bytes, value: bytes | None, on_delivery: OnDelivery) -> None:
        if not self.up or topic not in self.topics:
            raise KafkaUnavailable("timed out")
        self.sent_to.append(topic)
        answer = Answer(on_delivery)
        if self.confirms:
            self.log.append(value or b"")
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
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    yield publisher
    publisher.close()


def test_an_event_goes_out_under_its_visitor(kafka: EventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    kafka.publish(a_view(1, "v7"))
    assert (broker.keys, broker.ids) == ([b"v7"], ["e1"])


def test_impressions_go_to_a_topic_of_their_own_from_disk_too(broker: Broker, spool: Spool) -> None:
    broker.up = False
    with closing(EventPublisher(NOWHERE, spool, broker.connect, impressions="impressions")) as publisher:
        for event in (a_view(1), a_drawn_list(2)):
            publisher.publish(event)
        broker.up = True
        wait_until(lambda: publisher.is_up)
        for event in (a_drawn_list(3), a_view(4)):
            publisher.publish(event)
        assert list(zip(broker.ids, broker.sent_to, strict=True)) == [
            ("e1", "interactions"),
            ("e2", "impressions"),
            ("e3", "impressions"),
            ("e4", "interactions"),
        ]


def test_without_a_topic_of_their_own_impressions_go_where_all_events_go(
    broker: Broker, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECONDS", "PATIENCE"):
        monkeypatch.setattr(f"storefront.events.event_publisher.IMPRESSIONS_{name}", 0.01)
    broker.topics = {"interactions"}
    with closing(EventPublisher(NOWHERE, spool, broker.connect, impressions="impressions")) as publisher:
        wait_until(lambda: publisher.is_up)
        publisher.publish(a_drawn_list(1))
        assert broker.sent_to == ["interactions"]
        broker.topics.add("impressions")

        def goes_there() -> bool:
            publisher.publish(a_drawn_list(2))
            return broker.sent_to[-1] == "impressions"

        wait_until(goes_there)


def test_a_kafka_that_is_slow_to_name_the_topic_of_impressions_is_asked_again(
    broker: Broker, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.events.event_publisher.IMPRESSIONS_PATIENCE", 600.0)
    broker.topics = {"interactions"}
    with closing(EventPublisher(NOWHERE, spool, broker.connect, impressions="impressions")) as publisher:
        publisher.publish(a_drawn_list(1))
        broker.topics.add("impressions")
        wait_until(lambda: publisher.is_up and bool(broker.sent_to))
        assert broker.sent_to == ["impressions"]


def test_a_topic_of_impressions_that_is_gone_holds_up_nothing(
    broker: Broker, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.events.event_publisher.IMPRESSIONS_PATIENCE", 0.01)
    with closing(EventPublisher(NOWHERE, spool, broker.connect, impressions="impressions")) as publisher:
        wait_until(lambda: publisher.is_up)
        broker.topics = {"interactions"}
        publisher.publish(a_drawn_list(1))
        publisher.publish(a_view(2))
        wait_until(lambda: broker.ids == ["e1", "e2"])
        assert set(broker.sent_to) == {"interactions"}


def test_without_kafka_events_wait_on_disk_and_go_out_in_order(broker: Broker, spool: Spool) -> None:
    broker.up = False
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
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
    deliveries = [kafka.send(a_view(number)) for number in range(3)]
    broker.confirms = True

    broker.open[0].fail()
    kafka.publish(a_view(3))
    for delivery in deliveries:
        delivery.wait()

    wait_until(lambda: len(broker.log) == 4)
    assert broker.ids == ["e0", "e1", "e2", "e3"]


def test_a_late_confirmation_of_what_was_spooled_does_no_harm(kafka: EventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    broker.confirms = False
    for number in range(2):
        kafka.send(a_view(number))
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
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    wait_until(lambda: publisher.is_up)
    broker.confirms = False
    delivery = publisher.send(a_view(0))

    publisher.close()

    delivery.wait()
    assert [decode(payload).event_id for payload in spool.peek(9)] == ["e0"]


def test_the_next_process_sends_what_the_last_one_left(broker: Broker, spool: Spool) -> None:
    broker.up = False
    first = EventPublisher(NOWHERE, spool, connect=broker.connect)
    first.publish(a_view(0))
    first.close()
    broker.up = True

    second = EventPublisher(NOWHERE, spool, connect=broker.connect)

    wait_until(lambda: broker.ids == ["e0"])
    second.close()


def test_a_full_spool_is_said_to_the_sender(broker: Broker, tmp_path: Path) -> None:
    broker.up = False
    publisher = EventPublisher(NOWHERE, Spool(tmp_path / "s.jsonl", 150), connect=broker.connect)
    publisher.publish(a_view(0))
    with pytest.raises(SpoolFull):
        publisher.publish(a_view(1))
    publisher.close()


def test_a_line_that_is_no_event_is_passed_on_for_the_learner_to_refuse(broker: Broker, spool: Spool) -> None:
    spool.append([b'{"kind":"item_vie'])
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    wait_until(lambda: broker.log == [b'{"kind":"item_vie'])
    publisher.close()


def test_an_event_is_safe_when_kafka_has_confirmed_it_and_not_before(kafka: EventPublisher, broker: Broker) -> None:
    wait_until(lambda: kafka.is_up)
    broker.confirms = False
    delivery = kafka.send(a_view(0))
    assert not delivery.done()
    broker.open[0].confirm(0)
    delivery.wait()


def test_while_kafka_says_nothing_an_event_is_safe_on_disk_after_a_moment(
    broker: Broker, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.events.event_publisher.SLOW_SECONDS", 0.05)
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    wait_until(lambda: publisher.is_up)
    broker.confirms, broker.up = False, True
    delivery = publisher.send(a_view(0))
    broker.up = False

    delivery.wait()

    assert [decode(payload).event_id for payload in spool.peek(9)] == ["e0"]
    publisher.close()


class FailingSpool(Spool):
    """A disk that is full as long as the test says so."""

    is_full = True

    def append(self, payloads: Sequence[bytes]) -> int:
        if self.is_full:
            raise SpoolFailed("no space left on device")
        return super().append(payloads)


def test_an_event_that_is_safe_nowhere_is_refused_and_the_next_one_is_taken_when_there_is_room(
    broker: Broker, tmp_path: Path
) -> None:
    broker.up = False
    spool = FailingSpool(tmp_path / "s.jsonl", 10_000)
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    for number in range(3):
        with pytest.raises(SpoolFailed):
            publisher.publish(a_view(number))

    spool.is_full = False
    publisher.publish(a_view(3))

    broker.up = True
    wait_until(lambda: broker.ids == ["e3"])
    publisher.close()


def test_in_flight_when_kafka_stalls_and_the_disk_is_full_it_is_refused_unless_kafka_confirms_it_after_all(
    broker: Broker, tmp_path: Path
) -> None:
    spool = FailingSpool(tmp_path / "s.jsonl", 10_000)
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    wait_until(lambda: publisher.is_up)
    broker.confirms = False
    refused, safe = publisher.send(a_view(0)), publisher.send(a_view(1))

    broker.open[1].confirm(1)
    broker.open[0].fail()

    safe.wait()
    with pytest.raises(SpoolFailed):
        refused.wait()
    publisher.close()


def test_many_who_wait_for_the_disk_share_its_syncs(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.up = False
    syncs: list[int] = []
    may_sync = Signal()

    def sync(descriptor: int) -> None:
        syncs.append(descriptor)
        assert may_sync.wait(30)

    monkeypatch.setattr("storefront.events.spool.os.fsync", sync)
    publisher = EventPublisher(NOWHERE, Spool(tmp_path / "s.jsonl", 100_000), connect=broker.connect)
    first = publisher.send(a_view(0))
    wait_until(lambda: len(syncs) == 1)
    others = [publisher.send(a_view(number)) for number in range(1, 100)]
    assert not any(delivery.done() for delivery in (first, *others))

    may_sync.set()

    for delivery in (first, *others):
        delivery.wait()
    # One for the first, one for the name of the new file, one for all others.
    assert len(syncs) == 3
    publisher.close()


def test_what_other_processes_have_left_is_sent_too(broker: Broker, spool: Spool, tmp_path: Path) -> None:
    left = Spool(tmp_path / "left.jsonl", 10_000)
    left.append([encode(a_view(0)), encode(a_view(1))])
    orphans = [[left]]
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect, orphans=lambda: orphans.pop() if orphans else [])
    wait_until(lambda: publisher.is_up)
    assert broker.ids == ["e0", "e1"]
    assert not left
    publisher.close()


def test_what_is_left_while_kafka_is_up_is_found(
    broker: Broker, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.events.event_publisher.ORPHANS_SECONDS", 0.0)
    orphans: list[list[Spool]] = []
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect, orphans=lambda: orphans.pop() if orphans else [])
    wait_until(lambda: publisher.is_up)
    left = Spool(tmp_path / "left.jsonl", 10_000)
    left.append([encode(a_view(0))])
    orphans.append([left])
    wait_until(lambda: broker.ids == ["e0"])
    wait_until(lambda: publisher.is_up)
    publisher.close()


def test_where_kafka_refuses_the_password_events_wait_and_it_is_said_once_and_seldom_tried(
    broker: Broker, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storefront.events.event_publisher.REFUSED_SECONDS", 3_600.0)
    monkeypatch.setattr("storefront.events.event_publisher.RETRY_SECONDS", 0.001)
    broker.refuses = True
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    for number in range(20):
        publisher.publish(a_view(number))
    assert not publisher.is_up
    # Each pause is twice as long as the one before: in an hour there are two dozen.
    assert broker.attempts < 25
    assert [one.getMessage() for one in caplog.records] == ["Events wait on disk: the password is wrong"]
    publisher.close()
    assert [decode(payload).event_id for payload in spool.peek(100)] == [f"e{number}" for number in range(20)]


def test_once_the_password_is_right_what_waited_is_sent(
    broker: Broker, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storefront.events.event_publisher.REFUSED_SECONDS", 0.01)
    broker.refuses = True
    publisher = EventPublisher(NOWHERE, spool, connect=broker.connect)
    publisher.publish(a_view(0))
    wait_until(lambda: broker.attempts > 3)
    broker.refuses = False
    wait_until(lambda: publisher.is_up)
    assert broker.ids == ["e0"]
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
    publisher.close()
