"""The candidates of one request in order of their scores, and what each source adds to a score."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import move_to_rank
from online_models.arrays.types import Indices, Values
from online_models.ranking.features import (
    SOURCE_FEATURES,
    ContextIndices,
    RankingInputs,
    entry_score,
    score_candidates,
    write_entry_features,
)

_ZERO = np.float32(0)


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
def sum_weights(weights: Values, contexts: ContextIndices) -> Values:
    """Return the weights that hold in the contexts of a request."""
    total: Values = weights[0].copy()
    for context in contexts:
        total += weights[1 + context]
    return total


@compiled
def rank_candidates(inputs: RankingInputs, most: int) -> tuple[Indices, Values, Indices]:
    """Return items, scores and top sources of the best candidates: a `RankedCandidates`."""
    features = score_candidates(sum_weights(inputs.weights, inputs.contexts), inputs)
    return _best_first(features.items, features.scores, features.top_sources, most)


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


@compiled
def _best_first(items: Indices, scores: Values, top_sources: Indices, most: int) -> tuple[Indices, Values, Indices]:
    """Return the best ``most`` items with their scores and top sources, or all if these are fewer.

    By falling score, ties by item index.
    """
    bits = scores.view(np.int32)
    keys = np.empty(len(items), np.int64)
    for index in range(len(items)):
        # The bits of a float, read as an integer, sort like the floats once those of negatives are inverted.
        key = np.int64(bits[index])
        if key < 0:
            key = -(key + 2**31)
        keys[index] = (key << 32) - items[index]
    if len(items) <= most:
        order = np.argsort(-keys)
        return items[order], scores[order], top_sources[order]
    highest = keys.copy()
    move_to_rank(highest, len(highest), most - 1)
    order = np.empty(most, np.int64)
    count = 0
    for index in range(len(items)):
        if keys[index] >= highest[most - 1]:
            position = count
            while position > 0 and keys[order[position - 1]] < keys[index]:
                order[position] = order[position - 1]
                position -= 1
            order[position] = index
            count += 1
    return items[order], scores[order], top_sources[order]
