"""Taste from views: a session is embedded by its items, and items are told from others that were as popular."""

import math

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.draws import draw
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array, read_indices, read_number, read_part
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.factors.embedding import CLICKS, embed, weight_of
from online_models.models.factors.factor_index import INDEX_SIZE, FactorIndex
from online_models.models.factors.latent_factors import LatentFactors
from online_models.models.recommender import no_attribution
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

FACTORS = 32
NEGATIVES = 12
"""From how many others an item is told at each step."""

STREAM = 4_096
"""From how many of the newest events the others are drawn."""

_RATE = 0.1
_L2 = 1e-4
_FEW = 100
_FIRST_SQUARES = 0.01
_INPUT, _OUTPUT, _BIAS = 0, 1, 2


class ImplicitFactors:
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
    pool
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
    >>> def viewing(*rows: int) -> Context:
    ...     return nothing_known(1.0)._replace(items=np.array(rows, np.int32), session_length=len(rows))
    >>> for cup, saucer in [(0, 1), (2, 3), (4, 5)] * 100:
    ...     for item, context in ((cup, viewing()), (saucer, viewing(cup))):
    ...         feedback = Feedback(VisitorId("ann"), ItemId(f"i{item}"), "view", 1.0, 1.0)
    ...         model.learn_one(item, feedback, context)
    >>> retrieve(model, viewing(2), limit=1).items
    array([[3]], dtype=int32)
    """

    names = ("implicit_factors",)

    def __init__(self, factors: int = FACTORS, seed: int = 0, pool: int = INDEX_SIZE) -> None:
        self._inputs = LatentFactors(factors, 2 * seed)
        self._outputs = LatentFactors(factors, 2 * seed + 1)
        self._squares: Values = np.zeros((0, 3), np.float32)
        self._pool = FactorIndex(self._outputs, pool)
        self._stream: Indices = np.zeros(STREAM, np.int32)
        self._learned = 0
        self._query: Values = np.zeros(factors, np.float32)
        self._pull: Values = np.zeros(factors, np.float32)
        self._told: Indices = np.zeros(1 + NEGATIVES, np.int32)
        self._shares: Values = np.zeros(1 + NEGATIVES, np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Tell the item from others, after the visitor's last items. What they touched just before is not learned."""
        before = context.recent_items
        if not feedback.chosen or (len(before) and before.item(-1) == item):
            return
        if self._outputs.add(item, feedback.item):
            self._inputs.add(item, feedback.item)
            self._squares = grown(self._squares, item + 1, fill=_FIRST_SQUARES)
        self._pool.touch(item)
        _learn(
            item,
            before,
            self._stream,
            self._learned,
            self._told,
            self._inputs.latents,
            self._outputs.latents,
            self._outputs.biases,
            self._squares,
            self._query,
            self._pull,
            self._shares,
        )
        self._pool.refresh(self._told)
        self._learned += 1

    def retrieve(self, context: Context, rows: Indices, values: Values) -> None:
        """Write what goes with the visitor's last items; nothing where none of them is known."""
        if embed(context.recent_items, self._inputs.latents, self._outputs.biases, self._query) > 0:
            self._pool.retrieve(self._query, context.excluded, rows[0], values[0])

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return the rows of the visitor's items with the largest part in each score, where they speak for the item."""
        outputs, spoke = self._outputs, no_attribution(items)
        _write_evidence(context.recent_items, self._inputs.latents, outputs.latents, outputs.biases, items, spoke)
        return spoke

    def merge_visitor(self, source: int, context: Context) -> None:
        """Do nothing: nothing is kept of visitors."""

    def forget_item(self, visitor: int, item: int) -> None:
        """Do nothing: nothing is kept of visitors."""

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: nothing is kept of visitors."""

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "inputs": self._inputs.dump(),
            "outputs": self._outputs.dump(),
            "squares": self._squares[: self._outputs.span].copy(),
            "pool": self._pool.dump(),
            "stream": self._stream[: self._learned].copy(),
            "learned": self._learned,
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._outputs.load(read_part(state, "outputs"))
        self._inputs.load(read_part(state, "inputs"))
        self._pool.load(read_part(state, "pool"))
        items, learned = self._outputs.span, int(read_number(state, "learned"))
        squares, stream = read_array(state, "squares", np.float32, items, 3), read_indices(state, "stream", items)
        if self._inputs.span != items or len(stream) != min(learned, STREAM) or learned < 0:
            raise InvalidState("the parts of the factors do not fit one another")
        if not (np.isfinite(squares).all() and (squares > 0).all()):
            raise InvalidState("sums of squares that are not above zero")
        self._squares, self._learned = squares, learned
        self._stream[: len(stream)] = stream


@compiled
def _learn(
    item: int,
    before: Indices,
    stream: Indices,
    learned: int,
    told: Indices,
    inputs: Values,
    outputs: Values,
    biases: Values,
    squares: Values,
    query: Values,
    pull: Values,
    shares: Values,
) -> None:
    """Draw from whom the item is told, make the step if enough was learned to draw from, and let it be drawn itself.

    Parameters
    ----------
    told
        To be written: the item and those it is told from, shape (1 + NEGATIVES,).
    query, pull, shares
        Scratch: two vectors, and one number for each of ``told``.
    """
    _draw_others(item, stream, learned, told)
    if learned >= _FEW:
        _step(before, told, inputs, outputs, biases, squares, query, pull, shares)
    stream[learned % len(stream)] = item


@compiled
def _draw_others(item: int, stream: Indices, learned: int, told: Indices) -> None:
    """Write the item and, after it, as many of the newest events' items as there is room for."""
    told[0] = item
    for place in range(1, len(told)):
        told[place] = stream[draw(learned * len(told) + place, min(learned, len(stream)))] if learned else item


