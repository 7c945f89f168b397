"""The session network is trained by the clock of the data, on what came before."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from infra.evaluate.inputs import EvaluationOptions, read_inputs
from infra.evaluate.refits import FINE_TUNES, FIRST_SIGNALS, HALF_DAY, RefittedHybrid, find_trainer
from infra.evaluate.run import build_hybrid, run, with_refits
from infra.stack.display import Display
from online_models.evaluation.stream import Stream
from online_models.hybrid import Hybrid
from online_models.models.neural.weights import Weights
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from tests.online_models.networks import a_network


class Drawn:
    """Draws weights in place of training, and notes on what."""

    def __init__(self) -> None:
        self.trained: list[tuple[float, list[Sequence[str]]]] = []
        self.tuned: list[tuple[float, list[Sequence[str]]]] = []

    def refit(self, visits: Sequence[Sequence[str]], *, trained_at: float) -> Weights:
        if not visits:
            raise ValueError("no visit has two items")
        self.trained.append((trained_at, [tuple(visit) for visit in visits]))
        return a_network(sorted({item for visit in visits for item in visit}), seed=len(self.trained))

    def fine_tune(self, new_visits: Sequence[Sequence[str]], *, trained_at: float) -> Weights:
        if not new_visits:
            raise ValueError("no visit has two items")
        self.tuned.append((trained_at, [tuple(visit) for visit in new_visits]))
        return a_network(sorted({item for visit in new_visits for item in visit}), seed=len(self.tuned))


def a_stream(times: Sequence[float]) -> Stream:
    count = len(times)
    numbers = np.arange(count, dtype=np.int32)
    return Stream(
        times=np.array(times, np.float64),
        visitors=numbers // 4,
        items=numbers * 7 % 11,
        sessions=np.full(count, -1, np.int32),
        kinds=np.zeros(count, np.int8),
        rewards=np.ones(count, np.float32),
        ratings=np.full(count, np.nan),
        visitor_names=[f"v{number}" for number in range(count)],
        item_names=[f"i{number}" for number in range(11)],
        session_names=[],
    )


def walked(times: Sequence[float]) -> tuple[RefittedHybrid, Drawn]:
    stream, trainer = a_stream(times), Drawn()
    hybrid = RefittedHybrid(Hybrid(), trainer, stream)
    for feedback in stream.feedbacks():
        hybrid.learn(feedback, None)
    return hybrid, trainer


def test_it_is_trained_each_half_day_once_there_is_enough() -> None:
    pace = HALF_DAY / (FIRST_SIGNALS - 200)
    hybrid, trainer = walked([pace * number for number in range(5 * FIRST_SIGNALS - 100)])
    ends = [at / HALF_DAY for at, _ in trainer.trained]
    assert ends == pytest.approx([1.25, 2.25, 3.25, 4.25, 5.25], abs=0.01)
    assert hybrid.refits == len(ends)


def test_it_is_fine_tuned_in_between_on_what_has_come_since() -> None:
    pace = HALF_DAY / (FIRST_SIGNALS + 200)
    hybrid, trainer = walked([pace * number for number in range(3 * FIRST_SIGNALS)])
    first, second = (at for at, _ in trainer.trained)
    between = [(at, visits) for at, visits in trainer.tuned if first < at < second]
    part = HALF_DAY / FINE_TUNES
    assert [at - first for at, _ in between] == pytest.approx([part, 2 * part, 3 * part], abs=4 * pace)
    assert all(len(visits) == pytest.approx(part / pace / 4, abs=2) for _, visits in between)
    assert hybrid.fine_tunes == len(trainer.tuned)


def test_in_a_few_hours_it_is_not_trained() -> None:
    _, trainer = walked([3.0 * number for number in range(3 * FIRST_SIGNALS)])
    assert not trainer.trained


def test_a_year_is_not_trained_on_more_than_forty_times_by_the_clock() -> None:
    _, trainer = walked([number // 4 * 86_400.0 + number % 4 for number in range(8 * FIRST_SIGNALS)])
    assert 30 <= len(trainer.trained) <= 40


def test_it_never_trains_on_what_comes_later() -> None:
    _, trainer = walked([60.0 * number for number in range(3_000)])
    assert trainer.trained
    for at, visits in trainer.trained:
        assert sum(map(len, visits)) <= at / 60.0 + 1


def test_a_few_events_are_not_trained_on() -> None:
    hybrid, trainer = walked([float(number) for number in range(FIRST_SIGNALS // 2)])
    assert not trainer.trained
    assert hybrid.refits == 0


def test_what_was_learned_last_is_trained_on_before_the_models_are_frozen() -> None:
    hybrid, trainer = walked([float(number) for number in range(1_400)])
    for item in ("i1", "i2"):
        hybrid.walk(Feedback(VisitorId("new"), ItemId(item), "view", 1.0, 1_500.0))
    assert [at for at, _ in trainer.trained] == [1_399.0]
    assert not any("new" in visit for _, visits in trainer.trained for visit in visits)


def test_without_visits_of_two_items_nothing_is_taken_up() -> None:
    stream, trainer = a_stream([1e5 * number for number in range(1_200)]), Drawn()
    hybrid = RefittedHybrid(Hybrid(), trainer, stream)
    for feedback in stream.feedbacks():
        hybrid.learn(feedback, None)
    assert hybrid.refits == 0


def test_training_takes_no_time_of_the_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Drawn):
        def refit(self, visits: Sequence[Sequence[str]], *, trained_at: float) -> Weights:
            now[0] += 100.0
            return super().refit(visits, trained_at=trained_at)

    now = [0.0]
    monkeypatch.setattr("infra.evaluate.refits.time.perf_counter", lambda: now[0])
    stream = a_stream([60.0 * number for number in range(1_001)])
    hybrid = RefittedHybrid(Hybrid(), Slow(), stream)
    for feedback in stream.feedbacks():
        hybrid.learn(feedback, None)
    assert hybrid.refits == 1
    assert now[0] == 100.0
    assert hybrid.clock() == 0.0


def test_an_evaluation_takes_the_network_along_or_leaves_it_out(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    rows = [f"{60 * number},v{number // 4},i{number * 7 % 11}" for number in range(1_500)]
    path.write_text("timestamp,visitor,item\n" + "\n".join(rows))
    for neural in (True, False):
        asked = EvaluationOptions(files=[path], neural=neural)
        inputs, display = read_inputs(asked), Display(Console(file=StringIO()))
        hybrid = with_refits(build_hybrid(inputs, asked, Hybrid), Drawn() if neural else None, inputs)
        members = run(hybrid, inputs, asked, display).members
        assert ("session_gru" in members) is neural
        if neural:
            assert members["session_gru"].answered > 0.2


def test_where_nothing_can_train_there_is_no_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("infra.evaluate.refits.importlib.import_module", missing)
    assert find_trainer() is None
