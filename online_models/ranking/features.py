"""Features and scores of candidates, compiled: what each source proposes, and what is known of the item.

The features of a source are held by *entry* (a position of that source's list), not in a matrix of items by sources:
most items are proposed by few sources.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.elementary import take_exponentials, take_logarithms
from online_models.arrays.types import Indices, Values

Times = NDArray[np.float64]
ContextIndices = tuple[int, int, int, int]

SOURCE_FEATURES = 6
ITEM_FEATURES = 12

_ONE = np.float32(1)
_ZERO = np.float32(0)
_NEVER = 1e15
_LOWEST = np.float32(-1e30)
_EPSILON = np.float32(1e-4)
_LOG_SCALE = np.float32(1 / 9.21)
_THIRD = np.float32(1 / 3)
_FIFTH = np.float32(1 / 5)
_PER_MINUTES, _PER_HOUR, _PER_DAY, _PER_WEEK = -1 / 600, -1 / 3_600, -1 / 86_400, -1 / 604_800
_HOUR, _DAY = 3_600.0, 86_400.0
_RARE = 2
_HASH_FACTOR = 2_654_435_761
_SMALLEST_TABLE = 64


class RankingInputs(NamedTuple):
    """Everything that the candidates of one request are scored by. It crosses into compiled code as a whole.

    Attributes
    ----------
    weights
        Of the ranker: line 0 always applies, line 1 + c in context c; float32, shape (1 + contexts, weights).
    contexts
        The contexts of the request: one index for each question (`context_indices`).
    candidates, candidate_scores
        What each source proposes, best first, -1 and 0 where it has no more; shape (sources, limit).
    logits
        What the session network says of each of these items; no lines where it has no answer (`Candidates`).
    counts, first, last
        By item: interactions, and the time of the first and last of them (`ItemStatistics`).
    now
        Unix seconds.
    last_item
        The item of the visitor's last interaction, or -1.
    ignored_items, ignored
        Items that the visitor was shown and passed over, and how much; shape (m,).
    visit_items, visit_counts
        Items of the present session, oldest first, and how often the visitor came to each; shape (v,).
    network
        Weights of the network, shape (rows, units); no rows where there is none.
    bends
        Whether the network adds to the scores.
    """

    weights: Values
    contexts: ContextIndices
    candidates: Indices
    candidate_scores: Values
    logits: Values
    counts: Values
    first: Times
    last: Times
    now: float
    last_item: int
    ignored_items: Indices
    ignored: Values
    visit_items: Indices
    visit_counts: Indices
    network: Values
    bends: bool


class CandidateFeatures(NamedTuple):
    """The union of the candidates, in the order in which they were found.

    Attributes
    ----------
    items
        Each item once, int32, shape (k,).
    slots
        For each entry which of ``items`` it is, -1 where there is none, int32, shape (sources, limit).
    entry_features
        What depends on the score of each entry (`write_entry_features`), float32, shape (3, sources, limit).
    logits
        As in `RankingInputs`, for the network.
    confidences
        How large each source's greatest score is, 0 to 1, float32, shape (sources,).
    item_features
        Float32, shape (12, k).
    scores
        Of each of ``items``, float32.
    top_sources
        The source that added most to the score of each of ``items``, int32.
    """

    items: Indices
    slots: Indices
    entry_features: Values
    logits: Values
    confidences: Values
    item_features: Values
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
def _table_slot(table: Indices, items: Indices, item: int) -> int:
    """Return where an item stands in the hash table, or the free slot where it belongs."""
    mask = len(table) - 1
    slot = (item * _HASH_FACTOR) & mask
    while table[slot] >= 0 and items[table[slot]] != item:
        slot = (slot + 1) & mask
    return slot


@compiled
def _unite(candidates: Indices, table: Indices, items: Indices, slots: Indices) -> int:
    """Write each candidate once, and for each entry which one it is. Return how many there are."""
    count = 0
    for source in range(candidates.shape[0]):
        for position in range(candidates.shape[1]):
            item = candidates[source, position]
            if item < 0:
                break
            slot = _table_slot(table, items, item)
            if table[slot] < 0:
                table[slot] = count
                items[count] = item
                count += 1
            slots[source, position] = table[slot]
    return count


@compiled
def write_entry_features(scores: Values, entry_features: Values, confidences: Values) -> None:
    """Write of each score its share of the source's greatest, the logarithm of that, and its own logarithm."""
    sources, limit = scores.shape
    for source in range(sources):
        greatest = max(scores[source, 0], _EPSILON)
        confidences[source] = _ONE + greatest
        for position in range(limit):
            score = scores[source, position]
            entry_features[0, source, position] = score / greatest
            entry_features[1, source, position] = score / greatest + _EPSILON
            entry_features[2, source, position] = score + _EPSILON
    take_logarithms(confidences)
    for source in range(sources):
        confidences[source] = min(_ONE, confidences[source] * _THIRD)
    logarithms = entry_features[1:].reshape(-1)
    take_logarithms(logarithms)
    for entry in range(len(logarithms)):
        logarithms[entry] = max(_ZERO, _ONE + logarithms[entry] * _LOG_SCALE)


