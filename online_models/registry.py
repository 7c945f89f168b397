"""The models of the product: one line each. To add a model, write its module and add its line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from online_models.catalog.catalog import Catalog
from online_models.models.content.content import Content
from online_models.models.content.declared_taste import DeclaredTaste
from online_models.models.ensemble import Ensemble
from online_models.models.factors.factorization import Factorization
from online_models.models.factors.implicit_factors import ImplicitFactors
from online_models.models.neighbors.item_item_cf import ItemItemCF
from online_models.models.neighbors.session_neighbors import SessionNeighbors
from online_models.models.neighbors.user_neighbors import UserNeighbors
from online_models.models.neural.session_gru import SessionGru
from online_models.models.popularity.category_popularity import CategoryPopularity
from online_models.models.popularity.popularity import Popularity, Trending
from online_models.models.popularity.top_rated import TopRated
from online_models.models.recommender import Model
from online_models.models.sequence.history import History
from online_models.models.sequence.second_order import SecondOrder
from online_models.models.sequence.transitions import Transitions
from online_models.ranking.prior_weights import ITEM_PRIOR_WEIGHTS
from online_models.slate import wording
from online_models.slate.wording import Wording
from online_models.visitors.declared_preferences import PreferenceTable

Weights = Sequence[float]


@dataclass(frozen=True)
class Resources:
    """What a model may be built from.

    Attributes
    ----------
    factors
        Latent factors of a model that has any.
    seed
        Of all randomness.
    pairs
        Pairs of items in a row that are known at a time, a power of two.
    popularity
        Shared by the models that compare traffic.
    """

    catalog: Catalog = field(default_factory=Catalog)
    preferences: PreferenceTable = field(default_factory=PreferenceTable)
    factors: int = 16
    seed: int = 1
    pairs: int = 2**16
    popularity: Popularity = field(default_factory=Popularity)


class ModelSpec(NamedTuple):
    """A model of the product.

    Attributes
    ----------
    model
        Builds it, empty.
    wording
        How reasons for its candidates are worded; by name where a model has several.
    prior_weight
        What the ranker gives it in a new shop: six weights in the order of the features of `LinearRanker` (proposed at
        all; share of its greatest score; one over the position; logarithm of the share; share, at high confidence;
        logarithm of the score); by name where a model has several. Zeros are a fair start.
    """

    model: Callable[[Resources], Model]
    wording: Wording | Mapping[str, Wording]
    prior_weight: Weights | Mapping[str, Weights]


SPECS = (
    ModelSpec(
        lambda _: Transitions(),
        {
            "transitions": wording.CHOSEN_WITH,
            "association": wording.CHOSEN_WITH,
            "next_item": wording.OFTEN_NEXT,
            "previous_item": wording.OFTEN_BEFORE,
            "co_occurrence": wording.CHOSEN_WITH,
            "walk": wording.RELATED_TO,
        },
        {
            "transitions": (-0.036, 0.128, 0.063, 0.049, 0.256, 0.1),
            "association": (0.02, 0.001, -0.011, 0.063, 0.122, 0.104),
            "next_item": (0.059, 0.081, 0.094, 0.087, 0.144, 0.111),
            "previous_item": (-0.069, 0.031, 0.026, -0.041, 0.074, 0.009),
            "co_occurrence": (-0.023, 0.128, 0.065, 0.048, 0.292, 0.103),
            "walk": (0.002, 0.014, 0.017, 0.019, 0.093, 0.069),
        },
    ),
    ModelSpec(lambda _: ItemItemCF(), wording.ALSO_CHOSEN, (0.035, 0.054, 0.033, 0.054, 0.1, 0.074)),
    ModelSpec(lambda given: SecondOrder(given.pairs), wording.OFTEN_NEXT, (0.041, 0.046, 0.078, 0.042, 0.062, 0.048)),
    ModelSpec(
        lambda _: SessionNeighbors(),
        {
            "session_neighbours": wording.SHOPPERS_LIKE_YOU,
            "session_returns": wording.AGAIN,
            "session_others": wording.SHOPPERS_LIKE_YOU,
        },
        {
            "session_neighbours": (-0.027, 0.033, 0.006, 0.016, 0.085, 0.032),
            "session_returns": (0.0,) * 6,
            "session_others": (0.0,) * 6,
        },
    ),
    ModelSpec(lambda _: UserNeighbors(), wording.SHOPPERS_LIKE_YOU, (0.013, 0.022, 0.008, 0.034, 0.014, 0.041)),
    ModelSpec(
        lambda given: ImplicitFactors(seed=given.seed),
        wording.SHOPPERS_LIKE_YOU,
        (-0.068, -0.129, 0.092, -0.071, 0.043, 0.0),
    ),
    ModelSpec(
        lambda given: Factorization(given.factors, given.seed),
        wording.SHOPPERS_LIKE_YOU,
        (0.0, 0.02, 0.05, 0.0, 0.0, 0.0),
    ),
    ModelSpec(lambda _: Content(), wording.BECAUSE_YOU_VIEWED, (0.0, 0.02, 0.12, 0.0, 0.0, 0.0)),
    ModelSpec(
        lambda given: given.popularity,
        {"popularity": wording.POPULAR, "popularity_day": wording.TRENDING, "popularity_hour": wording.TRENDING},
        {
            "popularity": (0.05, 0.08, 0.06, 0.02, 0.0, 0.02),
            "popularity_day": (0.02, 0.06, 0.05, 0.02, 0.03, 0.01),
            "popularity_hour": (0.0, 0.03, 0.04, 0.0, 0.02, 0.0),
        },
    ),
    ModelSpec(lambda given: Trending(given.popularity), wording.TRENDING, (0.0, 0.02, 0.05, 0.0, 0.0, 0.0)),
    ModelSpec(
        lambda _: CategoryPopularity(),
        {"category": wording.OF_THE_SAME_KIND, "family": wording.OF_THE_SAME_KIND},
        {
            "category": (0.162, 0.341, 0.258, 0.224, 0.177, 0.156),
            "family": (0.274, -0.002, -0.05, 0.229, -0.026, 0.304),
        },
    ),
    ModelSpec(lambda _: TopRated(), wording.TOP_RATED, (0.0, 0.02, 0.05, 0.0, 0.0, 0.0)),
    ModelSpec(
        lambda _: History(),
        {"history": wording.AGAIN, "habit": wording.AGAIN},
        {"history": (0.064, -0.069, -0.029, 0.033, -0.043, 0.03), "habit": (0.078, -0.031, 0.095, 0.065, 0.174, 0.099)},
    ),
    ModelSpec(
        lambda given: DeclaredTaste(given.catalog, given.preferences), wording.TOLD_US, (0.1, 0.05, 0.3, 0.0, 0.0, 0.0)
    ),
    ModelSpec(lambda _: SessionGru(), wording.SHOPPERS_LIKE_YOU, (0.0,) * 6),
)

WITHOUT_NEURAL = SPECS[:-1]
"""Those that need no training beside the learner."""


def build_ensemble(resources: Resources, specs: Sequence[ModelSpec] = SPECS) -> Ensemble:
    """Build the models, empty, in the order of their specs."""
    return Ensemble(spec.model(resources) for spec in specs)


def wordings_of(ensemble: Ensemble, specs: Sequence[ModelSpec] = SPECS) -> dict[str, Wording]:
    """Return the wording of each member."""
    return {
        name: spec.wording[name] if isinstance(spec.wording, Mapping) else spec.wording
        for spec, model in zip(specs, ensemble.all, strict=True)
        for name in model.names
    }


def prior_weights_of(ensemble: Ensemble, specs: Sequence[ModelSpec] = SPECS) -> dict[str, Weights]:
    """Return what the ranker starts from: the weights of each member, and of the features of items."""
    weights = {
        name: spec.prior_weight[name] if isinstance(spec.prior_weight, Mapping) else spec.prior_weight
        for spec, model in zip(specs, ensemble.all, strict=True)
        for name in model.names
    }
    return {**weights, **ITEM_PRIOR_WEIGHTS}


PRIOR_WEIGHTS: Mapping[str, Weights] = prior_weights_of(build_ensemble(Resources()))
"""What the ranker of the product starts from, by member and `linear_ranker.ITEMS`."""
