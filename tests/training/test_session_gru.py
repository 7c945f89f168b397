"""Training with TensorFlow: what comes next is learned, and the same seed gives the same weights."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest

from online_models.models.neural.weights import Weights, read_weights, write_weights
from tests.training.builders import a_ring, foreseen
from training import batches
from training.errors import TooFewVisits
from training.packages import ADVICE, make_importable
from training.packed_visits import ROW

if TYPE_CHECKING:
    from training.session_gru import SessionGruTrainer

# TensorFlow and what it brings along warn of each other's changes.
pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("default")]

ITEMS = 40


def a_trainer(seed: int = 7, **schedule: float) -> "SessionGruTrainer":
    if not make_importable():
        pytest.skip(ADVICE)
    from training.session_gru import Schedule, SessionGruTrainer

    fields: dict[str, float] = {"units": 16, "dropout": 0.0, "batch": 8, "passes": 12, "rate": 0.02, **schedule}
    return SessionGruTrainer(seed, Schedule(**fields))  # type: ignore[arg-type]  # whole numbers where they must be


def share_foreseen(weights: Weights, visits: Sequence[Sequence[str]]) -> float:
    return float(np.mean([foreseen(weights, visit[:-1]) == visit[-1] for visit in visits]))


def test_it_learns_what_comes_next() -> None:
    weights = a_trainer().refit(a_ring(ITEMS, 400))
    assert share_foreseen(weights, a_ring(ITEMS, 100, seed=2)) > 0.95


def test_it_learns_by_some_items_that_are_drawn_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ALL_ITEMS", 10)
    monkeypatch.setattr(batches, "NEGATIVES", 16)
    weights = a_trainer().refit(a_ring(ITEMS, 400))
    assert share_foreseen(weights, a_ring(ITEMS, 100, seed=2)) > 0.95


def test_the_same_seed_gives_the_same_weights_whatever_was_learned_before() -> None:
    visits = a_ring(ITEMS, 60)
    trainer, other = a_trainer(passes=2), a_trainer(seed=8, passes=2)
    first = trainer.refit(visits, position={"interactions-0": 9}, trained_at=5.0)
    trainer.fine_tune(a_ring(ITEMS, 10, seed=3))
    again = trainer.refit(visits, position={"interactions-0": 9}, trained_at=5.0)
    assert first.version == again.version
    assert first.version != other.refit(visits, position={"interactions-0": 9}, trained_at=5.0).version
    assert (first.position, first.trained_at, first.seed) == ({"interactions-0": 9}, 5.0, 7)


def test_a_fine_tune_learns_an_item_that_is_new_and_forgets_little() -> None:
    trainer = a_trainer(fine_rate=0.02, fine_passes=8)
    trainer.refit(a_ring(ITEMS, 400))
    weights = trainer.fine_tune([["i3", "new", "i8"]] * 30)
    assert weights.item_ids[-1] == "new"
    assert foreseen(weights, ["i3"]) == "new"
    assert foreseen(weights, ["i3", "new"]) == "i8"
    assert share_foreseen(weights, a_ring(ITEMS, 100, seed=2)) > 0.8


def test_the_busiest_item_comes_first() -> None:
    weights = a_trainer(passes=1).refit([["a", "b", "c"], ["a", "b"], ["a", "d"]])
    assert weights.item_ids == ("a", "b", "c", "d")


def test_the_weights_are_a_file_that_can_be_read() -> None:
    weights = a_trainer(passes=1).refit(a_ring(ITEMS, 20))
    assert read_weights(write_weights(weights)).version == weights.version


@pytest.mark.parametrize("visits", [[], [["a"]]])
def test_from_too_little_nothing_is_learned(visits: list[list[str]]) -> None:
    trainer = a_trainer()
    with pytest.raises(TooFewVisits):
        trainer.refit(visits)
    with pytest.raises(TooFewVisits):
        trainer.fine_tune([["a", "b"]])


def test_its_recurrent_layer_is_that_of_keras() -> None:
    a_trainer()
    import keras

    from training.session_network import PackedGRU

    random = np.random.default_rng(1)
    ours, theirs = PackedGRU(5), keras.layers.GRU(5, reset_after=True, return_sequences=True)
    vectors = random.normal(size=(3, ROW, 4)).astype(np.float32)
    keeps = np.ones((3, ROW), np.float32)
    ours.build((None, ROW, 4))
    theirs.build((None, ROW, 4))
    weights = [random.normal(size=part.shape).astype(np.float32) for part in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    assert np.allclose(ours(vectors, keeps), theirs(vectors), atol=1e-5)
    keeps[1, 7] = 0
    assert np.allclose(ours(vectors, keeps)[1, 7:], theirs(vectors[1:2, 7:])[0], atol=1e-5)
