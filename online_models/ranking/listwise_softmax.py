"""One gradient step of the listwise softmax loss (ListNet for one chosen item), by AdaGrad: compiled."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Values
from online_models.ranking.features import ITEM_FEATURES, SOURCE_FEATURES, CandidateFeatures


@compiled
def slopes_of(scores: Values, target: int, against: bool) -> Values:
    """Return the gradient by each score of -ln p of the target, or of -ln(1 - p) if the visitor dismissed it."""
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
def gradient_of(features: CandidateFeatures, slopes: Values) -> Values:
    """Return the gradient by each weight, given the gradient by each score."""
    sources, limit = features.slots.shape
    gradient = np.zeros(sources * SOURCE_FEATURES + ITEM_FEATURES, np.float32)
    for source in range(sources):
        own = gradient[source * SOURCE_FEATURES : (source + 1) * SOURCE_FEATURES]
        for position in range(limit):
            slot = features.slots[source, position]
            if slot < 0:
                break
            slope = slopes[slot]
            own[0] += slope
            own[1] += slope * features.entry_features[0, source, position]
            own[2] += slope / np.float32(1 + position)
            own[3] += slope * features.entry_features[1, source, position]
            own[5] += slope * features.entry_features[2, source, position]
        own[4] = own[1] * features.confidences[source]
    of_items = gradient[sources * SOURCE_FEATURES :]
    for feature in range(ITEM_FEATURES):
        for slot in range(len(slopes)):
            of_items[feature] += slopes[slot] * features.item_features[feature, slot]
    return gradient


@compiled
def descend(weights: Values, squares: Values, gradient: Values, rate: np.float32) -> None:
    """Take one step of AdaGrad down a gradient."""
    for feature in range(len(gradient)):
        slope = gradient[feature]
        squares[feature] += slope * slope
        weights[feature] -= rate * slope / np.sqrt(squares[feature])
