"""The candidates of one request in order of their scores, and what each source adds to a score."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import best_first
from online_models.arrays.types import Indices, Values
from online_models.ranking.features import (
    SOURCE_FEATURES,
    CandidateFeatures,
    RankingInputs,
    entry_score,
    score_candidates,
    sum_weights,
    write_entry_features,
)
from online_models.ranking.network.layout import POOL
from online_models.ranking.network.pool_scores import Slots, pool_size, score_pool

_ZERO = np.float32(0)
_GAP = np.float32(1e-3)
"""Keeps what is behind the pool apart from its last, whatever rounding does."""


class RankedCandidates(NamedTuple):
    """All candidates by score: shape (k,) each, no item twice, best first, ties by item index.

    Attributes
    ----------
    items, scores
        int32 and float32. Scores may be negative; only their differences mean something.
    top_sources
        For each item the index of the source that added most to its score, of those that proposed it; int32.
    """

    items: Indices
    scores: Values
    top_sources: Indices


@compiled
def rank_candidates(inputs: RankingInputs, most: int) -> tuple[Indices, Values, Indices]:
    """Return items, scores and top sources of the best candidates: a `RankedCandidates`."""
    features = score_candidates(sum_weights(inputs.weights, inputs.contexts), inputs)
    order = best_first(features.items, features.scores, max(most, POOL + 1) if inputs.bends else most)
    scores = features.scores[order]
    if inputs.bends:
        _bend(inputs, features, order, scores)
        order, scores = order[:most], scores[:most]
    return features.items[order], scores, features.top_sources[order]


@compiled
def _bend(inputs: RankingInputs, features: CandidateFeatures, order: Slots, scores: Values) -> None:
    """Put the pool in the network's order; candidates behind it stay behind it, as far from each other as they were."""
    slots = order[: pool_size(scores)].copy()
    if not len(slots):
        return
    pool = score_pool(inputs.network, inputs.contexts, features, slots)
    bent = best_first(features.items[slots], pool.scores, len(slots))
    order[: len(slots)] = slots[bent]
    lowest = scores[len(slots) - 1]
    scores[: len(slots)] = pool.scores[bent]
    for position in range(len(slots), len(order)):
        scores[position] += scores[len(slots) - 1] - lowest - _GAP


@compiled
def write_contributions(
    weights: Values, candidates: Indices, scores: Values, items: Indices, contributions: Values
) -> None:
    """Write what each source adds to the score of each of ``items``, shape (items, sources); 0 if it subtracts."""
    features, confidences = np.empty((3, *candidates.shape), np.float32), np.empty(len(candidates), np.float32)
    write_entry_features(scores, features, confidences)
    contributions[:] = 0
    for source in range(len(candidates)):
        own = weights[source * SOURCE_FEATURES : (source + 1) * SOURCE_FEATURES]
        share_weight = own[1] + own[4] * confidences[source]
        for position in range(candidates.shape[1]):
            item = candidates[source, position]
            if item < 0:
                break
            for index in range(len(items)):
                if items[index] == item:
                    added = entry_score(own, share_weight, features, source, position)
                    contributions[index, source] = max(_ZERO, added)
                    break
