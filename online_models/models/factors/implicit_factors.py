"""Taste from views: a session is embedded by its items, and items are told from others that were as popular."""

import math
from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.draws import draw
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array, read_indices, read_number, read_part
from online_models.arrays.types import Indices, Values
from online_models.models.factors.factor_index import INDEX_SIZE, Copies, FactorIndex, copy_factors
from online_models.models.factors.latent_factors import LatentFactors
from online_models.models.recommender import Model, no_attribution
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

FACTORS = 32
CLICKS = 6
"""From how many of the visitor's last items the session is embedded."""

NEGATIVES = 12
"""From how many others an item is told at each step."""

STREAM = 4_096
"""From how many of the newest events the others are drawn."""

_DECAY = 0.6
_RATE = 0.1
_L2 = 1e-4
_FEW = 100
_FIRST_SQUARES = 0.01
_INPUT, _OUTPUT, _BIAS = 0, 1, 2


class FactorWeights(NamedTuple):
    """All weights: vectors of items as inputs and as outputs, biases, and AdaGrad's sums of squares of the three."""

    inputs: Values
    outputs: Values
    biases: Values
    squares: Values


class ImplicitFactors(Model):
    r"""Items before and after one another, as vectors.

    The session is the mean of the input vectors of its last six items, newest first, and an item's score in it

    .. math::
        q = \frac{\sum_{k<6} 0.6^k u_{s_k}}{\sum_{k<6} 0.6^k}, \qquad score(j) = e^{b_j + \langle q, v_j \rangle}

    Each choice is one step of a sampled softmax: the item against twelve that were touched lately, drawn
    from the newest 4,096 events, so that an item is drawn as often as it was touched and popularity alone explains
    nothing. Steps are AdaGrad's, with one sum of squares for a vector instead of one for each of its numbers.
    Nothing is kept of visitors: whoever touched one known item gets an answer. A bounded number of items is scored,
    those learned most recently (`FactorIndex`): in a shop of up to 8,192 items, all.

    Parameters
    ----------
    factors
        Length of the vectors.
    seed
        Of the first vectors and of the draws.
    index_size
        So many items are scored at most.

    References
    ----------
    Covington, P., Adams, J. and Sargin, E. (2016). Deep neural networks for YouTube recommendations. RecSys. (The
    session as a mean of its items' vectors.)
    Yi, X. et al. (2019). Sampling-bias-corrected neural modeling for large corpus item recommendations. RecSys.
    (Negatives drawn from the stream.)

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> model = ImplicitFactors()
    >>> def viewing(*indices: int) -> Context:
    ...     return nothing_known(1.0)._replace(items=np.array(indices, np.int32), session_length=len(indices))
    >>> for cup, saucer in [(0, 1), (2, 3), (4, 5)] * 100:
    ...     for item, context in ((cup, viewing()), (saucer, viewing(cup))):
    ...         feedback = Feedback(VisitorId("ann"), ItemId(f"i{item}"), "view", 1.0, 1.0)
    ...         model.learn_one(item, feedback, context)
    >>> retrieve(model, viewing(2), limit=1).items
    array([[3]], dtype=int32)
    """

    names = ("implicit_factors",)

    def __init__(self, factors: int = FACTORS, seed: int = 0, index_size: int = INDEX_SIZE) -> None:
        self._inputs = LatentFactors(factors, 2 * seed)
        self._outputs = LatentFactors(factors, 2 * seed + 1)
        self._squares: Values = np.zeros((0, 3), np.float32)
        self._index = FactorIndex(self._outputs, index_size)
        self._stream: Indices = np.zeros(STREAM, np.int32)
        self._learned = 0
        self._query: Values = np.zeros(factors, np.float32)
        self._sampled: Indices = np.zeros(1 + NEGATIVES, np.int32)
        self._bundle()

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Tell the item from others, after the visitor's last items, where whole signals count (`Influence`)."""
        before = context.recent_items
        if not (feedback.chosen and context.influence.is_followed) or (len(before) and before.item(-1) == item):
            return
        if self._outputs.add(item, feedback.item):
            self._inputs.add(item, feedback.item)
            self._squares = grown(self._squares, item + 1, fill=_FIRST_SQUARES)
            self._bundle()
        self._index.add(item)
        _learn(self._packed, self._index.copies, before, item, self._stream, self._learned, self._sampled)
        self._learned += 1

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what goes with the visitor's last items; nothing where none of them is known."""
        if _embed(context.recent_items, self._inputs.latents, self._outputs.biases, self._query) > 0:
            self._index.retrieve(self._query, context.excluded, items[0], scores[0])

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return of each item which of the visitor's has the largest part in its score, -1 where none speaks for it."""
        attributed = no_attribution(items)
        _write_attribution(self._weights, context.recent_items, items, attributed)
        return attributed

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "inputs": self._inputs.dump(),
            "outputs": self._outputs.dump(),
            "squares": self._squares[: self._outputs.span].copy(),
            "index": self._index.dump(),
            "stream": self._stream[: self._learned].copy(),
            "learned": self._learned,
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._outputs.load(read_part(state, "outputs"))
        self._inputs.load(read_part(state, "inputs"))
        self._index.load(read_part(state, "index"))
        items, learned = self._outputs.span, int(read_number(state, "learned"))
        squares, stream = read_array(state, "squares", np.float32, items, 3), read_indices(state, "stream", items)
        if self._inputs.span != items or len(stream) != min(learned, STREAM) or learned < 0:
            raise InvalidState("the parts of the factors do not fit one another")
        if not (np.isfinite(squares).all() and (squares > 0).all()):
            raise InvalidState("sums of squares that are not above zero")
        self._squares, self._learned = squares, learned
        self._stream[: len(stream)] = stream
        self._bundle()

    def _bundle(self) -> None:
        """Put the weights together for the compiled loops, again whenever they have grown."""
        self._weights = FactorWeights(self._inputs.latents, self._outputs.latents, self._outputs.biases, self._squares)
        self._packed = packed(self._weights)


