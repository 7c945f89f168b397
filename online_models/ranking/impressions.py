"""What each visitor was shown lately and did not take."""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array, read_indices
from online_models.arrays.types import NO_INDEX, NO_INDICES, NO_VALUES, Indices, Values

VISITORS = 16_384
"""Visitors remembered, those drawn for last."""

ITEMS = 64
"""Items remembered per visitor, those drawn last."""

_DAY = 86_400.0
_MAX_ROWS = 2**31 - 1


class Impression(NamedTuple):
    """Where an item was drawn last: its position in the list, and its top source, -1 for none."""

    place: int
    top_source: int


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
    Impression(place=1, top_source=1)
    >>> impressions.of(3)
    (array([7], dtype=int32), array([2.], dtype=float32))
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[int, int] = OrderedDict()
        self._free: list[int] = []
        self._counts = np.zeros(0, np.int32)
        self._times = np.zeros(0)
        self._rows: Indices = np.zeros((0, ITEMS), np.int32)
        self._looks: Values = np.zeros((0, ITEMS), np.float32)
        self._places: NDArray[np.int16] = np.zeros((0, ITEMS), np.int16)
        self._carriers: NDArray[np.int16] = np.zeros((0, ITEMS), np.int16)

    def add(self, visitor: int, rows: Indices, top_sources: Indices, examined: Values, at: float) -> None:
        """Note a list that was drawn.

        Parameters
        ----------
        rows, top_sources
            Items in order of position, and the top source of each; -1 for none.
        examined
            Probability that each position is examined; at least as long.
        at
            Unix seconds.
        """
        line = self._line(visitor)
        shown = _Shown(self._rows[line], self._looks[line], self._places[line], self._carriers[line])
        fade = 2.0 ** (min(0.0, self._times[line] - at) / _DAY)
        self._counts[line] = _add(shown, self._counts[line], fade, rows, top_sources, examined)
        self._times[line] = max(self._times[line], at)

    def take(self, visitor: int, item: int) -> Impression | None:
        """Forget that an item was shown, and return where; None if it was not."""
        line = self._lines.get(visitor)
        if line is None:
            return None
        place = _find(self._rows[line], self._counts[line], item)
        if place < 0:
            return None
        impression = Impression(int(self._places[line, place]), int(self._carriers[line, place]))
        rest = slice(place, self._counts[line] - 1)
        for array in (self._rows, self._looks, self._places, self._carriers):
            array[line, rest] = array[line, place + 1 : self._counts[line]]
        self._counts[line] -= 1
        return impression

    def of(self, visitor: int) -> tuple[Indices, Values]:
        """Return what was shown to a visitor and not taken, and how much: sums of the places' probabilities."""
        line = self._lines.get(visitor)
        if line is None:
            return NO_INDICES, NO_VALUES
        count = self._counts[line]
        return self._rows[line, :count].copy(), self._looks[line, :count].copy()

    def merge_visitor(self, source: int, target: int) -> None:
        """Let ``target`` have been shown what ``source`` was as well, and forget that it was."""
        line = self._lines.pop(source, None)
        if line is None:
            return
        own = self._lines.pop(target, None)
        if own is None:
            self._lines[target] = line
            return
        earlier, later = sorted((line, own), key=lambda one: self._times[one])
        fade = 2.0 ** ((self._times[earlier] - self._times[later]) / _DAY)
        shown: dict[int, tuple[float, int, int]] = {}
        for one, weight in ((earlier, fade), (later, 1.0)):
            arrays = (self._rows, self._looks, self._places, self._carriers)
            for row, looks, place, top_source in zip(
                *(array[one, : self._counts[one]].tolist() for array in arrays), strict=True
            ):
                before = shown.pop(row, (0.0, 0, 0))[0]
                shown[row] = before + weight * looks, place, top_source
        at = self._times[later]
        self._clear(line)
        self._clear(own)
        self._free.append(line)
        newest = list(shown.items())[-ITEMS:]
        for place, (row, (looks, drawn, top_source)) in enumerate(newest):
            self._rows[own, place], self._looks[own, place] = row, looks
            self._places[own, place], self._carriers[own, place] = drawn, top_source
        self._counts[own], self._times[own] = len(newest), at
        self._lines[target] = own

    def forget_visitor(self, visitor: int) -> None:
        """Erase what a visitor was shown."""
        line = self._lines.pop(visitor, None)
        if line is not None:
            self._clear(line)
            self._free.append(line)

    def dump(self) -> State:
        """Return a copy of the whole state, visitors in the order in which they were drawn for."""
        lines = np.array(list(self._lines.values()), np.intp)
        return {
            "visitors": np.array(list(self._lines), np.int32),
            "counts": self._counts[lines],
            "times": self._times[lines],
            "rows": self._rows[lines],
            "looks": self._looks[lines],
            "places": self._places[lines].astype(np.int32),
            "carriers": self._carriers[lines].astype(np.int32),
        }

    def load(self, state: State, members: Indices) -> None:
        """Replace the whole state.

        Parameters
        ----------
        state
            What `dump` returned.
        members
            For each member of then its place now, -1 where there is none.

        Raises
        ------
        InvalidState
            If it does not fit.
        """
        visitors = read_indices(state, "visitors", _MAX_ROWS)
        counts = read_array(state, "counts", np.int32, len(visitors))
        times = read_array(state, "times", np.float64, len(visitors))
        rows, places, top_sources = (
            read_array(state, name, np.int32, len(visitors), ITEMS) for name in ("rows", "places", "carriers")
        )
        looks = read_array(state, "looks", np.float32, len(visitors), ITEMS)
        if len(set(visitors)) != len(visitors) or len(visitors) > VISITORS:
            raise InvalidState("visitors that were shown something: some twice, or too many")
        if counts.size and not (int(counts.min()) >= 0 and int(counts.max()) <= ITEMS):
            raise InvalidState("more items shown than are remembered")
        if not (np.isfinite(times).all() and np.isfinite(looks).all() and (looks >= 0).all() and (rows >= 0).all()):
            raise InvalidState("what was shown cannot be")
        if top_sources.size and not (int(top_sources.min()) >= NO_INDEX and int(top_sources.max()) < len(members)):
            raise InvalidState("items carried by members that there were not")
        self._lines, self._free = OrderedDict((visitor, line) for line, visitor in enumerate(visitors)), []
        self._counts, self._times, self._rows, self._looks = counts, times, rows, looks
        self._places = places.astype(np.int16)
        self._carriers = np.append(members, NO_INDEX)[top_sources].astype(np.int16)

    def _line(self, visitor: int) -> int:
        """Return the line of a visitor, who becomes the one drawn for last; of visitors, the first makes room."""
        line = self._lines.get(visitor)
        if line is not None:
            self._lines.move_to_end(visitor)
            return line
        if len(self._lines) >= VISITORS:
            _, line = self._lines.popitem(last=False)
            self._clear(line)
        elif self._free:
            line = self._free.pop()
        else:
            line = len(self._lines)
            self._make_room(line + 1)
        self._lines[visitor] = line
        return line

    def _clear(self, line: int) -> None:
        self._counts[line] = 0
        self._times[line] = 0
        self._rows[line] = 0
        self._looks[line] = 0
        self._places[line] = 0
        self._carriers[line] = 0

    def _make_room(self, lines: int) -> None:
        self._counts, self._times = grown(self._counts, lines), grown(self._times, lines)
        self._rows, self._looks = grown(self._rows, lines), grown(self._looks, lines)
        self._places, self._carriers = grown(self._places, lines), grown(self._carriers, lines)


@compiled
def _find(rows: Indices, count: int, item: int) -> int:
    for place in range(count):
        if rows[place] == item:
            return place
    return -1


class _Shown(NamedTuple):
    """What one visitor was shown, oldest first: items, how much each was examined, where it stood, who proposed it."""

    items: Indices
    looks: Values
    positions: NDArray[np.int16]
    top_sources: NDArray[np.int16]


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
