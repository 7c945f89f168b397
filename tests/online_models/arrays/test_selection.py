"""The best of many: whatever their number, size and likeness, the same as by sorting them all."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from online_models.arrays.selection import move_to_rank, selected

NORMAL = np.random.default_rng(7)
BEST = 40


def by_sorting(rows: NDArray[np.int32], totals: NDArray[np.float32], excluded: NDArray[np.bool_]) -> list[int]:
    lines = zip(-totals, rows.tolist(), strict=True)
    return [row for value, row in sorted(lines) if value < 0 and not (row < len(excluded) and excluded[row])][:BEST]


SPREADS: dict[str, Callable[[int], NDArray[np.generic]]] = {
    "of all sizes": lambda count: np.exp(20 * NORMAL.normal(size=count)),
    "near one another": lambda count: 16 + NORMAL.random(count),
    "often equal": lambda count: NORMAL.integers(-2, 6, count),
    "mostly below zero": lambda count: NORMAL.normal(size=count) - 2,
    "all zero": np.zeros,
    "all equal": np.ones,
    "one far above all": lambda count: np.where(np.arange(count) == count // 2, 1e30, 1 + NORMAL.random(count)),
}


@pytest.mark.parametrize("count", [0, 1, 39, 112, 113, 700, 1_791, 1_792, 1_807, 5_000])
@pytest.mark.parametrize("spread", SPREADS)
def test_the_best_are_those_that_sorting_finds(spread: str, count: int) -> None:
    rows = NORMAL.permutation(2 * count + 1)[:count].astype(np.int32)
    totals = SPREADS[spread](count).astype(np.float32)
    assert selected(rows, totals, BEST, np.empty(0, np.bool_)).items.tolist() == by_sorting(
        rows, totals, np.empty(0, np.bool_)
    )


@pytest.mark.parametrize("left", [1.0, 0.5, 0.02, 0.0])
def test_what_is_excluded_makes_room_to_the_next(left: float) -> None:
    rows, totals = NORMAL.permutation(3_000).astype(np.int32), NORMAL.random(3_000).astype(np.float32)
    best_first = rows[np.argsort(-totals)]
    excluded = np.zeros(2_900, np.bool_)
    few = best_first[: int(3_000 * (1 - left))]
    excluded[few[few < len(excluded)]] = True
    assert selected(rows, totals, BEST, excluded).items.tolist() == by_sorting(rows, totals, excluded)


@pytest.mark.parametrize("rank", [0, 1, 17, 98, 99])
def test_an_index_holds_what_it_would_in_order(rank: int) -> None:
    values = NORMAL.integers(0, 50, 100)
    order = np.sort(values)[::-1]
    move_to_rank(values, 100, rank)
    assert values[rank] == order[rank]
    assert (values[:rank] >= order[rank]).all()
    assert (values[rank:] <= order[rank]).all()
