"""What the rankers exchange: applied in the topic's order, each event once, and never a wrong thing."""

from dataclasses import dataclass

import pytest

from consumers.kafka.record import number_of
from consumers.learner.ranker_exchange import HELD_SECONDS, MOST_PARTITIONS, RankerExchange
from consumers.members.slots import slot_of
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.ranker_update import InvalidUpdate, LoggedUpdate, RankerUpdate, encode
from online_models.snapshot import SnapshotHeader
from tests.consumers.fakes import ManualClock, MemoryEventLog, MemoryPublisher, MemoryTopic


class Recorder(Hybrid):
    """Keeps the updates that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def apply(self, update: RankerUpdate) -> None:
        if update.ensemble:
            raise InvalidUpdate("of other sources")
        self.seen.append(f"{update.visitor} {update.at:.0f}")


def an_update(visitor: str = "v1", at: float = 1.0, ensemble: int = 0) -> RankerUpdate:
    return RankerUpdate(ensemble, "chosen", VisitorId(visitor), (ItemId("i1"),), at)


def a_header(updates: int | None = None, updated: dict[int, list[int]] | None = None) -> SnapshotHeader:
    return SnapshotHeader(positions={}, saved_at=0.0, product_version="", updates=updates, updated=updated or {})


@dataclass
class Reader:
    """One learner's exchange on a topic."""

    topic: MemoryTopic
    clock: ManualClock

    def __post_init__(self) -> None:
        self.model = Recorder()
        self.log = MemoryEventLog(self.topic)
        self.exchange = RankerExchange(self.model, self.clock, self.log, MemoryPublisher(self.topic))
        self.exchange.is_behind = False

    def run(self, *, learned: dict[int, int] | None = None) -> list[str]:
        self.exchange.run({0: 100} if learned is None else learned)
        return self.model.seen


@pytest.fixture
def reader() -> Reader:
    return Reader(MemoryTopic(1), ManualClock())


def append(topic: MemoryTopic, offset: int, update: RankerUpdate, partition: int = 0) -> None:
    topic.append(encode(LoggedUpdate(partition, offset, update)))


def test_what_one_publishes_all_apply_in_the_same_order(reader: Reader) -> None:
    other = Reader(reader.topic, reader.clock)
    record = MemoryTopic().append(b"")
    for visitor in ("v1", "v2", "v3"):
        reader.exchange.publish(record, an_update(visitor))
    assert reader.run() == other.run() == ["v1 1", "v2 1", "v3 1"]


def test_an_event_teaches_once_however_often_it_is_published(reader: Reader) -> None:
    for offset, at in ((5, 1.0), (6, 2.0), (5, 1.0), (6, 2.0), (7, 3.0)):
        append(reader.topic, offset, an_update(at=at))
    assert reader.run() == ["v1 1", "v1 2", "v1 3"]


def test_after_a_restart_nothing_is_applied_twice(reader: Reader) -> None:
    append(reader.topic, 5, an_update(at=1.0))
    reader.run()
    exchange, second = reader.exchange, Reader(reader.topic, reader.clock)
    second.exchange.restore(a_header(exchange.offset, exchange.updated))
    append(reader.topic, 5, an_update(at=1.0))
    append(reader.topic, 6, an_update(at=2.0))
    assert second.run() == ["v1 2"]


def test_an_update_waits_until_its_event_is_learned_here(reader: Reader) -> None:
    append(reader.topic, 5, an_update())
    append(reader.topic, 0, an_update("v2"))
    assert reader.run(learned={0: 5}) == []
    assert reader.run(learned={0: 6}) == ["v1 1", "v2 1"]


def test_a_learner_that_is_behind_lets_it_wait_as_long_as_it_takes(reader: Reader) -> None:
    append(reader.topic, 5, an_update())
    reader.exchange.is_behind = True
    for _ in range(5):
        assert reader.run(learned={0: 5}) == []
        reader.clock.advance(HELD_SECONDS)


def test_an_event_that_never_comes_does_not_hold_up_the_others(reader: Reader) -> None:
    append(reader.topic, 99, an_update("v1"))
    append(reader.topic, 0, an_update("v2"), partition=MOST_PARTITIONS)
    append(reader.topic, 1, an_update("v3"))
    for _ in range(4):
        reader.run(learned={0: 5})
        reader.clock.advance(HELD_SECONDS + 0.1)
    assert reader.model.seen == ["v1 1", "v3 1"]
    assert reader.exchange.refused == 1


