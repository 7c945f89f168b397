"""Killed at any point and started again, the learner knows exactly what it would have known."""

import errno
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
import pytest

from consumers.kafka.record import number_of, place_of
from consumers.learner.checkpoint import SavePolicy
from consumers.learner.snapshot_store import SnapshotStore
from online_models.hybrid import Hybrid
from online_models.schema.events import AnyEvent, encode
from online_models.snapshot import SnapshotHeader
from online_models.snapshot import decode as decode_snapshot
from online_models.snapshot import encode as encode_snapshot
from online_models.update_result import UpdateResult
from tests.consumers.builders import a_drawn_list, a_shopping_day, a_view, an_erasure, with_impressions
from tests.consumers.fakes import MemoryEventLog, MemoryTopic
from tests.consumers.harness import Harness, append, in_pieces

OFTEN = SavePolicy(seconds=1e9, events=10)


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


class Fuse:
    """Kills the process when it comes by a named point for the n-th time."""

    def __init__(self, point: str = "", count: int = 0) -> None:
        self._point = point
        self._left = count

    def at(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                raise Killed(point)


class FusedModel(Hybrid):
    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self._fuse = fuse

    def learn_one(self, event: AnyEvent) -> UpdateResult:
        self._fuse.at("before learning")
        change = super().learn_one(event)
        self._fuse.at("after learning")
        return change


class FusedStore(SnapshotStore):
    def __init__(self, folder: Path, fuse: Fuse) -> None:
        super().__init__(folder)
        self._fuse = fuse

    def write(self, pieces: Iterable[bytes]) -> Path:
        self._fuse.at("before saving")
        path = super().write(self._half(pieces))
        self._fuse.at("after saving")
        return path

    def _half(self, pieces: Iterable[bytes]) -> Iterable[bytes]:
        yield from pieces
        self._fuse.at("half-way through saving")


class FusedLog(MemoryEventLog):
    def __init__(self, topic: MemoryTopic, fuse: Fuse) -> None:
        super().__init__(topic)
        self._fuse = fuse

    def commit(self, offsets: Mapping[int, int], timeout: float = 0.0) -> None:
        self._fuse.at("before the commit")
        super().commit(offsets)
        self._fuse.at("after the commit")


def live(topic: MemoryTopic, folder: Path, fuse: Fuse | None = None) -> Harness:
    fuse = fuse or Fuse()
    return Harness(topic, folder, FusedModel(fuse), FusedStore(folder, fuse), FusedLog(topic, fuse), OFTEN)


def tell_in_pieces(harness: Harness, events: list[AnyEvent]) -> None:
    for piece in in_pieces(events, 7):
        harness.tell(*piece)
        harness.clock.advance(1)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    harness = live(MemoryTopic(), tmp_path_factory.mktemp("uninterrupted"))
    tell_in_pieces(harness, a_shopping_day())
    return harness.dump()


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(
    "point",
    [
        "before learning",
        "after learning",
        "before saving",
        "half-way through saving",
        "after saving",
        "before the commit",
        "after the commit",
    ],
)
def test_killed_at_any_point_the_models_end_up_the_same(
    point: str, count: int, uninterrupted: bytes, tmp_path: Path
) -> None:
    topic = MemoryTopic()
    events = a_shopping_day()
    first = live(topic, tmp_path, Fuse(point, 9 * count if "learning" in point else count))
    with pytest.raises(Killed):
        tell_in_pieces(first, events)

    second = live(topic, tmp_path)
    second.loop.step()
    tell_in_pieces(second, events[len(topic.records) :])
    assert second.dump() == uninterrupted


def test_killed_again_and_again_the_models_end_up_the_same(uninterrupted: bytes, tmp_path: Path) -> None:
    topic = MemoryTopic()
    points = ("after learning", "before the commit", "half-way through saving", "after saving")
    for point, events in zip(points, in_pieces(a_shopping_day(), 30), strict=True):
        append(topic, events)
        with pytest.raises(Killed):
            live(topic, tmp_path, Fuse(point, 1)).loop.step()
    last = live(topic, tmp_path)
    last.loop.step()
    assert last.dump() == uninterrupted


def test_stopped_in_order_nothing_is_learned_again(uninterrupted: bytes, tmp_path: Path) -> None:
    topic = MemoryTopic()
    events = a_shopping_day()
    first = live(topic, tmp_path)
    first.tell(*events[:33])
    first.loop.finish()
    second = live(topic, tmp_path)
    second.tell(*events[33:])
    assert second.learner.learned == len(events) - 33
    assert second.dump() == uninterrupted
    assert sum(topic.commits["group"].values()) == len(events)


def test_a_damaged_snapshot_falls_back_to_the_one_before(uninterrupted: bytes, tmp_path: Path) -> None:
    topic = MemoryTopic()
    tell_in_pieces(live(topic, tmp_path), a_shopping_day())
    newest = max(tmp_path.glob("snapshot-*.bin"))
    newest.write_bytes(newest.read_bytes()[:-100])
    harness = live(topic, tmp_path)
    assert harness.learner.offsets, "the one before was used"
    harness.loop.step()
    assert harness.dump() == uninterrupted


def test_with_all_snapshots_damaged_everything_is_learned_again(uninterrupted: bytes, tmp_path: Path) -> None:
    topic = MemoryTopic()
    tell_in_pieces(live(topic, tmp_path), a_shopping_day())
    for path in tmp_path.glob("snapshot-*.bin"):
        path.write_bytes(b"nonsense")
    harness = live(topic, tmp_path)
    harness.loop.step()
    assert harness.dump() == uninterrupted


def of_another_format(snapshot: bytes) -> bytes:
    magic, version = snapshot[:7], snapshot[7]
    return magic + bytes([version + 1]) + snapshot[8:]


def of_another_state(snapshot: bytes) -> bytes:
    header, state = decode_snapshot(snapshot)
    del state[sorted(state)[0]]
    return b"".join(encode_snapshot(state, header))


@pytest.mark.parametrize("of_another_version", [of_another_format, of_another_state])
def test_snapshots_of_another_version_are_refused_and_the_log_is_learned_again(
    uninterrupted: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture, of_another_version: Callable[[bytes], bytes]
) -> None:
    topic = MemoryTopic()
    tell_in_pieces(live(topic, tmp_path), a_shopping_day())
    for path in tmp_path.glob("snapshot-*.bin"):
        path.write_bytes(of_another_version(path.read_bytes()))
    harness = live(topic, tmp_path)
    harness.loop.step()
    assert harness.dump() == uninterrupted
    assert "cannot be used" in caplog.text


def test_a_snapshot_that_cannot_be_opened_does_not_stop_the_learner(uninterrupted: bytes, tmp_path: Path) -> None:
    topic = MemoryTopic()
    tell_in_pieces(live(topic, tmp_path), a_shopping_day())
    for path in tmp_path.glob("snapshot-*.bin"):
        path.unlink()
        path.mkdir()
    harness = live(topic, tmp_path)
    harness.loop.step()
    assert harness.dump() == uninterrupted


def test_a_retry_from_before_the_restart_is_recognised(tmp_path: Path) -> None:
    topic = MemoryTopic()
    event = a_view()
    first = live(topic, tmp_path)
    first.tell(event)
    first.loop.finish()
    second = live(topic, tmp_path)
    second.tell(event)
    assert (second.learner.learned, second.learner.duplicates) == (0, 1)


def test_events_that_expired_before_they_were_learned_are_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    topic = MemoryTopic(1)
    first = live(topic, tmp_path)
    first.tell(*(a_view() for _ in range(3)))
    first.loop.finish()
    append(topic, [a_view() for _ in range(4)])
    topic.expire_before({0: 5})
    second = live(topic, tmp_path)
    second.loop.step()
    assert second.learner.learned == 2
    assert "2 events expired before they were learned" in caplog.text
    second.wait(1.0)
    status = second.status()
    assert status
    assert status.expired == 2


def test_events_that_expire_while_the_learner_is_behind_are_counted_too(tmp_path: Path) -> None:
    topic = MemoryTopic(2)
    harness = live(topic, tmp_path)
    harness.tell(a_view())
    partition = topic.records[0].partition
    append(topic, [a_view() for _ in range(6)])
    topic.expire_before({partition: 4})
    harness.loop.step()
    assert (harness.learner.learned, harness.learner.expired) == (4, 3)


def test_partitions_that_are_added_are_learned_at_once_and_nothing_twice(tmp_path: Path) -> None:
    topic = MemoryTopic(1)
    harness = live(topic, tmp_path)
    harness.tell(a_view("ann", "i1"))
    topic.add_partition()
    for number in range(3):
        topic.append(encode(a_view("ann", f"i{number}")), partition=1)
    harness.tell(a_view("bob", "i2"))
    harness.loop.finish()
    assert (harness.learner.learned, harness.learner.duplicates) == (5, 0)

    again = live(topic, tmp_path)
    again.loop.step()
    assert again.learner.learned == 0
    assert again.learner.offsets == topic.ends()


def test_a_topic_that_is_made_again_while_it_is_read_is_learned_from_its_start(tmp_path: Path) -> None:
    topic = MemoryTopic(1)
    harness = live(topic, tmp_path)
    harness.tell(*(a_view() for _ in range(3)))
    topic.recreate()
    harness.tell(*(a_view() for _ in range(5)))
    assert harness.learner.learned == 8
    assert harness.learner.offsets == {0: 5}


def test_a_recreated_topic_is_named_and_learned_from_its_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    topic = MemoryTopic(1)
    first = live(topic, tmp_path)
    first.tell(*(a_view() for _ in range(5)))
    first.loop.finish()
    topic.recreate()
    append(topic, [a_view(), a_view()])
    second = live(topic, tmp_path)
    second.loop.step()
    assert second.learner.learned == 2
    assert second.learner.offsets == {0: 2}
    assert "the topic was recreated" in caplog.text


def test_a_topic_that_was_made_again_and_is_longer_than_the_snapshot_is_learned_from_its_start(tmp_path: Path) -> None:
    topic = MemoryTopic(1)
    first = live(topic, tmp_path)
    first.tell(*(a_view() for _ in range(3)))
    first.loop.finish()
    topic.recreate()
    append(topic, [a_view() for _ in range(8)])
    second = live(topic, tmp_path)
    second.loop.step()
    assert (second.learner.learned, second.learner.expired) == (8, 0)
    second.loop.finish()

    third = live(topic, tmp_path)
    third.loop.step()
    assert third.learner.learned == 0


def test_a_topic_that_is_made_again_is_not_mixed_up_with_the_snapshot_of_the_one_before(tmp_path: Path) -> None:
    topic = MemoryTopic(2)
    first = live(topic, tmp_path)
    topic.append(encode(a_view("ann")), partition=0)
    first.tell()
    topic.recreate()
    topic.append(encode(a_view("bob")), partition=1)
    first.tell()
    first.loop.finish()
    for visitor in ("ann", "bob", "eve"):
        topic.append(encode(a_view(visitor)), partition=0)
    second = live(topic, tmp_path)
    second.loop.step()
    assert second.learner.learned == 3


def test_impressions_of_a_topic_of_their_own_are_learned_once_across_restarts(tmp_path: Path) -> None:
    topic, events = MemoryTopic(2, impressions=2), list(with_impressions(a_shopping_day()))
    first = live(topic, tmp_path)
    first.tell(*events[:60])
    first.loop.finish()
    second = live(topic, tmp_path)
    second.tell(*events[60:])
    assert first.learner.learned + second.learner.learned == len(events)
    assert second.learner.offsets == topic.ends()
    assert sum(offset for partition, offset in topic.ends().items() if place_of(partition)[0]) > 20


def test_where_impressions_lie_makes_no_difference_to_what_is_learned(tmp_path: Path) -> None:
    events = list(with_impressions(a_shopping_day()))
    states = []
    for name, topic in (("together", MemoryTopic(2)), ("apart", MemoryTopic(2, impressions=2))):
        harness = live(topic, tmp_path / name)
        for event in events:
            harness.tell(event)
        header = SnapshotHeader(positions={}, saved_at=0.0, product_version="")
        states.append(b"".join(encode_snapshot(harness.model.dump(), header)))
    assert states[0] == states[1], "the ranker, too"


def test_a_snapshot_from_before_there_was_a_topic_of_impressions_starts_at_its_beginning(tmp_path: Path) -> None:
    topic, events = MemoryTopic(2), list(with_impressions(a_shopping_day()))
    first = live(topic, tmp_path)
    first.tell(*events[:60])
    first.loop.finish()
    for _ in range(2):
        topic.add_impressions()
    append(topic, events[60:])
    second = live(topic, tmp_path)
    second.loop.step()
    assert (second.learner.learned, second.learner.duplicates) == (len(events) - 60, 0)
    assert second.learner.offsets == topic.ends()


def test_a_topic_of_impressions_that_is_made_again_takes_nothing_from_the_other(tmp_path: Path) -> None:
    topic = MemoryTopic(1, impressions=1)
    first = live(topic, tmp_path)
    first.tell(a_view(), a_view(), a_drawn_list(), a_drawn_list())
    first.loop.finish()
    topic.recreate(topic=1)
    append(topic, [a_drawn_list(), a_view()])
    second = live(topic, tmp_path)
    second.loop.step()
    assert (second.learner.learned, second.learner.duplicates) == (2, 0)
    topic.recreate(topic=1)
    second.tell(a_drawn_list(), a_drawn_list(), a_view())
    assert (second.learner.learned, second.learner.duplicates) == (5, 0)
    assert second.learner.offsets == topic.ends()


def test_impressions_that_expire_leave_all_else_to_be_learned(tmp_path: Path) -> None:
    topic = MemoryTopic(1, impressions=1)
    append(topic, [a_drawn_list() for _ in range(9)] + [a_view() for _ in range(3)])
    topic.expire_before({number_of(1, 0): 7})
    harness = live(topic, tmp_path)
    harness.loop.step()
    assert harness.learner.learned == 5


def test_a_full_disk_does_not_stop_learning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class FullStore(SnapshotStore):
        def write(self, pieces: Iterable[bytes]) -> Path:
            raise OSError(errno.ENOSPC, "No space left on device")

    harness = Harness(MemoryTopic(), tmp_path, store=FullStore(tmp_path), policy=OFTEN)
    tell_in_pieces(harness, a_shopping_day(events=40))
    assert harness.learner.learned == 40
    assert "No space left" in caplog.text
    assert harness.checkpoint.saved is None


def test_who_waited_for_a_list_when_the_learner_died_gets_it_after_the_restart(tmp_path: Path) -> None:
    topic = MemoryTopic()
    first = live(topic, tmp_path)
    first.outbox.down = True
    first.tell(*(a_view(f"v{n}", at=first.clock.now()) for n in range(20)))
    assert first.checkpoint.saved is not None, "the snapshot counts the clicks as learned"

    second = live(topic, tmp_path)
    second.loop.step()
    assert second.learner.learned == 0
    assert all(second.ranking(f"v{n}") for n in range(20))
    assert second.learner.offsets == topic.ends()


def test_who_had_their_list_is_not_ranked_again_after_a_restart(tmp_path: Path) -> None:
    topic = MemoryTopic()
    first = live(topic, tmp_path)
    first.tell(*(a_view(f"v{n}", at=first.clock.now()) for n in range(20)))
    second = live(topic, tmp_path)
    second.loop.step()
    assert second.ranker.ranked == 0


def test_lists_that_were_to_be_deleted_when_the_learner_died_are_deleted_after_the_restart(tmp_path: Path) -> None:
    topic = MemoryTopic()
    first = live(topic, tmp_path)
    first.tell(a_view("v1", at=first.clock.now()))
    kept = first.outbox.strings.copy()
    first.outbox.down = True
    first.tell(*(an_erasure(f"v{n}", at=first.clock.now()) for n in range(1, 20)))
    assert first.checkpoint.saved is not None

    second = live(topic, tmp_path)
    second.outbox.strings = kept
    second.loop.step()
    assert second.ranking("v1") is None


def test_a_snapshot_that_does_not_say_who_waited_ranks_nobody_again(tmp_path: Path) -> None:
    topic = MemoryTopic()
    first = live(topic, tmp_path)
    first.outbox.down = True
    first.tell(*(a_view(f"v{n}", at=first.clock.now()) for n in range(20)))
    newest = max(tmp_path.glob("snapshot-*.bin"))
    header, state = decode_snapshot(newest.read_bytes())
    newest.write_bytes(b"".join(encode_snapshot(state, msgspec.structs.replace(header, listed={}))))
    second = live(topic, tmp_path)
    second.loop.step()
    assert (second.learner.learned, second.ranker.ranked) == (0, 0)
