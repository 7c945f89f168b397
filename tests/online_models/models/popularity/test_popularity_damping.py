"""Counts of signals, and what they make of an answer."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.models.popularity.popularity_damping import PopularityDamping, count_signal


def test_best_sellers_count_less() -> None:
    damping = PopularityDamping(exponent=0.25)
    damping.make_room(2)
    for _ in range(13):
        count_signal(damping.arrays, 1, damping.exponent)
    assert damping.arrays[0][:2].tolist() == [0, 13]
    assert damping.arrays[1][1] == pytest.approx(0.5)
    assert damping.arrays[1][0] == pytest.approx(3**-0.25)


def test_it_survives_dump_and_load_to_the_last_bit() -> None:
    damping = PopularityDamping(exponent=0.4)
    damping.make_room(50)
    for row in range(50):
        for _ in range(row):
            count_signal(damping.arrays, row, damping.exponent)
    again = PopularityDamping(exponent=0.4)
    again.load(damping.dump(50))
    assert np.array_equal(again.arrays[0], damping.arrays[0][:50])
    assert np.array_equal(again.arrays[1], damping.arrays[1][:50])


@pytest.mark.parametrize("count", [-1.0, np.nan, np.inf])
def test_what_is_no_count_is_refused(count: float) -> None:
    with pytest.raises(InvalidState):
        PopularityDamping(exponent=0.5).load({"counts": np.array([1.0, count], np.float32)})
