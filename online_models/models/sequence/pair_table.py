"""How strongly items are tied to other items: a bounded line of others for each item, strongest first."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import NO_INDEX, Indices, Values

WIDTH = 64
"""So many others are kept for an item. Half and four times as many answer equally well."""

_HABIT = np.float32(3)
_ROUNDING = 1e-3


Pairs = tuple[Indices, Values, Values]
"""The arrays of a table, by line:

the others, strongest first, -1 where there are no more, int32, shape (items or more, 64);
what each pair weighs, above zero and falling, 0 where there are no more, float32, the same shape;
the weight of the whole line, float32, shape (items or more,).
"""


class PairTable:
    """For each item up to 64 other items and the weights of the pairs.

    A pair that grows moves up its line, past those it has overtaken; a new pair takes the last slot of a full line.
    So a line costs one pass to change, and is read from its best end without sorting.

    Attributes
    ----------
    pairs
        `Pairs`; other arrays after growth. Lines that there was no `make_room` for are all zeros.

    Examples
    --------
    >>> table = PairTable()
    >>> table.make_room(3)
    >>> for other, weight in [(1, 1.0), (2, 0.5), (2, 2.0)]:
    ...     add_pair(table.pairs, 0, other, np.float32(weight))
    >>> others, weights, sums = table.pairs
    >>> others[0, :3].tolist(), weights[0, :3].tolist(), float(sums[0])
    ([2, 1, -1], [2.5, 1.0, 0.0], 3.5)
    """

    def __init__(self) -> None:
        self.pairs: Pairs = np.zeros((0, WIDTH), np.int32), np.zeros((0, WIDTH), np.float32), np.zeros(0, np.float32)
        self._items = 0

    def make_room(self, items: int) -> None:
        """Have a line for every item below ``items``. Spare lines stay unwritten, so that they take no memory yet."""
        if items > self._items:
            others, weights, sums = self.pairs
            self.pairs = grown(others, items), grown(weights, items), grown(sums, items)
            self.pairs[0][self._items : items] = NO_INDEX
            self._items = items

    def dump(self, lines: int, first: int = 0, step: int = 1) -> State:
        """Return a copy of lines ``first``, ``first + step`` ... below ``lines``."""
        names = "others", "weights", "sums"
        return {name: array[first:lines:step].copy() for name, array in zip(names, self.pairs, strict=True)}

    def load(self, state: State, items: int) -> None:
        """Replace the whole state by lines of so many items. Raises `InvalidState`."""
        others = read_array(state, "others", np.int32, items, WIDTH)
        weights = read_array(state, "weights", np.float32, items, WIDTH)
        sums = read_array(state, "sums", np.float32, items)
        if not _are_lines(others, weights, sums, np.full(items, NO_INDEX, np.int32)):
            raise InvalidState("pairs that are not in falling order, not of known items, or not adding up")
        self.pairs, self._items = (others, weights, sums), items


def interleaved(even: PairTable, odd: PairTable) -> PairTable:
    """Return a table whose even lines are those of one table and whose odd lines are those of another as long."""
    table = PairTable()
    table.make_room(2 * len(even.pairs[0]))
    for both, *lines in zip(table.pairs, even.pairs, odd.pairs, strict=True):
        both[: 2 * len(lines[0]) : 2], both[1 : 2 * len(lines[1]) : 2] = lines
    return table


@compiled
def add_pair(pairs: Pairs, item: int, other: int, weight: np.float32) -> None:
    """Add ``weight`` (float32) to the pair of ``item`` with ``other``, and move it to where it belongs in the line."""
    others, weights, sums = pairs
    last = others.shape[1] - 1
    slot = 0
    while slot < last and others[item, slot] != other and others[item, slot] >= 0:
        slot += 1
    total = weight
    if others[item, slot] == other:
        total += weights[item, slot]
    else:
        sums[item] -= weights[item, slot]
    sums[item] += weight
    while slot > 0 and weights[item, slot - 1] < total:
        others[item, slot] = others[item, slot - 1]
        weights[item, slot] = weights[item, slot - 1]
        slot -= 1
    others[item, slot] = other
    weights[item, slot] = total


@compiled
def weight_of(others: Indices, weights: Values, item: int, other: int) -> np.float32:
    """Return what the pair of ``item`` with ``other`` weighs; 0 where it is not in its line."""
    for slot in range(WIDTH):
        if others[item, slot] == other:
            weight: np.float32 = weights[item, slot]
            return weight
    return np.float32(0)


@compiled
def likeness(weight: np.float32, count: np.float32, other_count: np.float32) -> np.float32:
    r"""Return how much more than chance two items stand together.

    .. math:: sim(i, j) = \frac{w_{ij}}{\sqrt{n_i n_j}} \cdot \frac{w_{ij}}{w_{ij} + 3}

    where :math:`n_i` counts the signals of an item: best sellers stand beside everything and prove little;
    and so does what was seen together once.

    Examples
    --------
    >>> round(float(likeness(np.float32(3), np.float32(4), np.float32(9))), 3)
    0.25
    """
    value: np.float32 = weight / np.sqrt(count * other_count) * weight / (weight + _HABIT)
    return value


@compiled
def _are_lines(others: Indices, weights: Values, sums: Values, last_seen: Indices) -> bool:
    """Say whether every line is in order and holds known indices, each once; ``last_seen`` is -1 for each item."""
    for item in range(len(others)):
        total, above, ended = 0.0, np.inf, False
        for slot in range(others.shape[1]):
            other, weight = others[item, slot], weights[item, slot]
            ended = ended or other == NO_INDEX
            if ended:
                if other != NO_INDEX or weight != 0:
                    return False
            elif not _is_pair(other, weight, above, item, last_seen):
                return False
            total, above = total + weight, weight
        if not abs(total - sums[item]) <= _ROUNDING * (total + 1):
            return False
    return True


@compiled
def _is_pair(other: int, weight: float, above: float, item: int, last_seen: Indices) -> bool:
    if not (0 <= other < len(last_seen) and 0 < weight <= above and weight < np.inf):
        return False
    if last_seen[other] == item or other == item:
        return False
    last_seen[other] = item
    return True
