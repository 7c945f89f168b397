"""The step of the network is that of Keras' GRU."""

import numpy as np
import pytest
from numpy.typing import NDArray

from online_models.models.neural.gru import Cell, follow, project
from online_models.models.neural.weights import Weights
from tests.online_models.networks import a_network

Numbers = NDArray[np.float64]

ITEMS = ("a", "b", "c", "d")


def logistic(x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)))


def expected(weights: Weights, items: list[int]) -> Numbers:
    """Return the state as the formula has it, in float64."""
    kernel, recurrent = weights.kernel.astype(float), weights.recurrent_kernel.astype(float)
    given, kept = weights.bias.astype(float)
    units = len(recurrent)
    state = np.zeros(units)
    for item in items:
        x, h = weights.item_vectors[item] @ kernel + given, state @ recurrent + kept
        update, reset = logistic(x[:units] + h[:units]), logistic((x + h)[units : 2 * units])
        state = update * state + (1 - update) * np.tanh(x[2 * units :] + reset * h[2 * units :])
    return state


def a_cell(weights: Weights) -> Cell:
    """Return the weights as a plain tuple, as compiled code takes them."""
    cell = Cell(weights.kernel, weights.recurrent_kernel, weights.bias, weights.output, weights.shortcut)
    return tuple(cell)  # type: ignore[return-value]  # as packed


def followed(weights: Weights, items: list[int]) -> tuple[int, NDArray[np.float32]]:
    state = np.zeros(len(weights.recurrent_kernel), np.float32)
    count = follow(a_cell(weights), weights.item_vectors, weights.item_bias, np.array(items, np.int32), state)
    return count, state


@pytest.mark.parametrize(("width", "units"), [(6, 5), (16, 8), (19, 21)])
def test_a_state_follows_the_items_of_a_visit(width: int, units: int) -> None:
    weights = a_network(ITEMS, width, units)
    for items in ([0], [0, 1], [3, 2, 3, 0, 1, 1]):
        count, state = followed(weights, items)
        assert count == len(items)
        assert np.allclose(state, expected(weights, items), atol=1e-5)


def test_items_without_a_vector_are_passed_over() -> None:
    weights = a_network(ITEMS)
    weights.item_bias[2] = -np.inf
    count, state = followed(weights, [0, 2, 1, 900])
    assert count == 2
    assert np.array_equal(state, followed(weights, [0, 1])[1])


def test_nothing_followed_is_a_state_of_zeros() -> None:
    count, state = followed(a_network(ITEMS), [])
    assert count == 0
    assert not state.any()


def test_the_query_is_the_state_and_the_last_known_item_in_the_space_of_the_items() -> None:
    weights = a_network(ITEMS, width=9, units=10)
    weights.item_bias[3] = -np.inf
    _, state = followed(weights, [1, 2])
    query = np.full(9, 7, np.float32)
    for items in ([1, 2], [1, 2, 3, 900]):
        visit = np.array(items, np.int32)
        project(a_cell(weights), weights.item_vectors, weights.item_bias, visit, state, query)
        assert np.allclose(query, state @ weights.output + weights.item_vectors[2] @ weights.shortcut, atol=1e-5)
