"""The items that a model of factors scores when it ranks: a bounded number, those learned most recently."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.elementary import take_exponentials
from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded, bound_of, select
from online_models.arrays.state import InvalidState, State, read_array, read_indices, read_number
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.factors.latent_factors import LatentFactors

Steps = NDArray[np.int8]

INDEX_SIZE = 8_192
"""So many items are scored at most."""

_PADDING = 64
"""Lines of a power of two would all fall on the same few lines of the processor's cache."""

_STEPS = np.float32(127)
_TINY = np.float32(1e-30)
_SPARE = 32
"""So many more are looked at exactly, for what is excluded and for what rounding has put too low."""

_ZERO = np.float32(0)
_HEADROOM = 16.0
_LOWEST = 4.0
_HIGHEST = 40.0


class FactorArrays(NamedTuple):
    """What the items of the index are ranked by.

    Attributes
    ----------
    items
        By slot, int32.
    steps, scales, biases
        By slot the vector in steps of a scale of its own, shape (length, slots and padding), the scale and the bias.
    latents, exact_biases
        `LatentFactors`, by item.
    scores, near
        Scratch by slot; ``near`` has one more.
    """

    items: Indices
    steps: Steps
    scales: Values
    biases: Values
    latents: Values
    exact_biases: Values
    scores: Values
    near: Indices


Copies = tuple[Steps, Values, Values, Indices]
"""`FactorArrays.steps`, ``scales`` and ``biases``, and each item's slot, -1 where it is not in the index."""


