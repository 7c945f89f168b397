"""The network's scores of the best candidates, and their gradient: compiled.

Inputs are read from where the linear ranker's features are, entry by entry: most candidates come from few sources, and
what is zero is not multiplied.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values
from online_models.ranking.features import ITEM_FEATURES, CandidateFeatures, ContextIndices
from online_models.ranking.network.layout import (
    BEHIND_SOURCES,
    HIDDEN,
    LINEAR_INPUTS,
    LOGIT_INPUTS,
    POOL,
    SOURCE_INPUTS,
)

Slots = NDArray[np.int64]

_ONE = np.float32(1)
_ZERO = np.float32(0)
_LEVEL = 2
_GREATEST_GAP = np.float32(-2)
_PER_SCORE = np.float32(0.25)
_PER_LOGARITHM = np.float32(1 / 11.5)
"""A probability of 1 is 1, and one of a hundred-thousandth about 0."""


class PoolScores(NamedTuple):
    """What the network makes of a pool of candidates.

    Attributes
    ----------
    slots
        Which of the candidates they are, best first by the linear score, shape (p,).
    places
        For each candidate its place in the pool, -1 for none, int32, shape (k,).
    standings
        By the linear score: how far behind the first, and one over the position, equals alike; float32, shape (p, 2).
    likelihoods
        By the session network: level of the probability, how far behind the greatest, and one over the position, equals
        alike; float32, shape (p, 3), no lines where it has no answer.
    hidden
        What the hidden units say, float32, shape (p, `HIDDEN`).
    scores
        Linear score and what the network adds, float32, shape (p,).
    """

    slots: Slots
    places: Indices
    standings: Values
    likelihoods: Values
    hidden: Values
    scores: Values


@compiled
def pool_size(scores: Values) -> int:
    """Return how many of the best, which come first, are the pool: it ends where no tie is torn apart.

    The order of equals is that of their indices, which differ between learners.

    Examples
    --------
    >>> pool_size(np.array([3, 2, 2], np.float32)), pool_size(np.arange(70, 0, -1, dtype=np.float32))
    (3, 60)
    >>> pool_size(np.array([3, *[2] * 69], np.float32))
    1
    """
    size = min(POOL, len(scores))
    while 0 < size < len(scores) and scores[size] == scores[size - 1]:
        size -= 1
    return size


@compiled
def score_pool(weights: Values, contexts: ContextIndices, features: CandidateFeatures, slots: Slots) -> PoolScores:
    """Score a pool of candidates, which come best first by the linear score."""
    sources, pool = len(features.slots), len(slots)
    bias = sources * SOURCE_INPUTS + BEHIND_SOURCES
    places = np.full(len(features.items), -1, np.int32)
    standings, scores = np.empty((pool, LINEAR_INPUTS), np.float32), np.empty(pool, np.float32)
    hidden = np.empty((pool, HIDDEN), np.float32)
    common = weights[bias].copy()
    for context in contexts:
        common += weights[bias + 2 + context]
    for place in range(pool):
        places[slots[place]] = place
        scores[place] = features.scores[slots[place]]
        for unit in range(HIDDEN):
            hidden[place, unit] = common[unit]
    _write_standings(scores, standings)
    _add_sources(weights, features, places, hidden)
    _add_items(weights[sources * SOURCE_INPUTS :], features.item_features, slots, standings, hidden)
    likelihoods = _likelihoods_of(features, places, pool)
    _add_likelihoods(weights[bias - LOGIT_INPUTS : bias], likelihoods, hidden)
    output = weights[bias + 1]
    for place in range(pool):
        added = _ZERO
        for unit in range(HIDDEN):
            hidden[place, unit] = max(_ZERO, hidden[place, unit])
            added += hidden[place, unit] * output[unit]
        scores[place] += added
    return PoolScores(slots, places, standings, likelihoods, hidden, scores)


@compiled
def _write_standings(scores: Values, standings: Values) -> None:
    for place in range(len(scores)):
        if place > 0 and scores[place] == scores[place - 1]:
            standings[place] = standings[place - 1]
        else:
            standings[place, 0] = max(_GREATEST_GAP, (scores[place] - scores[0]) * _PER_SCORE)
            standings[place, 1] = _ONE / np.float32(1 + place)


@compiled
def _likelihoods_of(features: CandidateFeatures, places: Indices, pool: int) -> Values:
    """Return what the session network says of the pool, by place: nothing where it knows none of it."""
    known = np.full(pool, -np.inf, np.float32)
    for source in range(len(features.logits)):
        for position in range(features.slots.shape[1]):
            slot = features.slots[source, position]
            if slot < 0:
                break
            place = places[slot]
            if place >= 0:
                known[place] = features.logits[source, position]
    greatest = np.float32(-np.inf)
    for logit in known:
        greatest = max(greatest, logit)
    if greatest == -np.inf:
        return np.empty((0, LOGIT_INPUTS), np.float32)
    total = _ZERO
    for logit in known:
        total += np.float32(np.exp(logit - greatest))
    log_sum = np.float32(np.log(total))
    likelihoods = np.empty((pool, LOGIT_INPUTS), np.float32)
    for place in range(pool):
        behind = known[place] - greatest
        likelihoods[place, 0] = max(_ZERO, _ONE + (behind - log_sum) * _PER_LOGARITHM)
        likelihoods[place, 1] = max(_GREATEST_GAP, behind * _PER_SCORE)
        better = 0
        for logit in known:
            better += logit > known[place]
        likelihoods[place, 2] = _ONE / np.float32(1 + better)
    return likelihoods


@compiled
def _add_likelihoods(weights: Values, likelihoods: Values, hidden: Values) -> None:
    for place in range(len(likelihoods)):
        units = hidden[place]
        level, gap, reciprocal = likelihoods[place, 0], likelihoods[place, 1], likelihoods[place, 2]
        for unit in range(HIDDEN):
            units[unit] += level * weights[0, unit] + gap * weights[1, unit] + reciprocal * weights[2, unit]


@compiled
def _add_sources(weights: Values, features: CandidateFeatures, places: Indices, hidden: Values) -> None:
    levels = features.entry_features[_LEVEL]
    for source in range(len(features.slots)):
        of_level, of_position = weights[SOURCE_INPUTS * source], weights[SOURCE_INPUTS * source + 1]
        for position in range(features.slots.shape[1]):
            slot = features.slots[source, position]
            if slot < 0:
                break
            place = places[slot]
            if place >= 0:
                level, reciprocal = levels[source, position], _ONE / np.float32(1 + position)
                units = hidden[place]
                for unit in range(HIDDEN):
                    units[unit] += level * of_level[unit] + reciprocal * of_position[unit]


@compiled
def _add_items(weights: Values, item_features: Values, slots: Slots, standings: Values, hidden: Values) -> None:
    for place in range(len(slots)):
        units = hidden[place]
        gap, reciprocal = standings[place, 0], standings[place, 1]
        for unit in range(HIDDEN):
            units[unit] += gap * weights[ITEM_FEATURES, unit] + reciprocal * weights[ITEM_FEATURES + 1, unit]
        for feature in range(ITEM_FEATURES):
            value = item_features[feature, slots[place]]
            if value != 0:
                for unit in range(HIDDEN):
                    units[unit] += value * weights[feature, unit]


@compiled
def pool_gradient(weights: Values, features: CandidateFeatures, pool: PoolScores, slopes: Values) -> Values:
    """Return the gradient by each weight, given that by each score: shape (rows without contexts, `HIDDEN`)."""
    sources = len(features.slots)
    bias = sources * SOURCE_INPUTS + BEHIND_SOURCES
    gradient = np.zeros((bias + 2, HIDDEN), np.float32)
    output, of_bias, of_output = weights[bias + 1], gradient[bias], gradient[bias + 1]
    behind = np.empty_like(pool.hidden)
    for place in range(len(slopes)):
        slope = slopes[place]
        for unit in range(HIDDEN):
            active = pool.hidden[place, unit]
            of_output[unit] += slope * active
            below = slope * output[unit] if active > 0 else _ZERO
            behind[place, unit] = below
            of_bias[unit] += below
    _add_source_slopes(features, pool.places, behind, gradient)
    _add_item_slopes(features.item_features, pool, behind, gradient[sources * SOURCE_INPUTS :])
    _add_likelihood_slopes(pool.likelihoods, behind, gradient[bias - LOGIT_INPUTS : bias])
    return gradient


@compiled
def _add_source_slopes(features: CandidateFeatures, places: Indices, behind: Values, gradient: Values) -> None:
    levels = features.entry_features[_LEVEL]
    for source in range(len(features.slots)):
        of_level, of_position = gradient[SOURCE_INPUTS * source], gradient[SOURCE_INPUTS * source + 1]
        for position in range(features.slots.shape[1]):
            slot = features.slots[source, position]
            if slot < 0:
                break
            place = places[slot]
            if place >= 0:
                level, reciprocal = levels[source, position], _ONE / np.float32(1 + position)
                below = behind[place]
                for unit in range(HIDDEN):
                    of_level[unit] += level * below[unit]
                    of_position[unit] += reciprocal * below[unit]


@compiled
def _add_item_slopes(item_features: Values, pool: PoolScores, behind: Values, gradient: Values) -> None:
    for place in range(len(pool.slots)):
        below = behind[place]
        gap, reciprocal = pool.standings[place, 0], pool.standings[place, 1]
        for unit in range(HIDDEN):
            gradient[ITEM_FEATURES, unit] += gap * below[unit]
            gradient[ITEM_FEATURES + 1, unit] += reciprocal * below[unit]
        for feature in range(ITEM_FEATURES):
            value = item_features[feature, pool.slots[place]]
            if value != 0:
                for unit in range(HIDDEN):
                    gradient[feature, unit] += value * below[unit]


@compiled
def _add_likelihood_slopes(likelihoods: Values, behind: Values, gradient: Values) -> None:
    for place in range(len(likelihoods)):
        below = behind[place]
        level, gap, reciprocal = likelihoods[place, 0], likelihoods[place, 1], likelihoods[place, 2]
        for unit in range(HIDDEN):
            gradient[0, unit] += level * below[unit]
            gradient[1, unit] += gap * below[unit]
            gradient[2, unit] += reciprocal * below[unit]
