"""The loops of `nearest`: which sequences share items with a visitor, how near they are, and what else they have.

Between two calls ``similar`` and ``totals`` are zero: each loop puts back what it or the one before wrote.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.accumulation import accumulate, drain
from online_models.arrays.compiled import compiled
from online_models.arrays.elementary import take_exponentials
from online_models.arrays.selection import Excluded, move_to_rank, select
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.neighbors.inverted_index_entries import Positions

_NOTHING = 1e-25
"""Similarities below it are taken for none, so that what is found has a total above zero."""


Scored = tuple[Indices, Values]


class SearchArrays(NamedTuple):
    """The inverted index, the decays as tables, and scratch.

    Attributes
    ----------
    items, positions, older, heads, held, lengths, times
        `IndexArrays`.
    by_click, by_distance, by_length
        What a shared item, another item and a sequence count for: shape (clicks,), (2 * length - 1,) and (length,).
    neighbors, age_decay
        `NeighborSettings`.
    entries
        Scratch, int32, shape (clicks, newest).
    similar, shared, met, ranked
        Scratch by sequence; ``met`` has one more.
    totals, found, scores
        Scratch by item (`accumulation`).
    """

    items: Indices
    positions: Positions
    older: Indices
    heads: Indices
    held: Indices
    lengths: Indices
    times: NDArray[np.float64]
    by_click: Values
    by_distance: Values
    by_length: Values
    neighbors: int
    age_decay: float
    entries: Indices
    similar: Values
    shared: Indices
    met: Indices
    ranked: Values
    totals: Values
    found: Indices
    scores: Values


@compiled
def _walk(recent: Indices, heads: Indices, held: Indices, older: Indices, entries: Indices) -> None:
    """Write the newest entries of each of the newest items, one line each.

    Each step along a linked list waits for the memory of the one before. So all lists are walked side by side, not one
    after the other: then they wait together.
    """
    clicks, newest = min(len(recent), entries.shape[0]), entries.shape[1]
    longest = 0
    for click in range(clicks):
        item = recent[len(recent) - 1 - click]
        entries[click, 0] = heads[item] if item < len(heads) else NO_INDEX
        if entries[click, 0] >= 0:
            longest = max(longest, min(newest, held[item]))
    for step in range(1, longest):
        for click in range(clicks):
            before = entries[click, step - 1]
            entries[click, step] = older[before] if before >= 0 else NO_INDEX


@compiled
def _meet(arrays: SearchArrays, recent: Indices, own: int, used: int) -> int:
    """Add up the weights of shared items in ``similar``; note the sequences met and their newest shared entry."""
    heads, held, entries = arrays.heads, arrays.held, arrays.entries
    similar, shared, met = arrays.similar, arrays.shared, arrays.met
    _walk(recent, heads, held, arrays.older, entries)
    length, newest = len(arrays.by_length), entries.shape[1]
    count = 0
    last = len(recent) - 1
    for click in range(min(len(recent), len(arrays.by_click))):
        item = recent[last - click]
        if item >= len(heads) or heads[item] < 0:
            continue
        weight = np.float32(arrays.by_click[click] * np.log(1 + used / (1 + held[item])))
        for step in range(min(newest, held[item])):
            entry = entries[click, step]
            sequence = np.uint32(entry) // np.uint32(length)
            if sequence != own:
                # Without a branch, which would be mispredicted too often.
                new = similar[sequence] == 0
                met[count] = sequence
                shared[sequence] = entry if new else shared[sequence]
                count += new
                similar[sequence] += weight
    return count


@compiled
def _weigh(arrays: SearchArrays, count: int) -> float:
    """Weigh similarities by length and age, and return the least that counts."""
    lengths, times, by_length = arrays.lengths, arrays.times, arrays.by_length
    similar, met, ranked, best = arrays.similar, arrays.met, arrays.ranked, arrays.neighbors
    latest = times[met[0]]
    for index in range(1, count):
        latest = max(latest, times[met[index]])
    per_second = 1 / arrays.age_decay
    for index in range(count):
        ranked[index] = (times[met[index]] - latest) * per_second
    take_exponentials(ranked[:count])
    for index in range(count):
        sequence = met[index]
        similar[sequence] *= by_length[lengths[sequence] - 1] * ranked[index]
        ranked[index] = similar[sequence]
    if count <= best:
        return 0.0
    move_to_rank(ranked, count, best - 1)
    return float(ranked[best - 1])


@compiled
def _add_up(arrays: SearchArrays, count: int, least: float, matched: Indices, votes: Values) -> int:
    """Add up the scores of what the nearest sequences have in ``totals``. Returns how many were found.

    The shared items themselves get none there: ``votes`` has how similar the sequences are that share each of
    ``matched``.
    """
    items, positions, lengths, by_distance = arrays.items, arrays.positions, arrays.lengths, arrays.by_distance
    similar, shared, met = arrays.similar, arrays.shared, arrays.met
    totals, found, length = arrays.totals, arrays.found, len(arrays.by_length)
    newest = len(matched) - 1
    items_found = 0
    for index in range(count):
        sequence = met[index]
        similarity = similar[sequence]
        similar[sequence] = 0
        if similarity < least or similarity < _NOTHING:
            continue
        entry = shared[sequence]
        item = items[entry]
        for click in range(len(matched)):
            if matched[newest - click] == item:
                votes[newest - click] += similarity
                break
        # Distance 0 is in the middle of the table.
        zero = length - 1 - np.int64(positions[entry])
        first = sequence * length
        for other in range(first, first + lengths[sequence]):
            if other != entry:
                score = similarity * by_distance[zero + positions[other]]
                items_found = accumulate(totals, found, items_found, items[other], score)
    return items_found


@compiled
def search(
    bundle: SearchArrays,
    recent: Indices,
    own: int,
    used: int,
    excluded: Excluded,
    best_items: Indices,
    best_scores: Values,
) -> None:
    """Write the best items of the sequences nearest to a visitor.

    Parameters
    ----------
    recent, own
        The visitor's items, oldest first, and the sequence that does not count.
    used
        How many sequences there are.
    best_items, best_scores
        To be written, shape (limit,).
    """
    arrays = SearchArrays(*bundle)
    count = _meet(arrays, recent, own, used)
    if count:
        items_found = _add_up(arrays, count, _weigh(arrays, count), recent[:0], arrays.ranked[:0])
        drain(arrays.totals, arrays.found, items_found, arrays.scores)
        select(arrays.found, arrays.scores, items_found, excluded, best_items, best_scores)


@compiled
def search_apart(
    bundle: SearchArrays,
    recent: Indices,
    known: Indices,
    own: int,
    used: int,
    excluded: Excluded,
    best_items: Indices,
    best_scores: Values,
) -> None:
    """Write three lists: what `search` finds, of ``known`` alone with the votes for shared items, and without them.

    Parameters
    ----------
    known
        All of the visitor's items, of which ``recent`` are the newest.
    best_items, best_scores
        To be written, shape (3, limit).
    """
    arrays = SearchArrays(*bundle)
    count = _meet(arrays, recent, own, used)
    if not count:
        return
    totals = arrays.totals
    returns, beside = np.zeros(len(known), np.float32), np.zeros(len(known), np.float32)
    items_found = _add_up(arrays, count, _weigh(arrays, count), known, returns)
    for index in range(len(known)):
        item = known[index]
        if item < len(totals):
            beside[index] = totals[item]
            returns[index] += totals[item]
            # Drained as nothing: the others are what is left.
            totals[item] = 0
    drain(totals, arrays.found, items_found, arrays.scores)
    select(known, returns, len(known), excluded, best_items[1], best_scores[1])
    others = select(arrays.found, arrays.scores, items_found, excluded, best_items[2], best_scores[2])
    own_items, own_scores = np.empty(len(known), np.int32), np.empty(len(known), np.float32)
    owned = select(known, beside, len(known), excluded, own_items, own_scores)
    _merge(
        (own_items[:owned], own_scores[:owned]),
        (best_items[2, :others], best_scores[2, :others]),
        best_items[0],
        best_scores[0],
    )


@compiled
def _merge(left: Scored, right: Scored, best_items: Indices, best_scores: Values) -> None:
    """Write the best of two lists, best first, equals by index."""
    first, second = 0, 0
    for position in range(min(len(best_items), len(left[0]) + len(right[0]))):
        takes_left = second == len(right[0])
        if not takes_left and first < len(left[0]):
            ahead = left[1][first] - right[1][second]
            takes_left = ahead > 0 or (ahead == 0 and left[0][first] < right[0][second])
        if takes_left:
            best_items[position], best_scores[position] = left[0][first], left[1][first]
            first += 1
        else:
            best_items[position], best_scores[position] = right[0][second], right[1][second]
            second += 1


@compiled
def write_shared_items(bundle: SearchArrays, recent: Indices, own: int, items: Indices, attributed: Indices) -> None:
    """Write of each item the newest of ``recent`` that shares one of its newest sequences; else it is left as it is.

    The newest sequences with the item are marked in ``similar`` meanwhile.
    """
    arrays = SearchArrays(*bundle)
    heads = arrays.heads
    for index in range(len(items)):
        item = items[index]
        if not 0 <= item < len(heads):
            continue
        _mark(arrays, heads[item], 1.0)
        for click in range(len(recent)):
            other = recent[len(recent) - 1 - click]
            if other != item and other < len(heads) and _meets_mark(arrays, heads[other], own):
                attributed[index] = other
                break
        _mark(arrays, heads[item], 0.0)


@compiled
def _mark(arrays: SearchArrays, head: int, mark: float) -> None:
    length, older, similar = len(arrays.by_length), arrays.older, arrays.similar
    entry = head
    for _ in range(arrays.entries.shape[1]):
        if entry < 0:
            break
        similar[entry // length] = mark
        entry = older[entry]
        if entry == head:
            break


@compiled
def _meets_mark(arrays: SearchArrays, head: int, own: int) -> bool:
    length, older, similar = len(arrays.by_length), arrays.older, arrays.similar
    entry = head
    for _ in range(arrays.entries.shape[1]):
        if entry < 0:
            break
        if similar[entry // length] > 0 and entry // length != own:
            return True
        entry = older[entry]
        if entry == head:
            break
    return False
