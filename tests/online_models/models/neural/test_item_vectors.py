"""Items of the training have its vectors; later ones get theirs from content."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.arrays.types import Indices
from online_models.models.neural.item_vectors import NO_CONTENT, ItemContent, ItemVectors
from tests.online_models.networks import a_network

TRAINED = ("a", "b", "c", "d")
WEIGHTS = a_network(TRAINED)
AT: Indices = np.array([3, 0, -1, 1], np.int32)
"""The learner numbers them otherwise, and does not know the third. Index 2 and those from 4 on came later."""


def alike(*pairs: tuple[int, list[tuple[int, float]]], items: int = 8) -> ItemContent:
    neighbors, cosines = np.full((items, 3), -1, np.int32), np.zeros((items, 3), np.float32)
    for item, near in pairs:
        for place, (other, cosine) in enumerate(near):
            neighbors[item, place], cosines[item, place] = other, cosine
    return ItemContent(neighbors, cosines)


def test_items_of_the_training_have_its_vectors() -> None:
    vectors = ItemVectors(WEIGHTS, AT)
    for number, index in enumerate(AT.tolist()):
        if index >= 0:
            assert np.array_equal(vectors.factors.latents[index], WEIGHTS.item_vectors[number])
            assert vectors.factors.biases[index] == WEIGHTS.item_bias[number]
    assert not vectors.factors.knows(2)
    assert vectors.pool.items[: vectors.pool.count].tolist() == [3, 0, 1]


def test_the_busiest_items_are_scored_first() -> None:
    vectors = ItemVectors(WEIGHTS, AT, pool=2)
    assert vectors.pool.items.tolist() == [3, 0]
    assert vectors.add(1)
    assert 1 in vectors.pool.items.tolist()


def test_a_new_item_is_like_its_content_neighbors() -> None:
    vectors = ItemVectors(WEIGHTS, AT, alike((5, [(6, 0.9), (3, 0.8), (0, 0.4)])))
    assert vectors.add(5)
    mean = 0.8 * vectors.factors.latents[3] + 0.2 * vectors.factors.latents[0]
    assert np.allclose(vectors.factors.latents[5], mean, atol=1e-6)
    assert vectors.later == (5,)
    assert 5 in vectors.pool.items.tolist()


def test_without_neighbors_it_is_like_its_family_and_else_like_its_category() -> None:
    categories, families = np.array([0, 0, 0, 1, 1, 1], np.int32), np.array([4, 4, 5, 6, 7, -1], np.int32)
    vectors = ItemVectors(WEIGHTS, AT, NO_CONTENT._replace(categories=categories, families=families))
    of = vectors.factors.latents
    assert vectors.add(2)
    assert np.allclose(of[2], (of[0] + of[1]) / 2, atol=1e-6)
    assert vectors.add(4)
    assert vectors.add(5)
    assert np.allclose(vectors.factors.latents[[4, 5]], vectors.factors.latents[3], atol=1e-6)


def test_an_item_of_which_nothing_is_known_has_no_vector() -> None:
    vectors = ItemVectors(WEIGHTS, AT, alike((5, [(6, 0.9)])))
    assert not vectors.add(5)
    assert not vectors.add(500)
    assert vectors.later == ()


def test_vectors_follow_the_catalog() -> None:
    vectors = ItemVectors(WEIGHTS, AT, alike((5, [(3, 0.8)])))
    vectors.add(5)
    vectors.use_content(alike((5, [(0, 0.8)])))
    assert np.allclose(vectors.factors.latents[5], vectors.factors.latents[0])
    vectors.use_content(NO_CONTENT)
    assert not vectors.factors.knows(5)
    vectors.use_content(alike((5, [(0, 0.8)])))
    assert vectors.factors.knows(5), "it comes back with what is known of it"


def test_an_item_that_was_new_before_gets_a_vector_of_the_next_training_too() -> None:
    content = alike((5, [(3, 0.8)]))
    vectors = ItemVectors(WEIGHTS, AT, content, later=(5, 0, 7))
    assert vectors.later == (5, 7)
    assert vectors.factors.knows(5)
    assert 5 in vectors.pool.items.tolist()


def test_what_came_later_survives_dump_and_load() -> None:
    content = alike((5, [(3, 0.8)]), (6, [(0, 0.5)]))
    vectors, again, blind = (ItemVectors(WEIGHTS, AT, known) for known in (content, content, NO_CONTENT))
    for item in (6, 5, 0):
        vectors.add(item)
    again.load(vectors.dump())
    assert again.later == vectors.later == (6, 5)
    assert np.array_equal(again.factors.latents[:7], vectors.factors.latents[:7])
    blind.load(vectors.dump())
    blind.use_content(content)
    assert np.array_equal(blind.factors.latents[:7], vectors.factors.latents[:7])
    assert np.array_equal(blind.pool.copies[0], vectors.pool.copies[0])


@pytest.mark.parametrize("later", [[5, 5], [0]])
def test_strange_states_are_refused(later: list[int]) -> None:
    vectors = ItemVectors(WEIGHTS, AT)
    with pytest.raises(InvalidState):
        vectors.load({**vectors.dump(), "later": np.array(later, np.int32)})
