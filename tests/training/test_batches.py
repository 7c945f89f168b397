"""What a step sees: rows once each, and negatives by how often an item was chosen."""

import numpy as np
import pytest

from training import batches
from training.batches import Negatives
from training.packed_visits import pack


def a_random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_each_row_comes_once_and_its_items_are_found_by_their_place() -> None:
    packed = pack([[number, number + 1, number + 2] for number in range(0, 300, 3)], a_random())
    negatives = Negatives(np.ones(400, np.int64), a_random())
    found = list(batches.batches(packed, 4, negatives, a_random()))
    items = np.concatenate([batch.rows[batch.inputs] for batch in found])
    assert sorted(map(tuple, items.tolist())) == sorted(map(tuple, packed.items.tolist()))
    for batch in found:
        assert len(set(batch.rows.tolist())) == len(batch.rows)
        assert len(batch.targets) == batch.inputs.size == len(batch.weights)


def test_of_few_items_all_are_told_apart_and_none_is_corrected() -> None:
    negatives = Negatives(np.array([5, 1, 9]), a_random())
    assert negatives.draw().tolist() == [0, 1, 2]
    assert negatives.log_counts.tolist() == [0, 0, 0]


def test_of_many_items_the_busy_ones_are_drawn_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ALL_ITEMS", 10)
    counts = np.array([*[1] * 50, *[100] * 50])
    negatives = Negatives(counts, a_random())
    drawn = np.bincount(np.concatenate([negatives.draw() for _ in range(40)]), minlength=100)
    assert drawn[50:].sum() / drawn[:50].sum() == pytest.approx(100**batches.DRAWN_BY_POPULARITY, rel=0.1)
    expected = np.exp(negatives.log_counts).sum()
    assert expected == pytest.approx(batches.NEGATIVES, rel=1e-3)


def test_an_item_that_nobody_chose_is_never_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ALL_ITEMS", 1)
    negatives = Negatives(np.array([0, 3, 0, 1]), a_random())
    assert set(negatives.draw().tolist()) == {1, 3}
