"""The items that a model of factors scores when it ranks: a bounded number, those learned most recently."""

import math

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.rows import grown
from online_models.arrays.selection import select
from online_models.arrays.state import read_array, read_number, read_rows
from online_models.models.factors import Factors
from online_models.recommender import NOBODY, InvalidState, Rows, State, Values

POOL = 8_192
"""So many items are scored at most."""

_PADDING = 16
"""Lines of a power of two would all fall on the same few places of the processor's cache."""

_HEADROOM = 16.0
_LOWEST = 4.0
_HIGHEST = 40.0


class Pool:
    """At most ``limit`` rows of items with a copy of their factors, renewed as items are learned.

    While there is room, every item learned is in it. After that a hand goes round: an item that was learned again
    since the hand passed stays, another gives its place to the new one (the *clock* of page caches, which keeps about
    the same as "those learned most recently" does, without moving anything). The copy lies by factor, not by item, so
    that a product with all items runs through memory in order: several times as fast as fetching rows from all over it.

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
    rows
        The items, int32, shape (limit,); the first `count` are taken.
    count
        How many there are.

    References
    ----------
    Corbató, F. (1968). A paging experiment with the Multics system. MIT Project MAC.

    Examples
    --------
    >>> pool = Pool(Factors(8, seed=0), limit=2)
    >>> for item in (4, 7, 4, 9):
    ...     pool.touch(item)
    >>> pool.rows
    array([4, 9], dtype=int32)
    """

    def __init__(self, factors: Factors, limit: int = POOL) -> None:
        self.rows: Rows = np.full(limit, NOBODY, np.int32)
        self.count = 0
        self.factors = factors
        self._latents: Values = np.zeros((factors.length, limit + _PADDING), np.float32)
        self._biases: Values = np.zeros(limit, np.float32)
        self._again = np.zeros(limit, np.bool_)
        self._slots: Rows = np.zeros(0, np.int32)
        self._hand = 0
        self._totals: Values = np.zeros(limit, np.float32)

    def touch(self, item: int) -> None:
        """Note that a row is learned. Its factors are copied by `refresh`."""
        if item >= len(self._slots):
            self._slots = grown(self._slots, item + 1, fill=NOBODY)
        slot = self._slots.item(item)
        if slot >= 0:
            self._again[slot] = True
            return
        if self.count < len(self.rows):
            slot = self.count
            self.count += 1
        else:
            slot = _next_free(self._again, self._hand)
            self._hand = (slot + 1) % len(self.rows)
            self._slots[self.rows[slot]] = NOBODY
        self.rows[slot] = item
        self._slots[item] = slot

    def refresh(self, items: Rows) -> None:
        """Copy the present factors of those rows that are in the pool."""
        _copy(items, self._slots, self.factors.latents, self.factors.biases, self._latents, self._biases)

    def answer(self, query: Values, barred: NDArray[np.bool_], best_rows: Rows, best_values: Values) -> None:
        r"""Write the best of the pool by :math:`e^{b_i + \langle q, v_i \rangle}`: best first, equals by row.

        Parameters
        ----------
        query
            float32, shape (length,).
        barred
            Items to leave out.
        best_rows, best_values
            To be written, shape (limit,). Exponents below -12 are nothing, those above 24 are 24.
        """
        _answer(self.rows, self.count, query, self._latents, self._biases, self._totals, barred, best_rows, best_values)

    def dump(self) -> State:
        """Return a copy of the whole state, without the copied factors."""
        return {"rows": self.rows[: self.count].copy(), "again": self._again[: self.count].copy(), "hand": self._hand}

    def load(self, state: State) -> None:
        """Replace the whole state, after the items' weights were. Raises `InvalidState`."""
        rows = np.array(read_rows(state, "rows", self.factors.span), np.int32)
        again, hand = read_array(state, "again", np.bool_, len(rows)), int(read_number(state, "hand"))
        limit = len(self.rows)
        if len(rows) > limit or len(np.unique(rows)) != len(rows) or not 0 <= hand < limit:
            raise InvalidState(f"not a pool of at most {limit} items")
        self.count, self._hand = len(rows), hand
        self.rows[: len(rows)], self.rows[len(rows) :] = rows, NOBODY
        self._again[: len(rows)], self._again[len(rows) :] = again, False
        self._slots = np.full(self.factors.span, NOBODY, np.int32)
        self._slots[rows] = np.arange(len(rows))
        self.refresh(rows)


@compiled
def _next_free(again: NDArray[np.bool_], hand: int) -> int:
    """Return the first place from ``hand`` on that was not learned again; those passed must be, to stay once more."""
    while again[hand]:
        again[hand] = False
        hand = (hand + 1) % len(again)
    return hand


@compiled
def _copy(items: Rows, slots: Rows, latents: Values, biases: Values, pool_latents: Values, pool_biases: Values) -> None:
    for item in items:
        slot = slots[item] if item < len(slots) else NOBODY
        if slot >= 0:
            pool_biases[slot] = biases[item]
            for factor in range(latents.shape[1]):
                pool_latents[factor, slot] = latents[item, factor]


@compiled
def _answer(
    rows: Rows,
    count: int,
    query: Values,
    latents: Values,
    biases: Values,
    totals: Values,
    barred: NDArray[np.bool_],
    best_rows: Rows,
    best_values: Values,
) -> None:
    _multiply(count, query, latents, biases, totals)
    for place in range(count):
        # From 4 on, numbers of 32 bits lie so far apart that no two of them have the same exponential.
        raised = min(totals[place] + np.float32(_HEADROOM), np.float32(_HIGHEST))
        totals[place] = raised if raised >= _LOWEST else np.float32(0)
    chosen = select(rows, totals, count, barred, best_rows, best_values)
    for place in range(chosen):
        best_values[place] = math.exp(np.float64(best_values[place]) - _HEADROOM)


@compiled
def _multiply(count: int, query: Values, latents: Values, biases: Values, totals: Values) -> None:
    """Write the bias and the product of each item; four factors at a time go through the totals once."""
    for place in range(count):
        totals[place] = biases[place]
    whole = len(query) // 4 * 4
    for factor in range(0, whole, 4):
        one, two, three, four = query[factor], query[factor + 1], query[factor + 2], query[factor + 3]
        for place in range(count):
            totals[place] += (
                one * latents[factor, place]
                + two * latents[factor + 1, place]
                + three * latents[factor + 2, place]
                + four * latents[factor + 3, place]
            )
    for factor in range(whole, len(query)):
        for place in range(count):
            totals[place] += query[factor] * latents[factor, place]
