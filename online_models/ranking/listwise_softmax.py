"""One step of learning which of many candidates is taken: compiled."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Values
from online_models.ranking.features import ITEM_FEATURES, MEMBER_FEATURES, CandidateFeatures


@compiled
def slopes_of(scores: Values, target: int, against: bool) -> Values:
    """Return the gradient of the loss by each score: -ln p of the target, or -ln(1 - p) where it speaks against it."""
    slopes: Values = np.exp(scores - scores.max())
    others = slopes.sum() - slopes[target]
    total = others + slopes[target]
    if not against:
        slopes /= total
        slopes[target] -= np.float32(1)
        return slopes
    likely = slopes[target] / total
    slopes[target] = 0
    if others > 0:
        slopes *= -likely / others
        slopes[target] = likely
    return slopes


@compiled
def gradient_of(found: CandidateFeatures, slopes: Values) -> Values:
    """Return the gradient by each weight, given the gradient by each score."""
    members, limit = found.places.shape
    gradient = np.zeros(members * MEMBER_FEATURES + ITEM_FEATURES, np.float32)
    for member in range(members):
        own = gradient[member * MEMBER_FEATURES : (member + 1) * MEMBER_FEATURES]
        for rank in range(limit):
            place = found.places[member, rank]
            if place < 0:
                break
            slope = slopes[place]
            own[0] += slope
            own[1] += slope * found.entries[0, member, rank]
            own[2] += slope / np.float32(1 + rank)
            own[3] += slope * found.entries[1, member, rank]
            own[5] += slope * found.entries[2, member, rank]
        own[4] = own[1] * found.sure[member]
    of_items = gradient[members * MEMBER_FEATURES :]
    for feature in range(ITEM_FEATURES):
        for place in range(len(slopes)):
            of_items[feature] += slopes[place] * found.items[feature, place]
    return gradient


@compiled
def descend(weights: Values, squares: Values, gradient: Values, rate: np.float32) -> None:
    """Take one step of AdaGrad down a gradient."""
    for feature in range(len(gradient)):
        slope = gradient[feature]
        squares[feature] += slope * slope
        weights[feature] -= rate * slope / np.sqrt(squares[feature])
