"""What every event log does. Run by the fake and by real Kafka."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from time import monotonic

from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Record, number_of

PARTITIONS = 2
FURTHER = number_of(1, 0)
DEADLINE = 20.0


class EventLogSuite(ABC):
    """Subclasses say how to open a log on a fresh topic, and how to append to it."""

    @abstractmethod
    def open(self, group: str = "suite") -> EventLog: ...

    @abstractmethod
    def append(self, value: bytes | None, partition: int = 0) -> None: ...

    @abstractmethod
    def add_partition(self) -> None: ...

    @abstractmethod
    def make_again(self) -> None: ...

    @abstractmethod
    def add_further_topic(self) -> None:
        """Make the further topic that the log reads when it is there, with one partition."""

    @abstractmethod
    def append_further(self, value: bytes) -> None: ...

    @abstractmethod
    def make_further_again(self) -> None: ...

    def read(self, log: EventLog, count: int, most: int = 100) -> list[Record]:
        found: list[Record] = []
        deadline = monotonic() + DEADLINE
        while len(found) < count:
            assert monotonic() < deadline, f"only {len(found)} of {count} records came"
            found += log.poll(0.2, most)
        return found

    def test_nothing_to_read_is_no_records(self) -> None:
        assert not self.open().poll(0, 10)

    def test_records_come_back_as_they_were_appended(self) -> None:
        self.append(b"one", partition=1)
        (record,) = self.read(self.open(), 1)
        assert (record.partition, record.offset, record.value, record.headers) == (1, 0, b"one", ())
        assert record.appended_at > 1_600_000_000

    def test_a_record_without_a_value_comes_back_so(self) -> None:
        self.append(None)
        (record,) = self.read(self.open(), 1)
        assert record.value is None

    def test_a_reader_sees_all_partitions_in_the_order_of_each(self) -> None:
        for number in range(6):
            self.append(str(number).encode(), partition=number % PARTITIONS)
        records = self.read(self.open(), 6)
        assert [r.value for r in records if r.partition == 0] == [b"0", b"2", b"4"]
        assert [r.value for r in records if r.partition == 1] == [b"1", b"3", b"5"]

    def test_poll_returns_no_more_than_asked_for(self) -> None:
        for _ in range(5):
            self.append(b"x")
        log = self.open()
        first = self.read(log, 1, most=2)
        assert len(first) <= 2
        assert [r.offset for r in first + self.read(log, 5 - len(first))] == [0, 1, 2, 3, 4]

    def test_two_readers_of_one_group_each_read_everything(self) -> None:
        self.append(b"x")
        one, other = self.open(), self.open()
        assert [r.value for r in self.read(one, 1)] == [b"x"]
        assert [r.value for r in self.read(other, 1)] == [b"x"]

    def test_a_new_reader_starts_at_the_oldest_record_whatever_was_committed(self) -> None:
        self.append(b"x")
        log = self.open()
        self.read(log, 1)
        log.commit(log.offsets())
        _wait(lambda: log.committed() == {0: 1, 1: 0})
        assert [r.value for r in self.read(self.open(), 1)] == [b"x"]

    def test_seek_reads_on_from_there(self) -> None:
        for number in range(4):
            self.append(str(number).encode())
        log = self.open()
        log.seek({0: 2})
        assert [r.value for r in self.read(log, 2)] == [b"2", b"3"]
        log.seek({0: 1})
        assert [r.offset for r in self.read(log, 3)] == [1, 2, 3]

    def test_positions_move_with_what_was_read(self) -> None:
        self.append(b"x", partition=1)
        log = self.open()
        assert log.offsets() == {0: 0, 1: 0}
        self.read(log, 1)
        assert log.offsets() == {0: 0, 1: 1}

    def test_the_log_says_where_it_begins_and_ends(self) -> None:
        for _ in range(3):
            self.append(b"x", partition=1)
        log = self.open()
        assert log.beginning_offsets() == {0: 0, 1: 0}
        assert log.end_offsets() == {0: 0, 1: 3}

    def test_an_offset_past_the_end_reads_on_from_the_oldest_record(self) -> None:
        self.append(b"x")
        log = self.open()
        log.seek({0: 99})
        assert [r.offset for r in self.read(log, 1)] == [0]

    def test_commits_belong_to_the_group(self) -> None:
        self.append(b"x")
        mine, theirs = self.open("mine"), self.open("theirs")
        assert mine.committed() == {}
        mine.commit({0: 1})
        _wait(lambda: mine.committed() == {0: 1})
        assert theirs.committed() == {}

    def test_seek_ignores_partitions_that_the_topic_does_not_have(self) -> None:
        self.append(b"x")
        log = self.open()
        log.seek({7: 3})
        assert [r.value for r in self.read(log, 1)] == [b"x"]

    def test_a_partition_that_is_added_is_read_from_its_beginning(self) -> None:
        log = self.open()
        self.append(b"old")
        self.read(log, 1)
        self.add_partition()
        self.append(b"new", partition=PARTITIONS)
        self.append(b"newer", partition=PARTITIONS)
        self.append(b"old too")
        records = self.read(log, 3)
        assert [r.value for r in records if r.partition == PARTITIONS] == [b"new", b"newer"]
        assert [r.value for r in records if r.partition == 0] == [b"old too"]
        assert log.offsets() == {0: 2, 1: 0, PARTITIONS: 2}
        assert log.end_offsets() == log.offsets()

    def test_a_topic_that_is_made_again_is_read_from_its_beginning(self) -> None:
        log = self.open()
        self.append(b"old")
        self.add_partition()
        self.append(b"old too", partition=PARTITIONS)
        self.read(log, 2)
        self.make_again()
        for number in range(3):
            self.append(f"new {number}".encode())
        # Until the log notices, it may read on where it was: what it has read by then, it reads once more.
        found = self.read(log, 1)
        deadline = monotonic() + DEADLINE
        while [r.offset for r in found][-3:] != [0, 1, 2]:
            assert monotonic() < deadline, "the new topic was not read from its beginning"
            found += log.poll(0.2, 100)
        assert [r.value for r in found[-3:]] == [b"new 0", b"new 1", b"new 2"]

    def test_a_further_topic_is_read_with_the_first_and_numbered_after_it(self) -> None:
        self.add_further_topic()
        log = self.open()
        self.append(b"one")
        self.append_further(b"two")
        self.append(b"three", partition=1)
        records = self.read(log, 3)
        assert {(r.partition, r.offset, r.value) for r in records} == {
            (0, 0, b"one"),
            (FURTHER, 0, b"two"),
            (1, 0, b"three"),
        }
        assert log.offsets() == log.end_offsets() == {0: 1, 1: 1, FURTHER: 1}
        assert log.beginning_offsets() == {0: 0, 1: 0, FURTHER: 0}
        log.seek({FURTHER: 0})
        assert [r.value for r in self.read(log, 1)] == [b"two"]
        log.commit({0: 1, FURTHER: 1})
        _wait(lambda: log.committed() == {0: 1, FURTHER: 1})

    def test_a_backlog_of_two_topics_comes_in_the_order_in_which_it_was_appended(self) -> None:
        self.add_further_topic()
        for number in range(20):
            if number % 3:
                self.append(str(number).encode(), partition=number % PARTITIONS)
            else:
                self.append_further(str(number).encode())
        log = self.open()
        log.seek(log.beginning_offsets(), until=log.end_offsets())
        records = self.read(log, 20, most=3)
        stamps = [record.appended_at for record in records]
        assert stamps == sorted(stamps)
        assert sorted(int(record.value or b"") for record in records) == list(range(20))

    def test_a_further_topic_that_is_made_later_is_read_from_its_beginning(self) -> None:
        log = self.open()
        self.append(b"old")
        self.read(log, 1)
        self.add_further_topic()
        self.append_further(b"new")
        self.append_further(b"newer")
        records = self.read(log, 2)
        assert [(r.partition, r.offset, r.value) for r in records] == [(FURTHER, 0, b"new"), (FURTHER, 1, b"newer")]

    def test_a_further_topic_that_is_made_again_is_read_from_its_beginning_and_the_first_goes_on(self) -> None:
        self.add_further_topic()
        log = self.open()
        self.append(b"old")
        self.append_further(b"shown")
        self.append_further(b"shown too")
        self.read(log, 3)
        self.make_further_again()
        self.append_further(b"new")
        self.append(b"further")
        found = self.read(log, 1)
        deadline = monotonic() + DEADLINE
        while not {(FURTHER, 0, b"new"), (0, 1, b"further")} <= {(r.partition, r.offset, r.value) for r in found}:
            assert monotonic() < deadline, f"only {found} came"
            found += log.poll(0.2, 100)
        assert [r.offset for r in found if r.partition == 0] == [1]

    def test_closing_twice_is_closing(self) -> None:
        log = self.open()
        log.poll(0, 1)
        log.close()
        log.close()


def _wait(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + DEADLINE
    while not condition():
        assert monotonic() < deadline, "waited too long"
