"""Cold start: items without an interaction have their positions, and nothing else is lost for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.types import NO_INDICES
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.recent_slates import Slate
from online_models.slate.cold_start import COLD_START_EVERY, ColdStart

NOTHING = np.zeros(0, np.bool_)


def a_slate(count: int, first: int = 1_000) -> Slate:
    items = np.arange(first, first + count, dtype=np.int32)
    scores = np.linspace(5, 1, count, dtype=np.float32) if count else np.zeros(0, np.float32)
    candidates = Candidates(items[None], scores[None])
    context = ContextFeatures(0, False, 1.0, -1, 0.0, 0.0)
    return Slate(candidates, context, items, scores, np.zeros(count, np.int32))


def cold(*items: int) -> ColdStart:
    cold_start = ColdStart()
    cold_start.use(items)
    return cold_start


def insert(cold_start: ColdStart, slate: Slate, fitting: tuple[int, ...] = (), turn: int = 0, n: int = 24) -> list[int]:
    items: list[int] = cold_start.insert(slate, np.array(fitting, np.int32), NOTHING, turn, n).items.tolist()
    return items


def test_the_last_of_each_twelve_positions_is_kept_for_a_cold_item() -> None:
    items = insert(cold(1, 2, 3), a_slate(24))
    assert len(items) == 24
    assert [position for position, item in enumerate(items) if item < 1_000] == [11, 23]


def test_the_rest_stays_in_order_and_the_worst_make_room() -> None:
    items = insert(cold(1, 2), a_slate(24))
    assert [item for item in items if item >= 1_000] == list(range(1_000, 1_022))


def test_an_inserted_item_has_the_score_of_the_one_before_and_no_source() -> None:
    slate = cold(1).insert(a_slate(24), NO_INDICES, NOTHING, 0, 24)
    assert (slate.items[11], slate.top_sources[11]) == (1, -1)
    assert slate.scores[11] == slate.scores[10]
    assert (np.diff(slate.scores) <= 0).all()


def test_what_fits_the_visitor_comes_before_what_is_due() -> None:
    assert insert(cold(1, 2, 3, 4), a_slate(24), fitting=(-1, 1_005, 4, 3))[11::12] == [4, 3]


def test_cold_items_take_turns() -> None:
    seen = {insert(cold(1, 2, 3, 4, 5), a_slate(12), turn=turn, n=12)[11] for turn in range(5)}
    assert seen == {1, 2, 3, 4, 5}


def test_what_the_visitor_must_not_see_is_not_inserted() -> None:
    excluded = np.zeros(3, np.bool_)
    excluded[[1, 2]] = True
    slate = cold(1, 2, 7).insert(a_slate(24), np.array([1], np.int32), excluded, 0, 24)
    assert [item for item in slate.items.tolist() if item < 1_000] == [7]


def test_items_that_are_in_the_list_already_count_and_are_not_repeated() -> None:
    slate = a_slate(24)
    slate.items[3] = 1
    items = insert(cold(1, 2, 3), slate, fitting=(1, 2))
    assert [(position, item) for position, item in enumerate(items) if item < 1_000] == [(3, 1), (11, 2)]


def test_a_list_with_enough_of_them_stays_as_it_is() -> None:
    slate = a_slate(24)
    slate.items[[3, 4]] = 1, 2
    assert cold(1, 2, 3).insert(slate, NO_INDICES, NOTHING, 0, 24) is slate


def test_a_short_list_is_filled_up() -> None:
    items = insert(cold(1, 2), a_slate(3))
    assert items == [1_000, 1_001, 1_002, 1, 2]
    assert sorted(insert(cold(1, 2), a_slate(0))) == [1, 2]


@pytest.mark.parametrize("n", [1, COLD_START_EVERY - 1])
def test_short_pages_keep_no_position(n: int) -> None:
    assert insert(cold(1, 2), a_slate(n), n=n) == list(range(1_000, 1_000 + n))


def test_an_interaction_ends_the_cold_start() -> None:
    cold_start = cold(1, 2)
    for item in (1, 1, 5_000):
        cold_start.touch(item)
    assert len(cold_start) == 1
    assert [item for item in insert(cold_start, a_slate(24)) if item < 1_000] == [2]
    cold_start.touch(2)
    slate = a_slate(24)
    assert cold_start.insert(slate, NO_INDICES, NOTHING, 0, 24) is slate


def test_new_cold_items_replace_the_ones_before() -> None:
    cold_start = cold(1, 2)
    cold_start.use([9])
    assert len(cold_start) == 1
    assert [item for item in insert(cold_start, a_slate(24)) if item < 1_000] == [9]
    cold_start.use([])
    assert len(cold_start) == 0


@given(
    st.integers(0, 30),
    st.sets(st.integers(0, 20), max_size=6),
    st.lists(st.integers(-1, 25), max_size=8),
    st.integers(0, 99),
    st.integers(12, 36),
)
def test_lists_never_repeat_lose_order_or_grow_too_long(
    count: int, waiting: set[int], fitting: list[int], turn: int, n: int
) -> None:
    slate = a_slate(min(count, n))
    items = insert(cold(*waiting), slate, tuple(fitting), turn, n)
    assert len(items) == len(set(items)) <= n
    assert [item for item in items if item >= 1_000] == slate.items.tolist()[: len([i for i in items if i >= 1_000])]
    assert {item for item in items if item < 1_000} <= waiting
    assert len([item for item in items if item < 1_000]) == min(len(waiting), n // COLD_START_EVERY)