@compiled
def _step(
    before: Indices,
    told: Indices,
    inputs: Values,
    outputs: Values,
    biases: Values,
    squares: Values,
    query: Values,
    pull: Values,
    shares: Values,
) -> None:
    """Make one step for the first of ``told`` against the others."""
    total = embed(before, inputs, biases, query)
    if total == 0:
        return
    _share_out(told, outputs, biases, query, shares)
    pull[:] = 0
    for place in range(len(told)):
        row = told[place]
        if place > 0 and row == told[0]:
            continue
        slope = shares[place] - np.float32(place == 0)
        for factor in range(len(query)):
            pull[factor] += slope * outputs[row, factor]
        _descend(outputs[row], query, slope, squares[row], _OUTPUT)
        squares[row, _BIAS] += slope * slope
        biases[row] -= np.float32(_RATE / math.sqrt(squares[row, _BIAS])) * slope
    for back in range(min(len(before), CLICKS)):
        row = before[len(before) - 1 - back]
        weight = weight_of(row, back, biases)
        if weight > 0:
            _descend(inputs[row], pull, np.float32(weight / total), squares[row], _INPUT)


@compiled
def _share_out(told: Indices, outputs: Values, biases: Values, query: Values, shares: Values) -> None:
    """Write the softmax of the scores of the first of ``told`` and those that differ from it."""
    highest = np.float32(-np.inf)
    for place in range(len(told)):
        row = told[place]
        score = biases[row]
        for factor in range(len(query)):
            score += outputs[row, factor] * query[factor]
        shares[place] = score if place == 0 or row != told[0] else -np.inf
        highest = max(highest, shares[place])
    total = np.float32(0)
    for place in range(len(told)):
        shares[place] = np.float32(math.exp(shares[place] - highest))
        total += shares[place]
    for place in range(len(told)):
        shares[place] /= total


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
def _write_evidence(
    before: Indices, inputs: Values, outputs: Values, biases: Values, items: Indices, spoke: Indices
) -> None:
    for place in range(len(items)):
        spoke[place] = _evidence(before, inputs, outputs, biases, items[place])


@compiled
def _evidence(before: Indices, inputs: Values, outputs: Values, biases: Values, item: int) -> int:
    most, speaker = 0.0, NO_INDEX
    if weight_of(item, 0, biases) == 0:
        return speaker
    for back in range(min(len(before), CLICKS)):
        row = before[len(before) - 1 - back]
        weight = weight_of(row, back, biases)
        if weight > 0:
            part = weight * _product(inputs[row], outputs[item])
            if part > most:
                most, speaker = part, row
    return speaker


@compiled
def _product(one: Values, other: Values) -> float:
    total = 0.0
    for factor in range(len(one)):
        total += one[factor] * other[factor]
    return total
