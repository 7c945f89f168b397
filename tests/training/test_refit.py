"""The refit process on a log in memory: when it trains, what on, and what it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from online_models.models.neural.weights import Weights
from online_models.schema.events import AnyEvent, encode
from online_models.schema.weights_record import WeightsRecord
from tests.consumers.builders import NOW, a_view, an_erasure
from tests.training.builders import some_weights
from training.errors import OutOfReach, TooFewVisits
from training.event_reader import Appended
from training.refit import FEWEST_STEPS, REST, Pace, RefitProcess
from training.visit_window import VisitWindow

PACE = Pace(refit_seconds=1_000, fine_tune_seconds=100)
TRAINING_SECONDS = 3.0


@dataclass
class MemoryReader:
    """A log of one partition. What is appended beyond ``shown`` is there, and not handed out yet."""

    events: list[Appended] = field(default_factory=list)
    offset: int = 0
    shown: int | None = None
    is_down: bool = False
    is_closed: bool = False

    @property
    def offsets(self) -> Mapping[int, int]:
        return {0: self.offset}

    def read(self, timeout: float, most: int) -> Sequence[Appended]:
        self._reach()
        found = self.events[self.offset : self.shown][:most]
        self.offset += len(found)
        return found

    def end_offsets(self) -> Mapping[int, int]:
        self._reach()
        return {0: len(self.events)}

    def close(self) -> None:
        self.is_closed = True

    def _reach(self) -> None:
        if self.is_down:
            raise OutOfReach("the log is down")


class MemoryTrainer:
    """Notes what it is given. Each training gives other weights."""

    def __init__(self, shop: "Shop") -> None:
        self._shop = shop
        self.trainings: list[tuple[str, int]] = []
        self.visits: list[list[Sequence[str]]] = []

    def refit(
        self, visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        return self._train("refit", visits, position)

    def fine_tune(
        self, new_visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        return self._train("fine_tune", new_visits, position)

    def _train(self, kind: str, visits: Sequence[Sequence[str]], position: Mapping[str, int] | None) -> Weights:
        if self._shop.is_too_little:
            raise TooFewVisits("no visit has two items")
        self._shop.seconds += TRAINING_SECONDS
        self.trainings.append((kind, len(visits)))
        self.visits.append(list(visits))
        return some_weights(seed=len(self.trainings), position=position)


class MemoryFolder:
    def __init__(self) -> None:
        self.versions: list[str] = []
        self.positions: list[Mapping[str, int]] = []
        self.is_full = False

    def write(self, weights: Weights) -> int:
        if self.is_full:
            raise OSError("no space left")
        self.versions.append(weights.version)
        self.positions.append(weights.position)
        return 1_000


class MemoryPublisher:
    def __init__(self) -> None:
        self.records: list[WeightsRecord] = []
        self.is_down = False

    def publish(self, record: WeightsRecord) -> None:
        if self.is_down:
            raise OutOfReach("no answer")
        self.records.append(record)

    def close(self) -> None:
        """Nothing to let go of."""


class Shop:
    """A refit process with all around it in memory."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.is_too_little = False
        self.reader, self.folder, self.publisher = MemoryReader(), MemoryFolder(), MemoryPublisher()
        self.trainer = MemoryTrainer(self)
        self.built = 0
        self.process = RefitProcess(
            reader=self.reader,
            window=VisitWindow(),
            build_trainer=self._build,
            folder=self.folder,
            publisher=self.publisher,
            pace=PACE,
            elapsed=lambda: self.seconds,
            now=lambda: NOW + self.seconds,
        )
        self._visitors = 0

    def append(self, *events: AnyEvent) -> None:
        self.reader.events += [Appended(0, event.occurred_at, encode(event)) for event in events]

    def visit(self, visitors: int, items: int = 11) -> None:
        """Let so many new visitors come, each to some items."""
        for _ in range(visitors):
            self._visitors += 1
            self.append(*(a_view(f"v{self._visitors}", f"i{n}", NOW + n) for n in range(items)))

    def step(self, after: float = 0.0) -> list[tuple[str, int]]:
        self.seconds += after
        self.process.step()
        return self.trainer.trainings

    def _build(self) -> MemoryTrainer:
        self.built += 1
        return self.trainer


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_it_trains_once_there_is_something_to_learn_from(shop: Shop) -> None:
    shop.visit(FEWEST_STEPS // 10 - 1)
    assert (shop.step(), shop.built) == ([], 0)
    shop.visit(1)
    assert shop.step() == [("refit", FEWEST_STEPS // 10)]


def test_the_record_names_the_file_and_a_place_that_is_still_to_come(shop: Shop) -> None:
    shop.visit(60)
    shop.step()
    (record,), events = shop.publisher.records, len(shop.reader.events)
    assert [record.version] == shop.folder.versions
    assert shop.folder.positions == [{"interactions-0": events}]
    assert record.take_up[0] > events
    assert (record.training, record.items, record.size, record.seconds) == ("refit", 2, 1_000, TRAINING_SECONDS)


def test_between_refits_it_learns_what_is_new(shop: Shop) -> None:
    shop.visit(60)
    shop.step()
    shop.visit(25)
    assert shop.step(after=1) == [("refit", 60)], "it rests"
    assert shop.step(after=PACE.fine_tune_seconds) == [("refit", 60), ("fine_tune", 25)]
    assert shop.step(after=PACE.fine_tune_seconds) == [("refit", 60), ("fine_tune", 25)], "nothing is new"
    shop.visit(25)
    assert shop.step(after=PACE.refit_seconds)[-1] == ("refit", 110)
    assert len(shop.publisher.records) == 3
    assert shop.built == 1


def test_a_backlog_is_read_before_it_trains(shop: Shop) -> None:
    shop.visit(60)
    shop.reader.shown = 11 * 55
    assert shop.step() == []
    shop.reader.shown = None
    assert shop.step() == [("refit", 60)]


def test_it_rests_ten_times_as_long_as_it_trained() -> None:
    shop = Shop()
    shop.process.pace = Pace(1, 1)
    shop.visit(60)
    shop.step()
    shop.visit(60)
    assert len(shop.step(after=REST * TRAINING_SECONDS - 1)) == 1
    assert len(shop.step(after=1)) == 2


def test_an_erased_visitor_is_not_trained_on(shop: Shop) -> None:
    shop.visit(60)
    shop.append(a_view("ann", "secret"), a_view("ann", "i1", NOW + 1), an_erasure("ann", NOW + 2))
    shop.step()
    assert not any("secret" in visit for visit in shop.trainer.visits[0])


def test_what_is_no_event_is_passed_over(shop: Shop) -> None:
    shop.reader.events.append(Appended(0, NOW, b"nonsense"))
    shop.visit(60)
    assert shop.step() == [("refit", 60)]


def test_with_the_log_down_it_tries_again(shop: Shop) -> None:
    shop.visit(60)
    shop.reader.is_down = True
    assert shop.step() == []
    shop.reader.is_down = False
    assert shop.step() == [("refit", 60)]


def test_where_nobody_takes_the_record_the_next_training_brings_all_of_it(shop: Shop) -> None:
    shop.visit(60)
    shop.publisher.is_down = True
    shop.step()
    shop.publisher.is_down = False
    shop.visit(25)
    shop.step(after=PACE.fine_tune_seconds)
    assert [record.training for record in shop.publisher.records] == ["fine_tune"]


def test_with_the_disk_full_nothing_is_told(shop: Shop) -> None:
    shop.visit(60)
    shop.folder.is_full = True
    shop.step()
    assert shop.publisher.records == []


def test_where_there_is_too_little_to_learn_it_waits(shop: Shop) -> None:
    shop.visit(60)
    shop.is_too_little = True
    assert shop.step() == []
    shop.is_too_little = False
    shop.visit(25)
    assert shop.step(after=PACE.refit_seconds) == [("refit", 85)]
    assert len(shop.publisher.records) == 1
