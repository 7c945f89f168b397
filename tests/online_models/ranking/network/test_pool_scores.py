"""The network's scores and their gradient against the formulas, written out plainly."""

import numpy as np
import pytest

from online_models.arrays.selection import best_first
from online_models.arrays.types import Values
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.features import CandidateFeatures, RankingInputs, score_candidates, sum_weights
from online_models.ranking.linear_ranker import LinearRanker
from online_models.ranking.network.layout import HIDDEN, LOGIT_INPUTS, POOL, inputs_of, learned_rows_of, rows_of
from online_models.ranking.network.pool_scores import PoolScores, pool_gradient, pool_size, score_pool

MEMBERS, LIMIT, NOW = ("transitions", "popularity", "content"), 30, 1_000_000.0


def a_request(seed: int, *, session_network: bool = False) -> tuple[RankingInputs, CandidateFeatures]:
    draws = np.random.default_rng(seed)
    items, scores = np.full((3, LIMIT), -1, np.int32), np.zeros((3, LIMIT), np.float32)
    for source, said in enumerate((LIMIT, 12, 25)):
        items[source, :said] = draws.choice(90, said, replace=False)
        scores[source, :said] = np.sort(draws.exponential(5, said))[::-1]
    context = ContextFeatures(
        3,
        True,
        30.0,
        4,
        2.0,
        NOW,
        visit_items=items[0, :2].copy(),
        visit_counts=np.array([1, 3], np.int32),
    )
    statistics = ItemStatistics()
    for item in draws.integers(0, 90, 50).tolist():
        statistics.touch(item, NOW - float(draws.exponential(5_000)))
    ranker = LinearRanker(MEMBERS, {"transitions": [0, 1, 1, 0, 0, 0], "content": [0.2, 0, 0.5, 0, 0, 0]})
    candidates = Candidates(items, scores)
    if session_network:
        of_items = np.where(draws.random(91) < 0.3, -np.inf, draws.normal(0, 3, 91)).astype(np.float32)
        candidates = candidates._replace(logits=of_items[items])
    inputs = ranker.inputs(candidates, context, statistics)
    return inputs, score_candidates(sum_weights(inputs.weights, inputs.contexts), inputs)


def some_weights(seed: int) -> Values:
    draws = np.random.default_rng(seed)
    return draws.normal(0, 0.3, (rows_of(len(MEMBERS)), HIDDEN)).astype(np.float32)


def scored(weights: Values, inputs: RankingInputs, features: CandidateFeatures) -> PoolScores:
    order = best_first(features.items, features.scores, POOL + 1)
    return score_pool(weights, inputs.contexts, features, order[: pool_size(features.scores[order])])


def expected_scores(weights: Values, inputs: RankingInputs, features: CandidateFeatures) -> list[float]:
    order = np.lexsort((features.items, -features.scores))[:POOL]
    rows = inputs_of(len(MEMBERS))
    bias = weights[rows] + sum(weights[rows + 2 + context] for context in inputs.contexts)
    linear = features.scores[order].tolist()
    said = np.full(len(features.items), -np.inf)
    if len(features.logits):
        said[features.slots[features.slots >= 0]] = features.logits[features.slots >= 0]
    said = said[order]
    scores = []
    for place, slot in enumerate(order.tolist()):
        x = np.zeros(rows)
        for source, position in zip(*np.nonzero(features.slots == slot), strict=True):
            x[2 * source] = features.entry_features[2, source, position]
            x[2 * source + 1] = 1 / (1 + position)
        gap = max(-2.0, (features.scores[slot] - features.scores[order[0]]) / 4)
        x[2 * len(MEMBERS) : rows - LOGIT_INPUTS] = [
            *features.item_features[:, slot],
            gap,
            1 / (1 + linear.index(features.scores[slot])),
        ]
        if said.max() > -np.inf:
            log_probability = said[place] - np.log(np.exp(said).sum())
            x[rows - LOGIT_INPUTS :] = [
                max(0, 1 + log_probability / 11.5),
                max(-2, (said[place] - said.max()) / 4),
                1 / (1 + (said > said[place]).sum()),
            ]
        scores.append(float(features.scores[slot] + np.maximum(0, bias + x @ weights[:rows]) @ weights[rows + 1]))
    return scores


@pytest.mark.parametrize("session_network", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_scores_follow_the_formula(seed: int, session_network: bool) -> None:
    inputs, features = a_request(seed, session_network=session_network)
    weights = some_weights(seed)
    pool = scored(weights, inputs, features)
    assert len(pool.slots) == min(POOL, len(features.items))
    assert pool.scores.tolist() == pytest.approx(expected_scores(weights, inputs, features), abs=1e-3)


@pytest.mark.parametrize("session_network", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_gradient_is_how_the_loss_changes(seed: int, session_network: bool) -> None:
    inputs, features = a_request(seed, session_network=session_network)
    weights = some_weights(seed)
    slopes = np.random.default_rng(seed).normal(size=len(scored(weights, inputs, features).slots)).astype(np.float32)
    gradient = pool_gradient(weights, features, scored(weights, inputs, features), slopes)
    assert gradient.shape == (learned_rows_of(len(MEMBERS)), HIDDEN)
    step = 1e-4
    for row in range(len(gradient)):
        moved = weights.copy()
        moved[row] -= step * gradient[row]
        fallen = float(
            (slopes * (scored(weights, inputs, features).scores - scored(moved, inputs, features).scores)).sum()
        )
        assert fallen == pytest.approx(step * float((gradient[row] ** 2).sum()), rel=0.1, abs=2e-3)


def test_where_the_session_network_knows_none_of_the_pool_it_is_as_if_it_were_silent() -> None:
    inputs, features = a_request(1)
    weights = some_weights(1)
    silent = scored(weights, inputs, features)
    nothing_known = np.full(features.slots.shape, -np.inf, np.float32)
    assert np.array_equal(scored(weights, inputs, features._replace(logits=nothing_known)).scores, silent.scores)
    slopes = np.ones(len(silent.slots), np.float32)
    rows = slice(inputs_of(len(MEMBERS)) - LOGIT_INPUTS, inputs_of(len(MEMBERS)))
    assert not pool_gradient(weights, features, silent, slopes)[rows].any()


def test_only_how_far_apart_the_logits_are_counts() -> None:
    inputs, features = a_request(2, session_network=True)
    weights = some_weights(2)
    moved = features._replace(logits=features.logits + np.float32(40))
    assert np.allclose(
        scored(weights, inputs, moved).scores, scored(weights, inputs, features).scores, rtol=0, atol=1e-4
    )


def test_a_network_that_says_nothing_leaves_the_linear_scores() -> None:
    inputs, features = a_request(1)
    weights = some_weights(1)
    weights[inputs_of(len(MEMBERS)) + 1] = 0
    pool = scored(weights, inputs, features)
    assert np.array_equal(pool.scores, features.scores[pool.slots])
