"""How often and when items were chosen."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.catalog.item_statistics import ItemStatistics


def of(statistics: ItemStatistics, item: int) -> tuple[float, float, float]:
    return statistics.counts.item(item), statistics.first.item(item), statistics.last.item(item)


def test_the_first_time_stays_and_the_last_moves_on() -> None:
    statistics = ItemStatistics()
    for at in (10.0, 30.0, 20.0):
        statistics.touch(3, at)
    assert of(statistics, 3) == (3.0, 10.0, 20.0)
    assert of(statistics, 2) == (0.0, 0.0, 0.0)


def test_room_is_made_without_losing_what_was_counted() -> None:
    statistics = ItemStatistics()
    statistics.touch(0, 5.0)
    statistics.make_room(5_000)
    assert len(statistics.counts) == len(statistics.first) == len(statistics.last) >= 5_000
    assert of(statistics, 0) == (1.0, 5.0, 5.0)


def test_a_dump_is_a_copy_and_loads_again() -> None:
    statistics, loaded = ItemStatistics(), ItemStatistics()
    statistics.touch(1, 5.0)
    state = statistics.dump()
    statistics.touch(1, 9.0)
    loaded.load(state)
    assert of(loaded, 1) == (1.0, 5.0, 5.0)


@pytest.mark.parametrize("name", ["counts", "first", "last"])
def test_a_state_with_parts_missing_too_short_or_not_finite_is_refused(name: str) -> None:
    statistics = ItemStatistics()
    statistics.touch(1, 5.0)
    state = statistics.dump()
    whole = getattr(statistics, name)
    for broken in (None, whole[:1], np.full_like(whole, np.nan)):
        if name == "counts" and broken is whole[:1]:
            continue
        with pytest.raises(InvalidState):
            ItemStatistics().load({**state, name: broken})  # type: ignore[dict-item] # what must be refused
