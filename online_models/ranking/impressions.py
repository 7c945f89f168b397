"""What each visitor was shown lately and did not take."""

from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.state import InvalidState, State, read_array, read_indices
from online_models.arrays.types import NO_INDEX, NO_INDICES, NO_VALUES, Indices, Values

VISITORS = 16_384
"""Visitors remembered, those shown something last."""

ITEMS = 64
"""Items remembered per visitor, those drawn last."""

_DAY = 86_400.0
_MOST_VISITORS = 2**31 - 1


class Impression(NamedTuple):
    """Where an item was drawn last: its position in the list, and its top source, -1 for none."""

    position: int
    top_source: int


class _Shown(NamedTuple):
    """What one visitor was shown, oldest first: items, how much each was examined, its position and its top source."""

    items: Indices
    looks: Values
    positions: NDArray[np.int16]
    top_sources: NDArray[np.int16]


class _Visitor:
    """Room for what one visitor was shown, how much of it is in use, and when they were shown something last."""

    def __init__(self, shown: _Shown | None = None, count: int = 0, at: float = 0.0) -> None:
        kinds = (np.int32, np.float32, np.int16, np.int16)
        self.shown = packed(shown or _Shown._make(np.zeros(ITEMS, kind) for kind in kinds))
        self.arrays: tuple[NDArray[Any], ...] = self.shown
        self.count, self.at = count, at

    def in_use(self) -> list[NDArray[Any]]:
        """Return what is in use of each array."""
        return [array[: self.count] for array in self.arrays]


class Impressions:
    """The items that each visitor was shown since they last took them, and how much each was examined.

    What a visitor was shown fades: how much is halved with each day until they are shown something again.

    Examples
    --------
    >>> impressions = Impressions()
    >>> shown, examined = np.array([7, 8], np.int32), np.array([1, 0.5], np.float32)
    >>> for _ in range(2):
    ...     impressions.add(3, shown, np.array([0, 1], np.int32), examined, at=0.0)
    >>> impressions.take(3, 8)
    Impression(position=1, top_source=1)
    >>> impressions.of(3)
    (array([7], dtype=int32), array([2.], dtype=float32))
    """

    def __init__(self) -> None:
        self._visitors: OrderedDict[int, _Visitor] = OrderedDict()

    def add(self, visitor: int, items: Indices, top_sources: Indices, examined: Values, at: float) -> None:
        """Note a list that was drawn. With too many visitors, the one shown something longest ago is forgotten.

        Parameters
        ----------
        items, top_sources
            Items in order of position, and the top source of each; -1 for none.
        examined
            Probability that each position is examined; at least as long.
        at
            Unix seconds.
        """
        known = self._visitors.get(visitor)
        if known is None:
            if len(self._visitors) >= VISITORS:
                self._visitors.popitem(last=False)
            known = self._visitors[visitor] = _Visitor()
        self._visitors.move_to_end(visitor)
        fade = 2.0 ** (min(0.0, known.at - at) / _DAY)
        known.count = _add(known.shown, known.count, fade, items, top_sources, examined)
        known.at = max(known.at, at)

    def take(self, visitor: int, item: int) -> Impression | None:
        """Forget that an item was shown, and return where; None if it was not."""
        known = self._visitors.get(visitor)
        if known is None:
            return None
        items, _, positions, top_sources = known.shown
        index = _find(items, known.count, item)
        if index < 0:
            return None
        impression = Impression(positions.item(index), top_sources.item(index))
        for array in known.arrays:
            array[index : known.count - 1] = array[index + 1 : known.count]
        known.count -= 1
        return impression

    def of(self, visitor: int) -> tuple[Indices, Values]:
        """Return what a visitor was shown and did not take, and how much: sums of the positions' probabilities."""
        known = self._visitors.get(visitor)
        if known is None:
            return NO_INDICES, NO_VALUES
        items, looks, _, _ = known.shown
        return items[: known.count].copy(), looks[: known.count].copy()

    def merge_visitor(self, source: int, target: int) -> None:
        """Add what ``source`` was shown to ``target``'s, and forget the source."""
        added = self._visitors.pop(source, None)
        if added is None:
            return
        own = self._visitors.pop(target, None)
        self._visitors[target] = added if own is None else _merged(added, own)

    def forget_visitor(self, visitor: int) -> None:
        """Erase what a visitor was shown."""
        self._visitors.pop(visitor, None)

    def dump(self) -> State:
        """Return a copy of the whole state, visitors in the order in which they were drawn for."""
        known = self._visitors.values()
        fields = [
            np.concatenate([none, *(one.arrays[number] for one in known)]).reshape(-1, ITEMS)
            for number, none in enumerate(_Visitor().in_use())
        ]
        return {
            "visitors": np.array(list(self._visitors), np.int32),
            "counts": np.array([one.count for one in known], np.int32),
            "times": np.array([one.at for one in known], np.float64),
            "rows": fields[0],
            "looks": fields[1],
            "places": fields[2].astype(np.int32),
            "carriers": fields[3].astype(np.int32),
        }

    def load(self, state: State, sources: Indices) -> None:
        """Replace the whole state.

        Parameters
        ----------
        state
            What `dump` returned.
        sources
            For each source of then its index now, -1 where it is gone.

        Raises
        ------
        InvalidState
            If it does not fit.
        """
        visitors = read_indices(state, "visitors", _MOST_VISITORS)
        counts = read_array(state, "counts", np.int32, len(visitors))
        times = read_array(state, "times", np.float64, len(visitors))
        items, positions, top_sources = (
            read_array(state, name, np.int32, len(visitors), ITEMS) for name in ("rows", "places", "carriers")
        )
        looks = read_array(state, "looks", np.float32, len(visitors), ITEMS)
        if len(set(visitors)) != len(visitors) or len(visitors) > VISITORS:
            raise InvalidState("visitors that were shown something: some twice, or too many")
        if counts.size and not (int(counts.min()) >= 0 and int(counts.max()) <= ITEMS):
            raise InvalidState("more items shown than are remembered")
        if not (np.isfinite(times).all() and np.isfinite(looks).all() and (looks >= 0).all() and (items >= 0).all()):
            raise InvalidState("what was shown cannot be")
        if top_sources.size and not (int(top_sources.min()) >= NO_INDEX and int(top_sources.max()) < len(sources)):
            raise InvalidState("items of sources that there were not")
        fields = items, looks, positions.astype(np.int16), np.append(sources, NO_INDEX)[top_sources].astype(np.int16)
        lines = map(_Shown, *fields)
        known = map(_Visitor, lines, counts.tolist(), times.tolist())
        self._visitors = OrderedDict(zip(visitors, known, strict=True))


