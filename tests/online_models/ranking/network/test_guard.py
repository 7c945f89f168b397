"""When the network's order is served, and when no longer."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.ranking.network.guard import MEMORY, NetworkGuard

HERE, ELSEWHERE = (0, 4, 6, 10), (3, 5, 9, 13)


def test_the_linear_ranker_leads_at_first() -> None:
    assert not NetworkGuard().prefers_network(HERE)


def test_each_situation_has_its_own_leader() -> None:
    guard = NetworkGuard()
    for _ in range(50):
        guard.learn_one(HERE, 0.3)
        guard.learn_one(ELSEWHERE, -0.3)
    assert guard.prefers_network(HERE)
    assert not guard.prefers_network(ELSEWHERE)


def test_a_network_that_has_become_worse_is_left() -> None:
    guard = NetworkGuard()
    for _ in range(3 * MEMORY):
        guard.learn_one(HERE, 0.1)
    for _ in range(MEMORY):
        guard.learn_one(HERE, -0.1)
    assert not guard.prefers_network(HERE)


def test_one_list_does_not_decide_alone() -> None:
    guard = NetworkGuard()
    for _ in range(200):
        guard.learn_one(HERE, 0.3)
    guard.learn_one(HERE, -1e30)
    assert guard.prefers_network(HERE)


def test_it_goes_on_after_dump_and_load() -> None:
    guard, same = NetworkGuard(), NetworkGuard()
    for _ in range(50):
        guard.learn_one(HERE, 0.3)
    same.load(guard.dump())
    assert same.prefers_network(HERE)
    with pytest.raises(InvalidState):
        same.load({"leads": np.full(14, np.nan)})
    with pytest.raises(InvalidState):
        same.load({"leads": np.zeros(3)})
