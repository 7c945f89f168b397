"""The table of pairs: how it keeps order, and how it stays small."""

from collections.abc import Callable

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.arrays.types import Indices, Values
from online_models.models.sequence.pair_table import WIDTH, PairTable, add_pair, likeness, weight_of

ITEMS = 200


def a_table(pairs: list[tuple[int, int, float]], items: int = ITEMS) -> PairTable:
    table = PairTable()
    table.make_room(items)
    for item, other, weight in pairs:
        add_pair(table.pairs, item, other, np.float32(weight))
    return table


def line(table: PairTable, item: int) -> list[tuple[int, float]]:
    count = int((table.pairs[0][item] >= 0).sum())
    return list(zip(table.pairs[0][item, :count].tolist(), table.pairs[1][item, :count].tolist(), strict=True))


def test_lines_are_in_order_of_weight() -> None:
    table = a_table([(0, 1, 1.0), (0, 2, 2.0), (0, 3, 1.5), (0, 1, 0.75)])
    assert line(table, 0) == [(2, 2.0), (1, 1.75), (3, 1.5)]


def test_of_equal_pairs_the_older_stays_ahead() -> None:
    assert line(a_table([(0, 5, 1.0), (0, 2, 1.0)]), 0) == [(5, 1.0), (2, 1.0)]


def test_pairs_have_a_direction() -> None:
    table = a_table([(0, 1, 1.0)])
    assert line(table, 1) == []
    assert weight_of(*table.pairs[:2], 0, 1) == 1
    assert weight_of(*table.pairs[:2], 1, 0) == 0


def test_a_full_line_gives_its_last_place_to_a_new_pair() -> None:
    full = [(0, other, 10.0 + other) for other in range(1, WIDTH + 1)]
    table = a_table([*full, (0, 150, 1.0)])
    assert len(line(table, 0)) == WIDTH
    assert line(table, 0)[-1] == (150, 1.0)
    assert line(table, 0)[0] == (WIDTH, 10.0 + WIDTH)
    assert 1 not in dict(line(table, 0))


def test_a_pair_that_comes_again_climbs_in_a_full_line() -> None:
    full = [(0, other, 1.0) for other in range(1, WIDTH + 1)]
    table = a_table([*full, (0, 150, 0.5), (0, 150, 0.75)])
    assert line(table, 0)[0] == (150, 1.25)


def test_the_sum_is_that_of_the_line() -> None:
    draw = np.random.default_rng(5)
    table = a_table([(0, int(draw.integers(1, ITEMS)), 1 / int(draw.integers(1, 8))) for _ in range(2_000)])
    assert table.pairs[2][0] == pytest.approx(table.pairs[1][0].sum(), rel=1e-5)
    assert (np.diff(table.pairs[1][0]) <= 0).all()
    assert len(set(table.pairs[0][0].tolist())) == WIDTH


def test_growing_keeps_what_was_learned() -> None:
    table = a_table([(3, 1, 1.0)], items=4)
    table.make_room(1_000)
    assert line(table, 3) == [(1, 1.0)]
    assert len(table.pairs[2]) >= 1_000
    assert line(table, 999) == []


def test_it_survives_dump_and_load() -> None:
    table = a_table([(0, 1, 1.0), (0, 2, 2.0), (2, 0, 0.5)], items=3)
    state = table.dump(3)
    add_pair(table.pairs, 0, 1, np.float32(9))
    again = PairTable()
    again.load(state, 3)
    assert line(again, 0) == [(2, 2.0), (1, 1.0)]
    assert line(again, 2) == [(0, 0.5)]
    assert again.pairs[2].tolist() == [3.0, 0.0, 0.5]


def _unknown(others: Indices, weights: Values, sums: Values) -> None:
    others[0, 0] = 3


def _itself(others: Indices, weights: Values, sums: Values) -> None:
    others[0, 0] = 0


def _twice(others: Indices, weights: Values, sums: Values) -> None:
    others[0, :2] = 1


def _rising(others: Indices, weights: Values, sums: Values) -> None:
    weights[0, :2] = 1.0, 2.0


def _a_gap(others: Indices, weights: Values, sums: Values) -> None:
    others[0, :3], weights[0, :3] = (2, -1, 1), (2.0, 0.0, 1.0)


def _no_number(others: Indices, weights: Values, sums: Values) -> None:
    weights[0, 1] = np.nan


def _endless(others: Indices, weights: Values, sums: Values) -> None:
    weights[0, 0], sums[0] = np.inf, np.inf


def _weight_of_nothing(others: Indices, weights: Values, sums: Values) -> None:
    weights[1, 0] = sums[1] = 1.0


def _wrong_sum(others: Indices, weights: Values, sums: Values) -> None:
    sums[0] = 9.0


def _sum_that_is_no_number(others: Indices, weights: Values, sums: Values) -> None:
    sums[2] = np.nan


@pytest.mark.parametrize(
    "break_it",
    [
        _unknown,
        _itself,
        _twice,
        _rising,
        _a_gap,
        _no_number,
        _endless,
        _weight_of_nothing,
        _wrong_sum,
        _sum_that_is_no_number,
    ],
)
def test_a_broken_state_is_refused(break_it: Callable[[Indices, Values, Values], None]) -> None:
    table = a_table([(0, 1, 1.0), (0, 2, 2.0)], items=3)
    break_it(*table.pairs)
    with pytest.raises(InvalidState):
        PairTable().load(table.dump(3), 3)


def test_a_state_of_other_items_is_refused() -> None:
    state = a_table([(0, 1, 1.0)], items=3).dump(3)
    with pytest.raises(InvalidState):
        PairTable().load(state, 4)


def test_a_best_seller_is_less_alike_than_a_rare_item_met_as_often() -> None:
    met, count = np.float32(5), np.float32(10)
    assert likeness(met, count, np.float32(8)) > likeness(met, count, np.float32(500))


def test_a_chance_meeting_proves_less_than_a_habit() -> None:
    assert likeness(np.float32(1), np.float32(1), np.float32(1)) < likeness(np.float32(9), np.float32(9), np.float32(9))
