"""What one judged slate teaches the linear ranker and the network: both gradients, in one compiled call."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.selection import best_first
from online_models.arrays.types import Values
from online_models.ranking.features import RankingInputs, score_candidates, sum_weights
from online_models.ranking.listwise_softmax import gradient_of, slopes_of
from online_models.ranking.network.layout import HIDDEN, POOL
from online_models.ranking.network.pool_scores import pool_gradient, pool_size, score_pool


class Lesson(NamedTuple):
    """What a slate teaches. Slopes are empty where there is nothing to learn.

    Attributes
    ----------
    linear
        The gradient by each weight of the linear ranker, float32.
    network
        That by each weight of the network but for the contexts', float32, shape (rows, `HIDDEN`).
    gain
        By how much the network's log loss was below the linear ranker's, over the pool that both ordered.
    """

    linear: Values
    network: Values
    gain: float


def lesson_of(inputs: RankingInputs, item: int, *, dismissed: bool = False) -> Lesson:
    """Return what the choice (or dismissal) of an item teaches. Changes nothing.

    The network learns nothing from an item outside the pool.
    """
    return Lesson(*_lesson_of(packed(inputs), int(item), dismissed))


@compiled
def _lesson_of(bundle: RankingInputs, item: int, against: bool) -> tuple[Values, Values, float]:
    inputs = RankingInputs(*bundle)
    features = score_candidates(sum_weights(inputs.weights, inputs.contexts), inputs)
    nothing = np.empty((0, HIDDEN), np.float32)
    target = -1
    for index in range(len(features.items)):
        if features.items[index] == item:
            target = index
    if target < 0:
        return np.empty(0, np.float32), nothing, 0.0
    linear = gradient_of(features, slopes_of(features.scores, target, against))
    if not len(inputs.network):
        return linear, nothing, 0.0
    order = best_first(features.items, features.scores, POOL + 1)
    slots = order[: pool_size(features.scores[order])]
    pool = score_pool(inputs.network, inputs.contexts, features, slots)
    place = pool.places[target]
    if place < 0:
        return linear, nothing, 0.0
    gain = _log_loss(features.scores[slots], place) - _log_loss(pool.scores, place)
    return linear, pool_gradient(inputs.network, features, pool, slopes_of(pool.scores, place, against)), gain


@compiled
def _log_loss(scores: Values, place: int) -> float:
    greatest = scores.max()
    return float(greatest - scores[place] + np.log(np.exp(scores - greatest).sum()))
