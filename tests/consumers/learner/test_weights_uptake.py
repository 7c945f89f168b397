"""Taking up weights: at the place that their record names, by all learners and again by a replay; or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from consumers.learner.checkpoint import SavePolicy
from consumers.learner.weights_uptake import PAUSE_SECONDS, WeightsUptake
from online_models.hybrid import Hybrid
from online_models.models.neural.weights import BrokenWeights, Weights
from online_models.schema.events import AnyEvent
from online_models.schema.weights_record import WeightsRecord, encode
from online_models.snapshot import SnapshotHeader
from online_models.update_result import UpdateResult
from tests.consumers.builders import a_shopping_day
from tests.consumers.fakes import InlineExecutor, ManualClock, MemoryEventLog, MemoryTopic
from tests.consumers.harness import Harness, append
from tests.training.builders import some_weights


class MemoryFiles:
    """Files by their version. Those that were torn, or are gone, raise what the real ones do."""

    def __init__(self) -> None:
        self.weights: dict[str, Weights | Exception] = {}
        self.read_versions: list[str] = []

    def read(self, version: str) -> Weights:
        self.read_versions.append(version)
        found = self.weights[version]
        if isinstance(found, Exception):
            raise found
        return found


class Recorder:
    """A model that notes what it takes up."""

    def __init__(self) -> None:
        self.weights: Weights | None = None
        self.taken: list[int] = []

    def prepare(self, weights: Weights) -> Weights:
        return weights

    def take_up(self, weights: Weights) -> None:
        self.weights = weights
        self.taken.append(weights.seed)


class CarefulExecutor(InlineExecutor):
    """Does at once what it is given, and keeps what that raises for who asks for the result."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        try:
            return super().submit(fn, *args, **kwargs)
        except (OSError, BrokenWeights) as error:
            future: Future[Any] = Future()
            future.set_exception(error)
            return future


class Published:
    """What the refit process has published: records in a topic, and files."""

    def __init__(self) -> None:
        self.topic = MemoryTopic(1)
        self.files = MemoryFiles()
        self.clock = ManualClock()

    def publish(
        self, seed: int, take_up: Mapping[int, int], file: Exception | None = None, position: int | None = None
    ) -> None:
        weights = some_weights(seed=seed)
        self.files.weights[weights.version] = file or weights
        record = WeightsRecord(
            version=weights.version,
            size=9,
            position=dict(take_up) if position is None else {0: position},
            take_up=dict(take_up),
            training="refit",
            items=2,
            seconds=1.0,
            trained_at=5.0,
        )
        self.topic.append(encode(record))

    def uptake(self, model: Any) -> WeightsUptake:
        return WeightsUptake(model, MemoryEventLog(self.topic), self.files, CarefulExecutor(), self.clock)


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def model() -> Recorder:
    return Recorder()


@pytest.fixture
def uptake(published: Published, model: Recorder) -> WeightsUptake:
    return published.uptake(model)


def test_they_are_taken_up_once_all_before_their_place_is_learned(
    published: Published, uptake: WeightsUptake, model: Recorder
) -> None:
    published.publish(1, {0: 5, 1: 3})
    uptake.poll()
    for learned in ({}, {0: 5}, {0: 4, 1: 3}, {0: 5, 1: 2}):
        uptake.run(learned)
        assert (model.taken, uptake.status, uptake.is_waiting) == ([], None, True)
    uptake.run({0: 5, 1: 3, 1_000_000: 0})
    assert (model.taken, uptake.is_waiting, uptake.offset) == ([1], False, 1)
    assert uptake.status is not None
    assert (uptake.status.items, uptake.status.trained_at) == (2, 5.0)
    assert uptake.status.taken_up_at == published.clock.now()


def test_of_several_that_are_due_the_last_is_taken_up(
    published: Published, uptake: WeightsUptake, model: Recorder
) -> None:
    for seed, offset in ((1, 5), (2, 6), (3, 9)):
        published.publish(seed, {0: offset})
    uptake.poll()
    uptake.run({0: 8})
    assert (model.taken, uptake.offset) == ([2], 2)
    uptake.run({0: 9})
    assert (model.taken, uptake.offset) == ([2, 3], 3)


def test_after_the_events_were_made_anew_nothing_waits_for_the_old_ones(
    published: Published, uptake: WeightsUptake, model: Recorder
) -> None:
    for seed, position in ((1, 900), (2, 950), (3, 4)):
        published.publish(seed, {0: position + 9}, position=position)
    uptake.poll()
    uptake.run({0: 13})
    assert (model.taken, uptake.is_waiting) == ([3], False)


def test_what_comes_later_is_heard_of_later(published: Published, uptake: WeightsUptake, model: Recorder) -> None:
    uptake.poll()
    published.publish(1, {0: 5})
    uptake.run({0: 9})
    assert model.taken == []
    uptake.poll()
    uptake.run({0: 9})
    assert model.taken == [1]


@pytest.mark.parametrize("error", [FileNotFoundError("gone"), BrokenWeights("torn"), PermissionError("not yours")])
def test_weights_that_cannot_be_read_leave_the_model_as_it_is(
    published: Published, uptake: WeightsUptake, model: Recorder, error: Exception
) -> None:
    published.publish(1, {0: 1})
    published.publish(2, {0: 2}, error)
    uptake.poll()
    uptake.run({0: 1})
    uptake.run({0: 2})
    assert (model.taken, uptake.refused, uptake.offset) == ([1], 1, 2)
    assert uptake.status is not None
    assert uptake.status.version == some_weights(seed=1).version


