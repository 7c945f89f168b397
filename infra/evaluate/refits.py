"""Training the session network by the clock of the data: on what came before, and never on what comes later."""

import importlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from infra.evaluate.recent_visits import RecentVisits
from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.stream import Stream
from online_models.hybrid import Hybrid
from online_models.models.neural.weights import Weights
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback

HALF_DAY = 43_200.0
MOST_BY_TIME = 40
FIRST_SIGNALS = 1_000
FINE_TUNES = 4
"""Into so many parts a fine-tune each divides the time between two trainings from the beginning."""


class SessionTrainer(Protocol):
    """Trains the session network from the beginning, and on from there."""

    def refit(self, visits: Sequence[Sequence[str]], *, trained_at: float) -> Weights:
        """Return the weights that fit these visits. Raises `ValueError` if there is nothing to learn."""

    def fine_tune(self, new_visits: Sequence[Sequence[str]], *, trained_at: float) -> Weights:
        """Return the last weights, moved by these visits. Raises `ValueError` if there is nothing to learn."""


def find_trainer() -> SessionTrainer | None:
    """Return what trains the session network; None where TensorFlow is not installed."""
    try:
        if not importlib.import_module("training.packages").make_importable():
            return None
        trainer: SessionTrainer = importlib.import_module("training.session_gru").SessionGruTrainer()
    except ModuleNotFoundError:
        return None
    return trainer


class RefittedHybrid:
    """A hybrid that takes up new weights along a stream, as a shop's learner does.

    Once there are a thousand signals, the network is trained from the beginning each half day of the data, or as often
    as makes forty times in all, and fine-tuned three times in between. It is trained once more where the hybrid stops
    learning, before it is judged with its models frozen.

    Parameters
    ----------
    hybrid
        What is evaluated.
    trainer
        What trains its network.
    stream
        What it will learn: only its length in time is looked at.
    """

    def __init__(self, hybrid: Hybrid, trainer: SessionTrainer, stream: Stream) -> None:
        self._hybrid = hybrid
        self._trainer = trainer
        self._visits = RecentVisits()
        first, last = (float(stream.times[0]), float(stream.times[-1])) if len(stream) else (0.0, 0.0)
        self._pause = max(HALF_DAY, (last - first) / MOST_BY_TIME)
        self._refitted_at, self._refitted_signals = first, 0
        self._trained_at, self._trained_signals = first, 0
        self._now = first
        self._seconds = 0.0
        self.refits = 0
        """How often the network was trained from the beginning."""
        self.fine_tunes = 0
        """How often it was trained on from there."""

    def clock(self) -> float:
        """Return seconds since some moment, without those of training."""
        return time.perf_counter() - self._seconds

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the sources."""
        return self._hybrid.members

    def index(self, item: ItemId) -> int:
        """Return the index of an item, -1 where it is unknown."""
        return self._hybrid.index(item)

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> Slate:
        """Rank for a visitor, as `Hybrid.score` does."""
        return self._hybrid.score(visitor, now, session=session, excluded=excluded, keep_last=keep_last, n=n)

    def learn(self, feedback: Feedback, slate: Slate | None) -> None:
        """Train if it is time, on what came before; then learn the event."""
        if self._is_due(feedback.at, self._refitted_at + self._pause):
            self._refit(feedback.at)
        elif self.refits and self._is_due(feedback.at, self._trained_at + self._pause / FINE_TUNES):
            self._fine_tune(feedback.at)
        self._now = max(self._now, feedback.at)
        self._visits.add(feedback)
        self._hybrid.learn(feedback, slate)

    def walk(self, feedback: Feedback) -> None:
        """Train if anything was learned since; then advance the visitor's session."""
        if self._visits.signals > max(self._refitted_signals, FIRST_SIGNALS):
            self._refit(feedback.at)
        self._hybrid.walk(feedback)

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        """Return the stars that the visitor would give, None where nothing is known."""
        return self._hybrid.expected_rating(visitor, item)

    def _is_due(self, now: float, at: float) -> bool:
        return now >= at and self._visits.signals >= max(FIRST_SIGNALS, self._trained_signals + 1)

    def _refit(self, now: float) -> None:
        self._refitted_at, self._refitted_signals = now, self._visits.signals
        self._trained_at, self._trained_signals = now, self._visits.signals
        self._visits.take_changed()
        self.refits += self._take_up(self._trainer.refit, self._visits.all())

    def _fine_tune(self, now: float) -> None:
        self._trained_at, self._trained_signals = now, self._visits.signals
        self.fine_tunes += self._take_up(self._trainer.fine_tune, self._visits.take_changed())

    def _take_up(self, train: Callable[..., Weights], visits: Sequence[Sequence[str]]) -> bool:
        """Train and take up what comes of it. Return False where no visit has two items: all stays as it is."""
        started_at = time.perf_counter()
        try:
            self._hybrid.take_up(train(visits, trained_at=self._now))
        except ValueError:
            return False
        finally:
            self._seconds += time.perf_counter() - started_at
        return True