def test_events_that_were_lost_are_waited_for_once_in_each_partition(reader: Reader) -> None:
    for offset in (97, 98, 99):
        append(reader.topic, offset, an_update(f"v{offset}"))
    append(reader.topic, 7, an_update("v7"))
    assert reader.run(learned={0: 5}) == []
    reader.clock.advance(HELD_SECONDS + 0.1)
    assert reader.run(learned={0: 5}) == ["v97 1", "v98 1", "v99 1", "v7 1"]
    append(reader.topic, 199, an_update("v199"))
    assert reader.run(learned={0: 8}) == ["v97 1", "v98 1", "v99 1", "v7 1"]


def test_an_update_of_a_partition_that_was_just_added_waits_and_is_applied(reader: Reader) -> None:
    append(reader.topic, 0, an_update("v1"), partition=number_of(1, 0))
    assert reader.run(learned={0: 5}) == []
    reader.clock.advance(HELD_SECONDS + 0.1)
    assert reader.run(learned={0: 5}) == ["v1 1"]
    assert reader.exchange.refused == 0


@pytest.mark.parametrize("payload", [None, b"", b"nonsense", b"\x93\x00\x00\x90", b"x" * 20_000])
def test_what_cannot_be_read_is_left_out(reader: Reader, payload: bytes | None) -> None:
    reader.topic.append(payload)
    append(reader.topic, 0, an_update())
    assert reader.run() == ["v1 1"]
    assert reader.exchange.refused == 1


def test_an_update_of_a_ranker_with_other_sources_is_left_out(reader: Reader) -> None:
    append(reader.topic, 0, an_update(ensemble=7))
    append(reader.topic, 1, an_update())
    assert reader.run() == ["v1 1"]


def test_it_goes_on_after_an_outage(reader: Reader) -> None:
    append(reader.topic, 0, an_update())
    reader.topic.down = True
    assert reader.run() == []
    reader.topic.down = False
    reader.clock.advance(5)
    assert reader.run() == ["v1 1"]


def test_where_updates_are_gone_it_starts_with_the_oldest(reader: Reader) -> None:
    for offset in range(3):
        append(reader.topic, offset, an_update(at=float(offset)))
    reader.topic.expire_before({0: 2})
    assert reader.run() == ["v1 2"]


def test_a_topic_that_was_made_anew_is_read_from_its_beginning(reader: Reader) -> None:
    reader.exchange.restore(a_header(updates=50))
    append(reader.topic, 0, an_update())
    assert reader.run() == ["v1 1"]


def test_a_partition_that_was_made_anew_is_learned_from_anew(reader: Reader) -> None:
    append(reader.topic, 50, an_update(at=1.0))
    reader.run()
    reader.exchange.forget_partition(0)
    append(reader.topic, 3, an_update(at=2.0))
    assert reader.run() == ["v1 1", "v1 2"]


def test_it_is_caught_up_once_it_has_applied_what_there_was(reader: Reader) -> None:
    append(reader.topic, 5, an_update())
    assert not reader.exchange.is_caught_up
    reader.run(learned={0: 0})
    assert not reader.exchange.is_caught_up
    reader.run(learned={0: 6})
    assert reader.exchange.is_caught_up


def test_a_learner_alone_hands_on_what_its_snapshot_says() -> None:
    alone = RankerExchange(Hybrid(), ManualClock())
    alone.restore(a_header(7, {0: [9]}))
    alone.run({0: 1})
    assert (alone.offset, alone.updated, alone.is_caught_up) == (7, {0: [9]}, True)


def test_slots_keep_events_of_different_visitors_apart(reader: Reader) -> None:
    one, other = "v1", next(f"v{n}" for n in range(2, 99) if slot_of(VisitorId(f"v{n}")) != slot_of(VisitorId("v1")))
    append(reader.topic, 9, an_update(one))
    append(reader.topic, 4, an_update(other))
    assert reader.run() == ["v1 1", f"{other} 1"]
