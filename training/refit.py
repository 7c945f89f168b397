"""The refit process: reads the log, trains now and then, and publishes what came of it."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from online_models.models.neural.weights import Weights
from online_models.schema.events import InvalidEvent
from online_models.schema.keyspace import INTERACTIONS
from online_models.schema.records.event_record import read_event
from online_models.schema.weights_record import WeightsRecord
from training.errors import OutOfReach, TooFewVisits
from training.event_reader import Appended
from training.take_up import AppendRates
from training.visit_window import VisitWindow

_log = logging.getLogger(__name__)

LONGEST_READ, MOST_READ = 1.0, 5_000
PAUSE_WITHOUT_LOG = 2.0
FEWEST_STEPS = 500
"""From one item of a visit to the next. With fewer, there is nothing to learn from."""

FEWEST_CHANGED = 20
"""Visits that have begun or gone on, for which it is worth to train."""

REST = 10.0
"""After a training, none for so many times as long as it took: it has a tenth of one core at most."""

Training = Literal["refit", "fine_tune"]


class WeightsTrainer(Protocol):
    """Whoever trains. `training.session_gru.SessionGruTrainer` does, and imports TensorFlow."""

    def refit(
        self, visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        """Learn visits from the beginning."""

    def fine_tune(
        self, new_visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        """Learn some more."""


class Reader(Protocol):
    """Where events come from. All but `close` may raise `OutOfReach`."""

    @property
    def offsets(self) -> Mapping[int, int]:
        """The offset of the next event, by partition."""

    def read(self, timeout: float, most: int) -> Sequence[Appended]:
        """Return the next events, waiting for the first."""

    def end_offsets(self) -> Mapping[int, int]:
        """Return the offset that the next event will get, by partition."""

    def close(self) -> None:
        """Disconnect."""


class RecordPublisher(Protocol):
    """Whoever tells the learners."""

    def publish(self, record: WeightsRecord) -> None:
        """Append a record. Raises `OutOfReach`."""

    def close(self) -> None:
        """Disconnect."""


class Folder(Protocol):
    """Where weights are kept."""

    def write(self, weights: Weights) -> int:
        """Write weights and return the size of the file. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The shortest time between two refits, and between any training and the next, in seconds."""

    refit_seconds: float
    fine_tune_seconds: float


@dataclass(slots=True)
class RefitProcess:
    """What one step does, in order.

    Attributes
    ----------
    build_trainer
        Called when there is something to train from for the first time.
    elapsed, now
        Seconds since some moment, and since 1970.
    """

    reader: Reader
    window: VisitWindow
    build_trainer: Callable[[], WeightsTrainer]
    folder: Folder
    publisher: RecordPublisher
    pace: Pace
    elapsed: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    published: int = 0
    _trainer: WeightsTrainer | None = None
    _rates: AppendRates = field(default_factory=AppendRates)
    _refit_at: float = float("-inf")
    _train_at: float = float("-inf")
    _is_out_of_reach: bool = False

    def run(self, stop: threading.Event) -> None:
        """Step until told to stop."""
        try:
            while not stop.is_set():
                self.step()
                if self._is_out_of_reach:
                    stop.wait(PAUSE_WITHOUT_LOG)
        finally:
            self.reader.close()
            self.publisher.close()

    def step(self) -> None:
        """Read what has come, and train if it is time and nothing more has come."""
        try:
            events = self.reader.read(LONGEST_READ, MOST_READ)
            self._note(events)
            if len(events) < MOST_READ and (training := self._due()) and self._is_read():
                self._train(training)
        except OutOfReach as error:
            if not self._is_out_of_reach:
                _log.warning("%s; trying again", error)
            self._is_out_of_reach = True
        else:
            self._is_out_of_reach = False

    def _note(self, events: Sequence[Appended]) -> None:
        for appended in events:
            self._rates.note(appended.partition, appended.appended_at)
            try:
                event = read_event(appended.value, appended.headers)
            except InvalidEvent:
                continue  # The learner parks it.
            self.window.add(event)

    def _due(self) -> Training | None:
        elapsed, window = self.elapsed(), self.window
        if elapsed < self._train_at or window.changed < FEWEST_CHANGED or window.items - len(window) < FEWEST_STEPS:
            return None
        return "refit" if elapsed >= self._refit_at else "fine_tune"

    def _is_read(self) -> bool:
        ends, offsets = self.reader.end_offsets(), self.reader.offsets
        return all(offsets.get(partition, 0) >= end for partition, end in ends.items())

    def _train(self, training: Training) -> None:
        """Train, and publish. What cannot be written or published is gone: the next training brings all of it."""
        started, changed = self.elapsed(), self.window.take_changed()
        weights = self._learn(training, changed)
        finished = self.elapsed()
        seconds = finished - started
        self._train_at = finished + max(self.pace.fine_tune_seconds, REST * seconds)
        if training == "refit":
            self._refit_at = finished + max(self.pace.refit_seconds, REST * seconds)
        if weights is not None:
            self._publish(weights, training, seconds)

    def _learn(self, training: Training, changed: Sequence[Sequence[str]]) -> Weights | None:
        trainer = self._trainer = self._trainer or self.build_trainer()
        position = {f"{INTERACTIONS.name}-{number}": offset for number, offset in sorted(self.reader.offsets.items())}
        trained_at = self.window.newest_at
        try:
            if training == "refit":
                return trainer.refit(self.window.visits(), position=position, trained_at=trained_at)
            return trainer.fine_tune(changed, position=position, trained_at=trained_at)
        except TooFewVisits as error:
            _log.info("no %s: %s", training, error)
            return None

    def _publish(self, weights: Weights, training: Training, seconds: float) -> None:
        try:
            size = self.folder.write(weights)
        except OSError as error:
            _log.error("weights cannot be written, learners keep what they have: %s", error)
            return
        record = WeightsRecord(
            version=weights.version,
            size=size,
            position=dict(self.reader.offsets),
            take_up=self._rates.place(self.reader.end_offsets(), self.now()),
            training=training,
            items=len(weights.item_ids),
            seconds=round(seconds, 2),
            trained_at=weights.trained_at,
        )
        self.publisher.publish(record)
        self.published += 1
        _log.info(
            "%s of %d visits in %.1f s: weights %.12s of %d items, to be taken up at %s",
            *(training, len(self.window), seconds, weights.version, record.items, record.take_up),
        )