def _merged(one: _Visitor, other: _Visitor) -> _Visitor:
    """Return what two visitors were shown as that of one, each item where it was drawn last."""
    earlier, later = sorted((one, other), key=lambda visitor: visitor.at)
    both = _Shown._make(map(np.concatenate, zip(earlier.in_use(), later.in_use(), strict=True)))
    weights = np.repeat((2.0 ** ((earlier.at - later.at) / _DAY), 1.0), (earlier.count, later.count))
    _, last, inverse = np.unique(both.items[::-1], return_index=True, return_inverse=True)
    looks = np.bincount(inverse[::-1], weights * both.looks)
    order = np.argsort(-last)[-ITEMS:]
    kept = len(both.items) - 1 - last[order]
    merged = _Visitor(count=len(kept), at=later.at)
    values = both.items[kept], looks[order], both.positions[kept], both.top_sources[kept]
    for array, own in zip(merged.arrays, values, strict=True):
        array[: len(kept)] = own
    return merged


@compiled
def _find(items: Indices, count: int, item: int) -> int:
    for index in range(count):
        if items[index] == item:
            return index
    return -1


@compiled
def _add(line: _Shown, count: int, fade: float, drawn: Indices, drawn_sources: Indices, examined: Values) -> int:
    """Move what is drawn behind everything drawn before. Return how many items there are now."""
    items, looks, positions, top_sources = line
    for index in range(count):
        looks[index] *= np.float32(fade)
    for position in range(len(drawn)):
        if drawn[position] < 0:
            continue
        before = np.float32(0)
        found = _find(items, count, drawn[position])
        if found >= 0:
            before = looks[found]
        elif count < len(items):
            found = count
            count += 1
        else:
            found = 0
        for later in range(found, count - 1):
            items[later], looks[later] = items[later + 1], looks[later + 1]
            positions[later], top_sources[later] = positions[later + 1], top_sources[later + 1]
        items[count - 1], looks[count - 1] = drawn[position], before + examined[position]
        positions[count - 1], top_sources[count - 1] = position, drawn_sources[position]
    return count
