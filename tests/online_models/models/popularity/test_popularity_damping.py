"""Counts of signals, and what they make of an answer."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.models.popularity.popularity_damping import PopularityDamping, count_signal


def test_best_sellers_count_less() -> None:
    rarity = PopularityDamping(exponent=0.25)
    rarity.make_room(2)
    for _ in range(13):
        count_signal(rarity.counts, rarity.factors, 1, rarity.exponent)
    assert rarity.counts[:2].tolist() == [0, 13]
    assert rarity.factors[1] == pytest.approx(0.5)
    assert rarity.factors[0] == pytest.approx(3**-0.25)


def test_it_survives_dump_and_load_to_the_last_bit() -> None:
    rarity = PopularityDamping(exponent=0.4)
    rarity.make_room(50)
    for row in range(50):
        for _ in range(row):
            count_signal(rarity.counts, rarity.factors, row, rarity.exponent)
    again = PopularityDamping(exponent=0.4)
    again.load(rarity.dump(50))
    assert np.array_equal(again.counts, rarity.counts[:50])
    assert np.array_equal(again.factors, rarity.factors[:50])


@pytest.mark.parametrize("count", [-1.0, np.nan, np.inf])
def test_what_is_no_count_is_refused(count: float) -> None:
    with pytest.raises(InvalidState):
        PopularityDamping(exponent=0.5).load({"counts": np.array([1.0, count], np.float32)})