class FactorIndex:
    """At most ``limit`` items with a copy of their factors, renewed as items are learned.

    While there is room, every item learned is in it. After that a hand goes round: an item that was learned again
    since the hand passed stays, another gives its slot to the new one (the *clock* of page caches, which keeps about
    the same as "those learned most recently" does, without moving anything). The copy lies by factor, not by item, so
    that a product with all items runs through memory in order: several times as fast as fetching vectors from all
    over it.

    Parameters
    ----------
    factors
        The items' weights.
    limit
        How many items are held.

    Attributes
    ----------
    factors
        As given.
    items
        The items, int32, shape (limit,); the first `count` are taken.
    count
        How many there are.
    copies
        What `copy_factors` writes.

    References
    ----------
    Corbató, F. (1968). A paging experiment with the Multics system. MIT Project MAC.

    Examples
    --------
    >>> index = FactorIndex(LatentFactors(8, seed=0), limit=2)
    >>> [index.add(item) for item in (4, 7, 4, 9)]
    [True, True, False, True]
    >>> index.items
    array([4, 9], dtype=int32)
    """

    def __init__(self, factors: LatentFactors, limit: int = INDEX_SIZE) -> None:
        self.items: Indices = np.full(limit, NO_INDEX, np.int32)
        self.count = 0
        self.factors = factors
        self._again = np.zeros(limit, np.bool_)
        self._slots: Indices = np.zeros(0, np.int32)
        self._hand = 0
        self._arrays = FactorArrays(
            self.items,
            np.zeros((factors.length, limit + _PADDING), np.int8),
            np.zeros(limit, np.float32),
            np.zeros(limit, np.float32),
            factors.latents,
            factors.biases,
            np.zeros(limit, np.float32),
            np.zeros(limit + 1, np.int32),
        )
        self._packed = packed(self._arrays)
        self._bundle()

    def _bundle(self) -> None:
        arrays = self._arrays
        self.copies: Copies = arrays.steps, arrays.scales, arrays.biases, self._slots

    def add(self, item: int) -> bool:
        """Note that an item is learned, and tell whether it is new to the index.

        Its factors are copied by `refresh` or `copy_factors`.
        """
        if item >= len(self._slots):
            self._slots = grown(self._slots, item + 1, fill=NO_INDEX)
            self._bundle()
        slot = self._slots.item(item)
        if slot >= 0:
            self._again[slot] = True
            return False
        if self.count < len(self.items):
            slot = self.count
            self.count += 1
        else:
            slot = _next_free(self._again, self._hand)
            self._hand = (slot + 1) % len(self.items)
            self._slots[self.items[slot]] = NO_INDEX
        self.items[slot] = item
        self._slots[item] = slot
        return True

    def refresh(self, items: Indices) -> None:
        """Copy the present factors of those items that are in the index."""
        _copy_all(self.copies, self.factors.latents, self.factors.biases, items)

    def retrieve(self, query: Values, excluded: Excluded, best_items: Indices, best_scores: Values) -> None:
        r"""Write the best of the index by :math:`e^{b_i + \langle q, v_i \rangle}`: best first, equals by item.

        Parameters
        ----------
        query
            float32, shape (length,).
        excluded
            Items to leave out.
        best_items, best_scores
            To be written, shape (limit,). Exponents below -12 are nothing, those above 24 are 24.
        """
        _retrieve(self._current(), self.count, query, False, excluded, best_items, best_scores)

    def retrieve_shares(self, query: Values, excluded: Excluded, best_items: Indices, best_scores: Values) -> None:
        r"""Write the best by :math:`e^{b_i + \langle q, v_i \rangle} / \sum_j e^{b_j + \langle q, v_j \rangle}`.

        The sum goes over all of the index, with its rounded vectors: it is right to a few percent. The rest is as in
        `retrieve`.
        """
        _retrieve(self._current(), self.count, query, True, excluded, best_items, best_scores)

    def _current(self) -> FactorArrays:
        """Return the arrays for the compiled loops, bundled anew if the factors have replaced theirs."""
        latents, biases = self.factors.latents, self.factors.biases
        if self._arrays.latents is not latents or self._arrays.exact_biases is not biases:
            self._arrays = self._arrays._replace(latents=latents, exact_biases=biases)
            self._packed = packed(self._arrays)
        return self._packed

    def dump(self) -> State:
        """Return a copy of the whole state, without the copied factors."""
        return {"items": self.items[: self.count].copy(), "again": self._again[: self.count].copy(), "hand": self._hand}

    def load(self, state: State) -> None:
        """Replace the whole state, after the items' weights were. Raises `InvalidState`."""
        items = np.array(read_indices(state, "items", self.factors.span), np.int32)
        again, hand = read_array(state, "again", np.bool_, len(items)), int(read_number(state, "hand"))
        limit = len(self.items)
        if len(items) > limit or len(np.unique(items)) != len(items) or not 0 <= hand < limit:
            raise InvalidState(f"not an index of at most {limit} items")
        self.count, self._hand = len(items), hand
        self.items[: len(items)], self.items[len(items) :] = items, NO_INDEX
        self._again[: len(items)], self._again[len(items) :] = again, False
        self._slots = np.full(self.factors.span, NO_INDEX, np.int32)
        self._slots[items] = np.arange(len(items))
        self._bundle()
        self.refresh(items)


@compiled
def _next_free(again: NDArray[np.bool_], hand: int) -> int:
    """Return the first slot from ``hand`` on that was not learned again; those passed must be, to stay once more."""
    while again[hand]:
        again[hand] = False
        hand = (hand + 1) % len(again)
    return hand


@compiled
def copy_factors(copies: Copies, latents: Values, exact_biases: Values, item: int) -> None:
    """Copy an item's factors, if it is in the index: the vector as 127 steps either way of a scale of its own."""
    steps, scales, biases, slots = copies
    slot = slots[item] if item < len(slots) else NO_INDEX
    if slot < 0:
        return
    biases[slot] = exact_biases[item]
    greatest = np.float32(0)
    for factor in range(latents.shape[1]):
        greatest = max(greatest, abs(latents[item, factor]))
    scale = max(greatest, _TINY) / _STEPS
    scales[slot] = scale
    for factor in range(latents.shape[1]):
        steps[factor, slot] = np.int8(np.rint(latents[item, factor] / scale))


@compiled
def _copy_all(copies: Copies, latents: Values, exact_biases: Values, items: Indices) -> None:
    for item in items:
        copy_factors(copies, latents, exact_biases, item)


