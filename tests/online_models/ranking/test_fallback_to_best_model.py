"""Whose order is served."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.ranking.fallback_to_best_model import HYBRID, MEMORY, BestModelFallback


def guarded(gains: list[float], times: int, guard: BestModelFallback | None = None) -> BestModelFallback:
    guard = guard or BestModelFallback(len(gains) - 1)
    for _ in range(times):
        guard.learn_one(gains)
    return guard


def test_the_hybrid_leads_before_anything_is_known_and_while_it_is_as_good() -> None:
    assert BestModelFallback(3).serving == HYBRID
    assert guarded([0.5, 0.5, 0.4], 20 * MEMORY).serving == HYBRID


def test_a_member_that_is_clearly_better_leads() -> None:
    assert guarded([0.3, 0.2, 0.5], 10).serving == HYBRID
    assert guarded([0.3, 0.2, 0.5], 100).serving == 1


def test_the_hybrid_returns_when_it_is_better_again() -> None:
    guard = guarded([0.3, 0.2, 0.5], 1000)
    assert guarded([0.5, 0.2, 0.3], 300, guard).serving == 1
    assert guarded([0.5, 0.2, 0.3], 2 * MEMORY, guard).serving == HYBRID


def test_it_survives_dump_and_load() -> None:
    guard = guarded([0.3, 0.2, 0.5], 100)
    other = BestModelFallback(2)
    other.load(guard.dump())
    assert other.serving == 1
    assert str(other.dump()) == str(guard.dump())


def test_with_other_members_the_hybrid_leads_again() -> None:
    guard = BestModelFallback(3)
    guard.load(guarded([0.3, 0.2, 0.5], 100).dump())
    assert guard.serving == HYBRID


@pytest.mark.parametrize("gained", [np.array([np.nan, 1.0, 1.0]), np.array([-1.0, 1.0, 1.0]), np.zeros(3, np.int32)])
def test_a_state_that_does_not_fit_is_refused(gained: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    with pytest.raises(InvalidState):
        BestModelFallback(2).load({"gained": gained})
