"""Rows of visits: each step once, none of another visit's, and hardly any room left over."""

import numpy as np
import pytest

from training.packed_visits import LONGEST_VISIT, ROW, PackedVisits, pack


def unpacked(packed: PackedVisits) -> list[list[int]]:
    """Return the visits, as they can be read from the rows."""
    visits: list[list[int]] = []
    for items, targets, keeps, weights in zip(packed.items, packed.targets, packed.keeps, packed.weights, strict=True):
        for item, target, keep, weight in zip(items, targets, keeps, weights, strict=True):
            if weight and not keep:
                visits.append([int(item)])
            if weight:
                assert visits[-1][-1] == item
                visits[-1].append(int(target))
    return visits


@pytest.mark.parametrize("seed", range(20))
def test_every_visit_comes_out_as_it_went_in(seed: int) -> None:
    random = np.random.default_rng(seed)
    lengths = random.integers(2, LONGEST_VISIT + 6, random.integers(1, 60))
    visits = [random.integers(0, 999, length).tolist() for length in lengths]
    packed = pack(visits, random)
    assert sorted(unpacked(packed)) == sorted(visit[-LONGEST_VISIT:] for visit in visits)


def test_the_same_seed_packs_alike() -> None:
    visits = [[number, number + 1, number + 2] for number in range(50)]
    one, same, other = (pack(visits, np.random.default_rng(seed)).items for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_hardly_anything_of_a_row_is_empty() -> None:
    random = np.random.default_rng(3)
    visits = [list(range(length)) for length in random.integers(2, 9, 500)]
    packed = pack(visits, random)
    assert packed.weights.sum() / packed.weights.size > 0.95


def test_a_visit_has_a_row_to_itself_at_most() -> None:
    assert pack([list(range(LONGEST_VISIT))], np.random.default_rng(0)).weights.shape == (1, ROW)