@compiled
def _retrieve(
    bundle: FactorArrays,
    count: int,
    query: Values,
    as_shares: bool,
    excluded: Excluded,
    best_items: Indices,
    best_scores: Values,
) -> None:
    """Find who leads by vectors of rounded numbers, somewhat more than are wanted, and the best of these exactly."""
    arrays = FactorArrays(*bundle)
    items, near, scores = arrays.items, arrays.near, arrays.scores
    scales, biases = arrays.scales, arrays.biases
    _multiply(count, query, arrays.steps, scores)
    for slot in range(count):
        scores[slot] = biases[slot] + scales[slot] * scores[slot]
    shift = _log_sum(scores[:count]) if as_shares else _ZERO
    for slot in range(count):
        scores[slot] = _raised(scores[slot] - shift)
    bits, bound, found = scores.view(np.int32), bound_of(scores, count, len(best_items) + _SPARE), 0
    for slot in range(count):
        # Without a branch, which would be mispredicted too often.
        near[found] = items[slot]
        found += bits[slot] >= bound
    chosen = _choose(arrays, near, found, query, shift, excluded, best_items, best_scores)
    if chosen < len(best_items) and bound > 1:
        # More of them are excluded than there were to spare: all are looked at.
        chosen = _choose(arrays, items, count, query, shift, excluded, best_items, best_scores)
    for position in range(chosen):
        best_scores[position] = math.exp(np.float64(best_scores[position]) - _HEADROOM)


@compiled
def _log_sum(exponents: Values) -> np.float32:
    """Return the logarithm of the sum of exponentials."""
    greatest = np.float32(-np.inf)
    for exponent in exponents:
        greatest = max(greatest, exponent)
    if greatest == -np.inf:
        return _ZERO
    powers = exponents - greatest
    take_exponentials(powers)
    return greatest + np.float32(math.log(powers.sum()))


@compiled
def _choose(
    arrays: FactorArrays,
    items: Indices,
    count: int,
    query: Values,
    shift: np.float32,
    excluded: Excluded,
    best: Indices,
    scores: Values,
) -> int:
    """Write the best of the first ``count`` items by their exact vectors, and return how many were written."""
    latents, biases, totals = arrays.latents, arrays.exact_biases, arrays.scores
    for index in range(count):
        item = items[index]
        product = np.float32(0)
        for factor in range(len(query)):
            product += query[factor] * latents[item, factor]
        totals[index] = _raised(biases[item] + product - shift)
    return select(items, totals, count, excluded, best, scores)


@compiled
def _raised(exponent: np.float32) -> np.float32:
    """Return an exponent so far above zero that those of no two numbers of 32 bits are equal; 0 where it is nothing."""
    raised = min(exponent + np.float32(_HEADROOM), np.float32(_HIGHEST))
    return raised if raised >= _LOWEST else np.float32(0)


@compiled
def _multiply(count: int, query: Values, steps: Steps, totals: Values) -> None:
    """Write the product of each vector in steps; eight factors at a time go through the totals once."""
    totals[:count] = 0
    whole = len(query) // 8 * 8
    for first in range(0, whole, 8):
        a, b, c, d = query[first], query[first + 1], query[first + 2], query[first + 3]
        e, f, g, h = query[first + 4], query[first + 5], query[first + 6], query[first + 7]
        for slot in range(count):
            totals[slot] += (
                a * np.float32(steps[first, slot])
                + b * np.float32(steps[first + 1, slot])
                + c * np.float32(steps[first + 2, slot])
                + d * np.float32(steps[first + 3, slot])
                + e * np.float32(steps[first + 4, slot])
                + f * np.float32(steps[first + 5, slot])
                + g * np.float32(steps[first + 6, slot])
                + h * np.float32(steps[first + 7, slot])
            )
    for factor in range(whole, len(query)):
        for slot in range(count):
            totals[slot] += query[factor] * np.float32(steps[factor, slot])
