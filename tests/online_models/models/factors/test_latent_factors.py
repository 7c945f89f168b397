"""The weights of one side: who is known, what merging and erasing leave, what is refused."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.models.factors.latent_factors import LatentFactors


def two_known() -> LatentFactors:
    factors = LatentFactors(4, seed=1)
    factors.add(0, "cup")
    factors.add(5, "plate")
    factors.biases[[0, 5]] = 1.0, 3.0
    return factors


def test_only_what_was_added_is_known() -> None:
    factors = two_known()
    assert [factors.knows(row) for row in (-1, 0, 3, 5, 6, 10**9)] == [False, True, False, True, False, False]
    assert not factors.add(0, "cup")


def test_the_mean_of_two_weighs_each_by_its_share() -> None:
    factors = two_known()
    expected = factors.latents[5] + 0.25 * (factors.latents[0] - factors.latents[5])
    factors.merge(source=0, target=5, share=0.25)
    assert factors.biases[5] == 2.5
    assert np.allclose(factors.latents[5], expected)
    assert not factors.knows(0)


def test_whoever_is_new_takes_all_of_the_other_s() -> None:
    factors = two_known()
    before = factors.latents[0].copy()
    factors.merge(source=0, target=9, share=1.0)
    assert np.array_equal(factors.latents[9], before)
    assert factors.biases[9] == 1.0


def test_merging_nobody_changes_nothing() -> None:
    factors = two_known()
    before = str(factors.dump())
    factors.merge(source=3, target=5, share=0.5)
    assert str(factors.dump()) == before


def test_what_was_removed_starts_anew() -> None:
    factors = two_known()
    factors.remove(5)
    assert not factors.knows(5)
    assert factors.add(5, "plate")
    assert factors.biases[5] == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"latents": np.full((6, 4), np.nan, np.float32)},
        {"biases": np.full(6, np.inf, np.float32)},
        {"latents": np.zeros((6, 3), np.float32)},
        {"biases": np.zeros(5, np.float32)},
    ],
    ids=["not numbers", "infinite", "another length", "another number"],
)
def test_a_strange_state_is_refused(broken: State) -> None:
    with pytest.raises(InvalidState):
        LatentFactors(4, seed=1).load({**two_known().dump(), **broken})


def test_weights_can_be_put_where_there_were_none() -> None:
    factors = LatentFactors(3, seed=1)
    factors.put(4, 0.5, np.array([1, 2, 3], np.float32))
    assert factors.knows(4)
    assert not factors.knows(3)
    assert factors.latents[4].tolist() == [1, 2, 3]
