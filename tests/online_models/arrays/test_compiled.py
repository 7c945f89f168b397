"""What a compiled loop promises: bundles cross into it, and infinities keep their meaning."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.types import Values


class Pair(NamedTuple):
    left: Values
    right: Values


@compiled
def dot(bundle: Pair) -> float:
    pair = Pair(*bundle)
    total = 0.0
    for index in range(len(pair.left)):
        total += pair.left[index] * pair.right[index]
    return total


@compiled
def largest(values: Values) -> float:
    most = -np.inf
    for value in values:
        if value > most:
            most = value
    return most


def test_a_bundle_crosses_packed_or_as_it_is() -> None:
    pair = Pair(np.array([1, 2], np.float32), np.array([3, 4], np.float32))
    assert type(packed(pair)) is tuple
    assert dot(pair) == dot(packed(pair)) == 11.0


def test_infinities_and_not_a_numbers_keep_their_meaning() -> None:
    assert largest(np.array([], np.float32)) == -np.inf
    assert largest(np.array([np.nan, -5], np.float32)) == -5
    assert largest(np.array([1, np.inf], np.float32)) == np.inf
