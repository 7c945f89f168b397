"""The gated recurrent unit, compiled: a visit's state, advanced by one item after the other."""

import math
from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values

_ONE = np.float32(1)


class Cell(NamedTuple):
    """The weights of the unit and of its answer, as in `Weights`. They cross into compiled code as a plain tuple."""

    kernel: Values
    recurrent_kernel: Values
    bias: Values
    output: Values
    shortcut: Values


@compiled
def follow(cell: Cell, vectors: Values, biases: Values, items: Indices, state: Values) -> int:
    """Advance a state, in place, by each of some items that has a vector. Return how many have one.

    Parameters
    ----------
    vectors, biases
        By item, shape (n, d) and (n,); one without a vector has a bias of minus infinity.
    items
        The oldest first.
    state
        Shape (h,); zeros before the first item.
    """
    followed = 0
    for item in items:
        if item < len(biases) and biases[item] > -np.inf:
            _advance(cell, vectors[item], state)
            followed += 1
    return followed


@compiled
def project(cell: Cell, vectors: Values, biases: Values, items: Indices, state: Values, query: Values) -> None:
    """Write the vector whose products with the items' vectors, and biases, are the scores: shape (d,).

    ``items`` are those of the visit, the oldest first; the last that has a vector counts beside the state.
    """
    query[:] = 0
    _add_product(state, cell[3], query)
    for place in range(len(items) - 1, -1, -1):
        item = items[place]
        if item < len(biases) and biases[item] > -np.inf:
            _add_product(vectors[item], cell[4], query)
            return


@compiled
def score(vectors: Values, biases: Values, query: Values, items: Indices, scores: Values) -> None:
    """Write of each item its bias and the product of its vector with a query; minus infinity without a vector."""
    for place in range(len(items)):
        item = items[place]
        scores[place] = biases[item] if 0 <= item < len(biases) else -np.inf
        if scores[place] > -np.inf:
            product, vector = np.float32(0), vectors[item]
            for factor in range(len(query)):
                product += query[factor] * vector[factor]
            scores[place] += product


@compiled
def _advance(cell: Cell, vector: Values, state: Values) -> None:
    r"""Advance the state by one item.

    .. math::
        z = \sigma(W_z x + U_z h + b_z + c_z), \quad r = \sigma(W_r x + U_r h + b_r + c_r), \\
        h' = z h + (1 - z) \tanh(W_h x + b_h + r (U_h h + c_h))

    References
    ----------
    Cho, K. et al. (2014). Learning phrase representations using RNN encoder-decoder for statistical machine
    translation. EMNLP. (As Keras has it, with the reset after the product.)
    """
    kernel, recurrent_kernel, bias = cell[:3]
    units = len(state)
    given, kept = bias[0].copy(), bias[1].copy()
    _add_product(vector, kernel, given)
    _add_product(state, recurrent_kernel, kept)
    for unit in range(units):
        update = _ONE / (_ONE + math.exp(-(given[unit] + kept[unit])))
        reset = _ONE / (_ONE + math.exp(-(given[units + unit] + kept[units + unit])))
        candidate = math.tanh(given[2 * units + unit] + reset * kept[2 * units + unit])
        state[unit] = update * state[unit] + (_ONE - update) * candidate


@compiled
def _add_product(vector: Values, matrix: Values, totals: Values) -> None:
    """Add the product of a vector and a matrix to totals; eight of its lines at a time go through them once."""
    whole = len(vector) // 8 * 8
    for first in range(0, whole, 8):
        a, b, c, d = vector[first], vector[first + 1], vector[first + 2], vector[first + 3]
        e, f, g, h = vector[first + 4], vector[first + 5], vector[first + 6], vector[first + 7]
        for column in range(len(totals)):
            totals[column] += (
                a * matrix[first, column]
                + b * matrix[first + 1, column]
                + c * matrix[first + 2, column]
                + d * matrix[first + 3, column]
                + e * matrix[first + 4, column]
                + f * matrix[first + 5, column]
                + g * matrix[first + 6, column]
                + h * matrix[first + 7, column]
            )
    for line in range(whole, len(vector)):
        for column in range(len(totals)):
            totals[column] += vector[line] * matrix[line, column]
