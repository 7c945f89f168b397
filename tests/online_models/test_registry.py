"""The registry: every model in one line, complete."""

import numpy as np
import pytest

from online_models.arrays.types import Indices, Values
from online_models.models.popularity.popularity import Popularity, Trending
from online_models.models.recommender import Model
from online_models.ranking.prior_weights import ITEM_PRIOR_WEIGHTS
from online_models.registry import (
    PRIOR_WEIGHTS,
    SPECS,
    ModelSpec,
    Resources,
    build_ensemble,
    prior_weights_of,
    wordings_of,
)
from online_models.slate import wording
from online_models.visitors.context import Context

ENSEMBLE = build_ensemble(Resources())


class Both(Model):
    names = ("one", "two")

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        return


def test_no_two_members_have_one_name() -> None:
    assert len(set(ENSEMBLE.names)) == len(ENSEMBLE.names)


@pytest.mark.parametrize("name", ENSEMBLE.names)
def test_every_member_has_a_wording_and_six_finite_weights(name: str) -> None:
    assert wordings_of(ENSEMBLE)[name].viewed
    assert np.isfinite(PRIOR_WEIGHTS[name]).all()
    assert len(PRIOR_WEIGHTS[name]) == 6


def test_the_features_of_items_have_weights_too() -> None:
    assert set(PRIOR_WEIGHTS) == set(ENSEMBLE.names) | set(ITEM_PRIOR_WEIGHTS)


def test_models_that_share_counts_share_them() -> None:
    given = Resources()
    ensemble = build_ensemble(given)
    assert ensemble.get(Popularity) is given.popularity
    assert ensemble.get(Trending)._popularity is given.popularity


def test_two_ensembles_share_nothing() -> None:
    other = build_ensemble(Resources())
    assert not set(map(id, ENSEMBLE.all)) & set(map(id, other.all))


def test_a_model_with_two_names_says_both_or_one_for_both() -> None:
    one_for_both = ModelSpec(lambda _: Both(), wording.NEW, (1.0,) * 6)
    each = ModelSpec(
        lambda _: Both(), {"one": wording.NEW, "two": wording.POPULAR}, {"one": (1.0,) * 6, "two": (2.0,) * 6}
    )
    for spec, second in ((one_for_both, (wording.NEW, 1.0)), (each, (wording.POPULAR, 2.0))):
        ensemble = build_ensemble(Resources(), [spec])
        assert (wordings_of(ensemble, [spec])["two"], prior_weights_of(ensemble, [spec])["two"][0]) == second


def test_specs_of_other_models_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        wordings_of(ENSEMBLE, SPECS[:-1])