@pytest.mark.parametrize("payload", [None, b"", b"nonsense", b"{}", b"x" * 70_000])
def test_what_is_no_record_is_left_out(
    published: Published, uptake: WeightsUptake, model: Recorder, payload: bytes | None
) -> None:
    published.topic.append(payload)
    published.publish(1, {0: 0})
    uptake.poll()
    uptake.run({0: 0})
    assert (model.taken, uptake.refused) == ([1], 1)


def test_it_goes_on_after_an_outage(published: Published, uptake: WeightsUptake, model: Recorder) -> None:
    published.publish(1, {0: 0})
    published.topic.down = True
    uptake.poll()
    published.topic.down = False
    published.clock.advance(PAUSE_SECONDS)
    uptake.poll()
    uptake.run({0: 0})
    assert model.taken == [1]


def test_a_file_is_read_when_it_is_the_next(published: Published, uptake: WeightsUptake) -> None:
    for seed in range(5):
        published.publish(seed, {0: 10 * seed})
    uptake.poll()
    assert len(published.files.read_versions) == 1
    uptake.run({0: 0})
    assert len(published.files.read_versions) == 2
    uptake.run({0: 30})
    assert len(published.files.read_versions) == 4, "one of two that were due was passed over"


def test_after_a_restart_it_goes_on_behind_what_was_taken_up(
    published: Published, uptake: WeightsUptake, model: Recorder
) -> None:
    for seed, offset in ((1, 5), (2, 9)):
        published.publish(seed, {0: offset})
    uptake.poll()
    uptake.run({0: 5})
    again = published.uptake(model)
    again.restore(SnapshotHeader(positions={}, saved_at=0.0, product_version="", weights=uptake.offset))
    assert again.status is not None
    again.poll()
    again.run({0: 5})
    assert model.taken == [1]
    again.run({0: 9})
    assert model.taken == [1, 2]


def test_where_the_topic_was_made_anew_it_is_read_from_its_beginning(
    published: Published, uptake: WeightsUptake, model: Recorder
) -> None:
    published.publish(1, {0: 0})
    uptake.restore(SnapshotHeader(positions={}, saved_at=0.0, product_version="", weights=50))
    uptake.poll()
    uptake.run({0: 0})
    assert model.taken == [1]


class Diary(Hybrid):
    """A hybrid that notes in which order it learned and took up."""

    def __init__(self) -> None:
        super().__init__()
        self.deeds: list[str] = []

    def learn_one(self, event: AnyEvent) -> UpdateResult:
        self.deeds.append(event.event_id)
        return super().learn_one(event)

    def take_up(self, weights: Any) -> None:
        super().take_up(weights)
        self.deeds.append(f"weights {self.weights_version:.8}")


PLACES = ({0: 15, 1: 5}, {0: 30, 1: 9}, {0: 45, 1: 20})
OFTEN = SavePolicy(seconds=30, events=25)


def a_learner(published: Published, topic: MemoryTopic, folder: Path, name: str) -> Harness:
    learner = Harness(topic, folder / name, Diary(), policy=OFTEN)
    learner.learner.weights = learner.checkpoint.weights = published.uptake(learner.model)
    # Again, now that it can take weights up.
    learner.loop.start()
    return learner


def pieces(events: Iterable[AnyEvent], sizes: Iterator[int]) -> Iterator[list[AnyEvent]]:
    left = list(events)
    while left:
        size = next(sizes)
        yield left[:size]
        left = left[size:]


def test_all_learners_take_up_at_the_same_place_and_are_equal(published: Published, tmp_path: Path) -> None:
    topic = MemoryTopic()
    for seed, place in enumerate(PLACES):
        published.publish(seed, place)
    one, other = (a_learner(published, topic, tmp_path, name) for name in ("one", "other"))
    for events in pieces(a_shopping_day(), iter([1, 30, 2, 7, 40, 3, 99])):
        append(topic, events)
        one.loop.step()
    while other.learner.offsets != one.learner.offsets:
        other.loop.step()
    for learner in (one, other):
        assert isinstance(learner.model, Diary)
        assert sum(deed.startswith("weights") for deed in learner.model.deeds) == len(PLACES)
    assert one.model.deeds == other.model.deeds  # type: ignore[attr-defined]  # diaries, as above
    assert one.dump() == other.dump()


def test_a_learner_that_was_killed_equals_one_that_never_stopped(published: Published, tmp_path: Path) -> None:
    topic, events = MemoryTopic(), a_shopping_day()
    for seed, place in enumerate(PLACES):
        published.publish(seed, place)
    steady, killed = (a_learner(published, topic, tmp_path, name) for name in ("steady", "killed"))
    for number, some in enumerate(pieces(events, iter([10] * 99))):
        append(topic, some)
        steady.loop.step()
        killed.loop.step()
        if number % 3 == 2:
            killed = a_learner(published, topic, tmp_path, "killed")
    killed.loop.step()
    assert killed.model.weights_version == steady.model.weights_version != ""
    assert killed.dump() == steady.dump()
