"""The loops of `neighbours`: which trails share items with some rows, how near they are, and what else they have.

Between two calls all scratch (``similar``, ``totals``) is zero: each loop puts back what it or the one before wrote.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.elementary import take_exponentials
from online_models.arrays.selection import put_in_place, select
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.neighbors.inverted_index_entries import Places

_NOTHING = 1e-25
"""Similarities below it are taken for none, so that what is found has a total above zero."""


@compiled
def _walk(rows: Indices, heads: Indices, held: Indices, older: Indices, entries: Indices) -> None:
    """Write the newest entries of each of the newest rows, one line each.

    Each step of a chain waits for the memory of the one before. So all chains are walked side by side, not one after
    the other: then they wait together.
    """
    clicks, newest = min(len(rows), entries.shape[0]), entries.shape[1]
    longest = 0
    for click in range(clicks):
        row = rows[len(rows) - 1 - click]
        entries[click, 0] = heads[row] if row < len(heads) else NO_INDEX
        if entries[click, 0] >= 0:
            longest = max(longest, min(newest, held[row]))
    for step in range(1, longest):
        for click in range(clicks):
            before = entries[click, step - 1]
            entries[click, step] = older[before] if before >= 0 else NO_INDEX


@compiled
def _meet(
    rows: Indices,
    own: int,
    newest: int,
    used: int,
    length: int,
    heads: Indices,
    held: Indices,
    older: Indices,
    by_click: Values,
    entries: Indices,
    similar: Values,
    shared: Indices,
    met: Indices,
) -> int:
    """Add up the weights of shared items in ``similar``; note the trails met and their newest shared entry.

    ``entries`` is scratch, int32, shape (clicks, newest).
    """
    _walk(rows, heads, held, older, entries)
    count = 0
    last = len(rows) - 1
    for click in range(min(len(rows), len(by_click))):
        row = rows[last - click]
        if row >= len(heads) or heads[row] < 0:
            continue
        weight = np.float32(by_click[click] * np.log(1 + used / (1 + held[row])))
        for step in range(min(newest, held[row])):
            entry = entries[click, step]
            trail = np.uint32(entry) // np.uint32(length)
            if trail != own:
                # Without a branch, which would be guessed wrong too often.
                new = similar[trail] == 0
                met[count] = trail
                shared[trail] = entry if new else shared[trail]
                count += new
                similar[trail] += weight
    return count


@compiled
def _weigh(
    count: int,
    best: int,
    age_decay: float,
    lengths: Indices,
    times: NDArray[np.float64],
    by_length: Values,
    similar: Values,
    met: Indices,
    ranked: Values,
) -> float:
    """Weigh similarities by length and age, and return the least that is listened to."""
    latest = times[met[0]]
    for place in range(1, count):
        latest = max(latest, times[met[place]])
    per_second = 1 / age_decay
    for place in range(count):
        ranked[place] = (times[met[place]] - latest) * per_second
    take_exponentials(ranked[:count])
    for place in range(count):
        trail = met[place]
        similar[trail] *= by_length[lengths[trail] - 1] * ranked[place]
        ranked[place] = similar[trail]
    if count <= best:
        return 0.0
    put_in_place(ranked, count, best - 1)
    return float(ranked[best - 1])


@compiled
def _listen(
    count: int,
    least: float,
    length: int,
    items: Indices,
    places: Places,
    lengths: Indices,
    by_distance: Values,
    similar: Values,
    shared: Indices,
    met: Indices,
    totals: Values,
    found: Indices,
    values: Values,
) -> int:
    """Add up what the trails speak for, and put all scratch back. Returns how many rows were found."""
    rows = 0
    for place in range(count):
        trail = met[place]
        value = similar[trail]
        similar[trail] = 0
        if value < least or value < _NOTHING:
            continue
        entry = shared[trail]
        # Distance 0 is in the middle of the table.
        zero = length - 1 - np.int64(places[entry])
        first = trail * length
        for other in range(first, first + lengths[trail]):
            if other == entry:
                continue
            row = items[other]
            total = totals[row]
            found[rows] = row
            rows += total == 0
            totals[row] = total + value * by_distance[zero + places[other]]
    for place in range(rows):
        values[place] = totals[found[place]]
        totals[found[place]] = 0
    return rows


@compiled
def search(
    rows: Indices,
    own: int,
    newest: int,
    best: int,
    age_decay: float,
    excluded: NDArray[np.bool_],
    used: int,
    length: int,
    heads: Indices,
    held: Indices,
    older: Indices,
    items: Indices,
    places: Places,
    lengths: Indices,
    times: NDArray[np.float64],
    by_click: Values,
    by_distance: Values,
    by_length: Values,
    entries: Indices,
    similar: Values,
    shared: Indices,
    met: Indices,
    ranked: Values,
    totals: Values,
    found: Indices,
    values: Values,
    best_rows: Indices,
    best_values: Values,
) -> None:
    """Write the best items of the trails nearest to some rows.

    Parameters
    ----------
    rows, own
        The asking visitor's items, oldest first, and the trail that is not listened to.
    newest, best, age_decay, by_click, by_distance, by_length
        `NeighborSettings`, the decays as tables: shape (clicks,), (2 * length - 1,) and (length,).
    used, length, heads, held, older, items, places, lengths, times
        `InvertedIndex`.
    entries, similar, shared, met, ranked, totals, found, values
        Scratch: of shape (clicks, newest), then four by trail, then three by item and one more.
    best_rows, best_values
        To be written, shape (limit,).
    """
    count = _meet(rows, own, newest, used, length, heads, held, older, by_click, entries, similar, shared, met)
    if count:
        least = _weigh(count, best, age_decay, lengths, times, by_length, similar, met, ranked)
        found_rows = _listen(
            count, least, length, items, places, lengths, by_distance, similar, shared, met, totals, found, values
        )
        select(found, values, found_rows, excluded, best_rows, best_values)


@compiled
def write_shared_rows(
    rows: Indices,
    items: Indices,
    own: int,
    newest: int,
    length: int,
    heads: Indices,
    older: Indices,
    similar: Values,
    spoke: Indices,
) -> None:
    """Write of each item the newest row that shares one of its newest trails; what has no trail is left as it is."""
    for place in range(len(items)):
        if 0 <= items[place] < len(heads):
            spoke[place] = _shared_row(rows, items[place], own, newest, length, heads, older, similar)


@compiled
def _shared_row(
    rows: Indices, item: int, own: int, newest: int, length: int, heads: Indices, older: Indices, similar: Values
) -> int:
    """Mark the newest trails with the item, find the newest row in one of them, and take the marks away."""
    _mark(heads[item], newest, 1.0, length, older, similar)
    answer = NO_INDEX
    for click in range(len(rows)):
        row = rows[len(rows) - 1 - click]
        if row != item and row < len(heads) and _meets_mark(heads[row], own, newest, length, older, similar):
            answer = row
            break
    _mark(heads[item], newest, 0.0, length, older, similar)
    return answer


@compiled
def _mark(head: int, newest: int, mark: float, length: int, older: Indices, similar: Values) -> None:
    entry = head
    for _ in range(newest):
        if entry < 0:
            break
        similar[entry // length] = mark
        entry = older[entry]
        if entry == head:
            break


@compiled
def _meets_mark(head: int, own: int, newest: int, length: int, older: Indices, similar: Values) -> bool:
    entry = head
    for _ in range(newest):
        if entry < 0:
            break
        if similar[entry // length] > 0 and entry // length != own:
            return True
        entry = older[entry]
        if entry == head:
            break
    return False
