"""How the network learns, what it needs to, and what survives a restart."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.ranking.network.layout import HIDDEN, NO_NETWORK, learned_rows_of, rows_of
from online_models.ranking.network.ranking_network import RankingNetwork

MEMBERS, CONTEXTS = ("transitions", "popularity"), (0, 4, 6, 10)


def some_slopes(seed: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(size=(learned_rows_of(len(MEMBERS)), HIDDEN)).astype(np.float32)


def test_two_of_one_seed_are_the_same_and_two_of_two_are_not() -> None:
    one, same, other = RankingNetwork(MEMBERS, 1), RankingNetwork(MEMBERS, 1), RankingNetwork(MEMBERS, 2)
    for seed in range(5):
        one.learn_one(CONTEXTS, some_slopes(seed), 0.1)
        same.learn_one(CONTEXTS, some_slopes(seed), 0.1)
    assert one.weights.tobytes() == same.weights.tobytes() != other.weights.tobytes()


def test_a_step_goes_down_the_gradient_and_spares_contexts_that_do_not_hold() -> None:
    network, slopes = RankingNetwork(MEMBERS, 1), some_slopes()
    before = network.weights.copy()
    network.learn_one(CONTEXTS, slopes, 0.0)
    moved = before - network.weights
    rows = len(slopes)
    assert np.array_equal(np.sign(moved[:rows]), np.sign(slopes))
    touched = [context for context in range(rows_of(len(MEMBERS)) - rows) if moved[rows + context].any()]
    assert touched == list(CONTEXTS)
    assert np.array_equal(np.sign(moved[rows + CONTEXTS[0]]), np.sign(slopes[rows - 2]))


def test_no_slopes_teach_nothing() -> None:
    network = RankingNetwork(MEMBERS, 1)
    before = str(network.dump())
    network.learn_one(CONTEXTS, NO_NETWORK, 5.0)
    assert str(network.dump()) == before


def test_a_dismissal_moves_the_weights_but_not_the_guard() -> None:
    network = RankingNetwork(MEMBERS, 1)
    before, guard = network.weights.copy(), str(network.dump()["guard"])
    network.learn_one(CONTEXTS, some_slopes(), None)
    assert str(network.dump()["guard"]) == guard
    assert not np.array_equal(network.weights, before)


@pytest.mark.parametrize("contexts", [(0, 4, 6, 14), (-1, 4, 6, 10)])
def test_a_gradient_of_other_contexts_or_sources_is_refused(contexts: tuple[int, int, int, int]) -> None:
    network = RankingNetwork(MEMBERS, 1)
    with pytest.raises(ValueError, match="other sources"):
        network.learn_one(contexts, some_slopes(), 0.0)
    with pytest.raises(ValueError, match="other sources"):
        network.learn_one(CONTEXTS, some_slopes()[1:], 0.0)


def test_it_goes_on_after_dump_and_load() -> None:
    straight, resumed = RankingNetwork(MEMBERS, 1), RankingNetwork(MEMBERS, 1)
    for seed in range(20):
        straight.learn_one(CONTEXTS, some_slopes(seed), 0.6)
    resumed.load(straight.dump())
    for network in (straight, resumed):
        network.learn_one(CONTEXTS, some_slopes(), 0.6)
    assert straight.weights.tobytes() == resumed.weights.tobytes()
    assert resumed.leads(CONTEXTS)


def test_that_of_other_sources_is_left_and_it_starts_anew() -> None:
    other, network = RankingNetwork(("transitions", "content"), 1), RankingNetwork(MEMBERS, 1)
    for seed in range(20):
        other.learn_one(CONTEXTS, some_slopes(seed), 0.6)
    network.load(other.dump())
    assert network.weights.tobytes() == RankingNetwork(MEMBERS, 1).weights.tobytes()
    assert not network.leads(CONTEXTS)


@pytest.mark.parametrize("name", ["members", "weights", "means", "squares", "steps", "guard"])
def test_a_state_that_does_not_fit_is_refused(name: str) -> None:
    state = RankingNetwork(MEMBERS, 1).dump()
    with pytest.raises(InvalidState):
        RankingNetwork(MEMBERS, 1).load({key: value for key, value in state.items() if key != name})
    broken = state | {"weights": np.full((rows_of(2), HIDDEN), np.nan, np.float32)}
    with pytest.raises(InvalidState):
        RankingNetwork(MEMBERS, 1).load(broken)