@compiled
def _write_item_features(items: Indices, inputs: RankingInputs, features: Values) -> None:
    """Write the features of each item: how much and how recently it is interacted with, and how new it is."""
    counts, first, last, now = inputs.counts, inputs.first, inputs.last, inputs.now
    for slot in range(len(items)):
        item = items[slot]
        count, idle, age = _ZERO, _NEVER, _NEVER
        if item < len(counts) and counts[item] > 0:
            count, idle, age = counts[item], max(0.0, now - last[item]), max(0.0, now - first[item])
        features[0, slot] = _ONE + count
        features[1, slot] = idle * _PER_MINUTES
        features[2, slot] = idle * _PER_DAY
        features[3, slot] = age * _PER_HOUR
        features[4, slot] = age * _PER_WEEK
        features[5, slot] = _ONE + count * (_DAY / (age + _HOUR))
        features[6, slot] = _ONE if count <= _RARE else _ZERO
        features[7, slot] = _ONE if item == inputs.last_item else _ZERO
        for feature in range(8, ITEM_FEATURES):
            features[feature, slot] = _ZERO
    for line in (0, 5):
        take_logarithms(features[line])
        for slot in range(len(items)):
            features[line, slot] *= _FIFTH
    take_exponentials(features[1:5].reshape(-1))


@compiled
def _write_ignored(table: Indices, items: Indices, inputs: RankingInputs, features: Values) -> None:
    """Write how much of each item was shown to the visitor and passed over."""
    for index in range(len(inputs.ignored_items)):
        found = table[_table_slot(table, items, inputs.ignored_items[index])]
        if found >= 0:
            features[found] = np.log(_ONE + inputs.ignored[index])


@compiled
def _write_visit(table: Indices, items: Indices, inputs: RankingInputs, features: Values) -> None:
    """Write which items are of the present session, how far back in it, and how often the visitor came to them."""
    visit = len(inputs.visit_items)
    for index in range(visit):
        found = table[_table_slot(table, items, inputs.visit_items[index])]
        if found >= 0:
            features[0, found] = _ONE
            features[1, found] = _ONE / np.float32(visit - index)
            features[2, found] = _ONE - _ONE / np.float32(max(inputs.visit_counts[index], 1))


@compiled
def _add_item_scores(features: Values, weights: Values, scores: Values) -> None:
    for feature in range(ITEM_FEATURES):
        weight = weights[feature]
        for slot in range(len(scores)):
            scores[slot] += weight * features[feature, slot]


@compiled
def entry_score(
    weights: Values, share_weight: np.float32, entry_features: Values, source: int, position: int
) -> np.float32:
    """Return what a source adds to the score of its candidate at a position."""
    score: np.float32 = (
        weights[0] + share_weight * entry_features[0, source, position] + weights[2] / np.float32(1 + position)
    )
    score += weights[3] * entry_features[1, source, position] + weights[5] * entry_features[2, source, position]
    return score


@compiled
def _add_entry_scores(
    slots: Indices, features: Values, confidences: Values, weights: Values, scores: Values, top_sources: Indices
) -> None:
    """Add what each source contributes to the scores, and note which adds most."""
    most = np.full(len(scores), _LOWEST, np.float32)
    for source in range(len(confidences)):
        own = weights[source * SOURCE_FEATURES : (source + 1) * SOURCE_FEATURES]
        share_weight = own[1] + own[4] * confidences[source]
        for position in range(slots.shape[1]):
            slot = slots[source, position]
            if slot < 0:
                break
            added = entry_score(own, share_weight, features, source, position)
            scores[slot] += added
            if added > most[slot]:
                most[slot] = added
                top_sources[slot] = source


@compiled
def score_candidates(weights: Values, inputs: RankingInputs) -> CandidateFeatures:
    """Unite the candidates, describe each, and score it.

    Parameters
    ----------
    weights
        The weights that hold in the contexts of the request: six for each source, then twelve for the items, shape
        (sources * 6 + 12,).
    inputs
        The request.
    """
    candidates = inputs.candidates
    size = _SMALLEST_TABLE
    while size < 2 * candidates.size:
        size *= 2
    table, slots = np.full(size, -1, np.int32), np.full(candidates.shape, -1, np.int32)
    items = np.empty(candidates.size, np.int32)
    items = items[: _unite(candidates, table, items, slots)]
    entry_features, confidences = np.empty((3, *slots.shape), np.float32), np.empty(len(slots), np.float32)
    write_entry_features(inputs.candidate_scores, entry_features, confidences)
    item_features = np.empty((ITEM_FEATURES, len(items)), np.float32)
    _write_item_features(items, inputs, item_features)
    _write_ignored(table, items, inputs, item_features[8])
    _write_visit(table, items, inputs, item_features[9:])
    scores, top_sources = np.zeros(len(items), np.float32), np.zeros(len(items), np.int32)
    _add_item_scores(item_features, weights[len(weights) - ITEM_FEATURES :], scores)
    _add_entry_scores(slots, entry_features, confidences, weights, scores, top_sources)
    return CandidateFeatures(
        items, slots, entry_features, inputs.logits, confidences, item_features, scores, top_sources
    )