@compiled
def _weight_of(index: int, back: int, biases: Values) -> float:
    """Return how much the item ``back`` positions before the newest counts for: nothing if its bias is not known."""
    return _DECAY**back if index < len(biases) and biases[index] > -np.inf else 0.0


@compiled
def _embed(before: Indices, inputs: Values, biases: Values, query: Values) -> float:
    """Write the mean vector of the last items, and return the sum of their weights."""
    query[:] = 0
    total = 0.0
    for back in range(min(len(before), CLICKS)):
        index = before[len(before) - 1 - back]
        weight = _weight_of(index, back, biases)
        if weight > 0:
            total += weight
            for factor in range(len(query)):
                query[factor] += np.float32(weight) * inputs[index, factor]
    if total > 0:
        for factor in range(len(query)):
            query[factor] /= np.float32(total)
    return total


@compiled
def _learn(
    weights: FactorWeights, copies: Copies, before: Indices, item: int, stream: Indices, learned: int, sampled: Indices
) -> None:
    """Draw negatives, make the step if enough was learned to draw from, and let the item be drawn itself.

    ``sampled`` is to be written: the item and its negatives, shape (1 + NEGATIVES,).
    """
    _draw_negatives(item, stream, learned, sampled)
    if learned >= _FEW:
        _step(weights, before, sampled)
    stream[learned % len(stream)] = item
    _, outputs, biases, _ = weights
    for other in sampled:
        copy_factors(copies, outputs, biases, other)


@compiled
def _draw_negatives(item: int, stream: Indices, learned: int, sampled: Indices) -> None:
    """Write the item and, after it, as many of the newest events' items as there is room for."""
    sampled[0] = item
    for index in range(1, len(sampled)):
        sampled[index] = stream[draw(learned * len(sampled) + index, min(learned, len(stream)))] if learned else item


@compiled
def _step(weights: FactorWeights, before: Indices, sampled: Indices) -> None:
    """Make one step for the first of ``sampled`` against the others."""
    inputs, outputs, biases, squares = weights
    query, pull = np.empty(inputs.shape[1], np.float32), np.zeros(inputs.shape[1], np.float32)
    total = _embed(before, inputs, biases, query)
    if total == 0:
        return
    shares = np.empty(len(sampled), np.float32)
    _write_softmax(sampled, outputs, biases, query, shares)
    for index in range(len(sampled)):
        other = sampled[index]
        if index > 0 and other == sampled[0]:
            continue
        slope = shares[index] - np.float32(index == 0)
        for factor in range(len(query)):
            pull[factor] += slope * outputs[other, factor]
        _descend(outputs[other], query, slope, squares[other], _OUTPUT)
        squares[other, _BIAS] += slope * slope
        biases[other] -= np.float32(_RATE / math.sqrt(squares[other, _BIAS])) * slope
    for back in range(min(len(before), CLICKS)):
        earlier = before[len(before) - 1 - back]
        weight = _weight_of(earlier, back, biases)
        if weight > 0:
            _descend(inputs[earlier], pull, np.float32(weight / total), squares[earlier], _INPUT)


@compiled
def _write_softmax(sampled: Indices, outputs: Values, biases: Values, query: Values, shares: Values) -> None:
    """Write the softmax of the scores of the first of ``sampled`` and those that differ from it."""
    highest = np.float32(-np.inf)
    for index in range(len(sampled)):
        item = sampled[index]
        score = biases[item]
        for factor in range(len(query)):
            score += outputs[item, factor] * query[factor]
        shares[index] = score if index == 0 or item != sampled[0] else -np.inf
        highest = max(highest, shares[index])
    total = np.float32(0)
    for index in range(len(sampled)):
        shares[index] = np.float32(math.exp(shares[index] - highest))
        total += shares[index]
    for index in range(len(sampled)):
        shares[index] /= total


@compiled
def _descend(vector: Values, direction: Values, slope: np.float32, squares: Values, kind: int) -> None:
    """Move a vector against ``slope * direction`` by AdaGrad, with one sum of squares for the whole vector."""
    square = np.float32(0)
    for factor in range(len(vector)):
        gradient = slope * direction[factor] + np.float32(_L2) * vector[factor]
        square += gradient * gradient
    squares[kind] += square / np.float32(len(vector))
    rate = np.float32(_RATE / math.sqrt(squares[kind]))
    for factor in range(len(vector)):
        vector[factor] -= rate * (slope * direction[factor] + np.float32(_L2) * vector[factor])


@compiled
def _write_attribution(weights: FactorWeights, before: Indices, items: Indices, attributed: Indices) -> None:
    """Write which of the visitor's items has the largest part in each score; what none has one in stays as it is."""
    inputs, outputs, biases, _ = weights
    for index in range(len(items)):
        item, most = items[index], 0.0
        if _weight_of(item, 0, biases) == 0:
            continue
        for back in range(min(len(before), CLICKS)):
            earlier = before[len(before) - 1 - back]
            weight = _weight_of(earlier, back, biases)
            if weight > 0:
                product = 0.0
                for factor in range(inputs.shape[1]):
                    product += inputs[earlier, factor] * outputs[item, factor]
                if weight * product > most:
                    most, attributed[index] = weight * product, earlier
