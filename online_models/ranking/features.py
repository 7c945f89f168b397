"""What the members' answers say of each item that any of them named: compiled, from answers to features and scores.

The features of a member are held by *entry* (an item at a place of a member's answer), not in a matrix of items by
members: most items are named by few members.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.elementary import take_exponentials, take_logarithms
from online_models.arrays.selection import put_in_place
from online_models.arrays.types import Indices, Values

Times = NDArray[np.float64]

MEMBER_FEATURES = 6
ITEM_FEATURES = 9

_ONE = np.float32(1)
_NOTHING = np.float32(0)
_NEVER = 1e15
_NO_SAY = np.float32(-1e30)
_LEAST = np.float32(1e-4)
_SPAN = np.float32(1 / 9.21)
_THIRD = np.float32(1 / 3)
_FIFTH = np.float32(1 / 5)
_PER_MINUTES, _PER_HOUR, _PER_DAY, _PER_WEEK = -1 / 600, -1 / 3_600, -1 / 86_400, -1 / 604_800
_HOUR, _DAY = 3_600.0, 86_400.0
_RARE = 2
_SPREAD = 2_654_435_761
_SMALLEST_TABLE = 64


class CandidateFeatures(NamedTuple):
    """The union of the members' answers, in the order in which it was found.

    Attributes
    ----------
    rows
        Each item once, int32, shape (k,).
    places
        For each entry which of ``rows`` it is, -1 where there is none, int32, shape (members, limit).
    entries
        What depends on the value of each entry (`_describe_entries`), float32, shape (3, members, limit).
    sure
        How large each member's greatest value is, 0 to 1, float32, shape (members,).
    items
        The features of each of ``rows``, float32, shape (9, k).
    scores
        Of each of ``rows``, float32.
    carriers
        The member that added most to the score of each of ``rows``, int32.
    """

    rows: Indices
    places: Indices
    entries: Values
    sure: Values
    items: Values
    scores: Values
    carriers: Indices


@compiled
def _slot(table: Indices, rows: Indices, row: int) -> int:
    """Return where a row stands in the hash table, or the free slot where it belongs."""
    mask = len(table) - 1
    slot = (row * _SPREAD) & mask
    while table[slot] >= 0 and rows[table[slot]] != row:
        slot = (slot + 1) & mask
    return slot


@compiled
def _unite(said: Indices, table: Indices, rows: Indices, places: Indices) -> int:
    """Write each row that a member named once, and for each entry which one it is. Return how many there are."""
    count = 0
    for member in range(said.shape[0]):
        for rank in range(said.shape[1]):
            row = said[member, rank]
            if row < 0:
                break
            slot = _slot(table, rows, row)
            if table[slot] < 0:
                table[slot] = count
                rows[count] = row
                count += 1
            places[member, rank] = table[slot]
    return count


@compiled
def _describe_entries(values: Values, entries: Values, sure: Values) -> None:
    """Write of each value its share of the member's greatest, the logarithm of that, and its own logarithm."""
    members, limit = values.shape
    for member in range(members):
        greatest = max(values[member, 0], _LEAST)
        sure[member] = _ONE + greatest
        for rank in range(limit):
            value = values[member, rank]
            entries[0, member, rank] = value / greatest
            entries[1, member, rank] = value / greatest + _LEAST
            entries[2, member, rank] = value + _LEAST
    take_logarithms(sure)
    for member in range(members):
        sure[member] = min(_ONE, sure[member] * _THIRD)
    logarithms = entries[1:].reshape(-1)
    take_logarithms(logarithms)
    for entry in range(len(logarithms)):
        logarithms[entry] = max(_NOTHING, _ONE + logarithms[entry] * _SPAN)


@compiled
def _describe_items(
    rows: Indices, counts: Values, first: Times, last: Times, now: float, touched: int, items: Values
) -> None:
    """Write the features of each row: how much and how lately it is touched, and how new it is."""
    for place in range(len(rows)):
        row = rows[place]
        count, idle, age = _NOTHING, _NEVER, _NEVER
        if row < len(counts) and counts[row] > 0:
            count, idle, age = counts[row], max(0.0, now - last[row]), max(0.0, now - first[row])
        items[0, place] = _ONE + count
        items[1, place] = idle * _PER_MINUTES
        items[2, place] = idle * _PER_DAY
        items[3, place] = age * _PER_HOUR
        items[4, place] = age * _PER_WEEK
        items[5, place] = _ONE + count * (_DAY / (age + _HOUR))
        items[6, place] = _ONE if count <= _RARE else _NOTHING
        items[7, place] = _ONE if row == touched else _NOTHING
        items[8, place] = _NOTHING
    for line in (0, 5):
        take_logarithms(items[line])
        for place in range(len(rows)):
            items[line, place] *= _FIFTH
    take_exponentials(items[1:5].reshape(-1))


@compiled
def _note_ignored(table: Indices, rows: Indices, ignored_rows: Indices, ignored: Values, features: Values) -> None:
    """Write how much of each row was shown to the visitor and not taken."""
    for place in range(len(ignored_rows)):
        found = table[_slot(table, rows, ignored_rows[place])]
        if found >= 0:
            features[found] = np.log(_ONE + ignored[place])


@compiled
def _score_items(items: Values, weights: Values, scores: Values) -> None:
    for feature in range(ITEM_FEATURES):
        weight = weights[feature]
        for place in range(len(scores)):
            scores[place] += weight * items[feature, place]


@compiled
def _say(own: Values, by_share: np.float32, entries: Values, member: int, rank: int) -> np.float32:
    said: np.float32 = own[0] + by_share * entries[0, member, rank] + own[2] / np.float32(1 + rank)
    said += own[3] * entries[1, member, rank] + own[5] * entries[2, member, rank]
    return said


@compiled
def write_parts(weights: Values, said: Indices, values: Values, best: Indices, parts: Values) -> None:
    """Write what each member adds to the score of each row of ``best``, shape (rows, members); 0 if it is against."""
    entries, sure = np.empty((3, *said.shape), np.float32), np.empty(len(said), np.float32)
    _describe_entries(values, entries, sure)
    parts[:] = 0
    for member in range(len(said)):
        own = weights[member * MEMBER_FEATURES : (member + 1) * MEMBER_FEATURES]
        by_share = own[1] + own[4] * sure[member]
        for rank in range(said.shape[1]):
            row = said[member, rank]
            if row < 0:
                break
            for place in range(len(best)):
                if best[place] == row:
                    parts[place, member] = max(_NOTHING, _say(own, by_share, entries, member, rank))
                    break


@compiled
def _score_entries(
    places: Indices, entries: Values, sure: Values, weights: Values, scores: Values, carriers: Indices
) -> None:
    """Add what each member says to the scores, and note who adds most."""
    most = np.full(len(scores), _NO_SAY, np.float32)
    for member in range(len(sure)):
        own = weights[member * MEMBER_FEATURES : (member + 1) * MEMBER_FEATURES]
        by_share = own[1] + own[4] * sure[member]
        for rank in range(places.shape[1]):
            place = places[member, rank]
            if place < 0:
                break
            said = _say(own, by_share, entries, member, rank)
            scores[place] += said
            if said > most[place]:
                most[place] = said
                carriers[place] = member


@compiled
def weigh(
    weights: Values,
    said: Indices,
    values: Values,
    counts: Values,
    first: Times,
    last: Times,
    now: float,
    touched: int,
    ignored_rows: Indices,
    ignored: Values,
) -> CandidateFeatures:
    """Unite the members' answers, describe each item, and score it.

    Parameters
    ----------
    weights
        Six for each member, then nine for the items, shape (members * 6 + 9,).
    said, values
        The members' answers, shape (members, limit).
    counts, first, last
        `ItemStatistics`.
    now
        Unix seconds.
    touched
        Row of the item touched last, or -1.
    ignored_rows, ignored
        What was shown to the visitor and not taken.
    """
    size = _SMALLEST_TABLE
    while size < 2 * said.size:
        size *= 2
    table, places = np.full(size, -1, np.int32), np.full(said.shape, -1, np.int32)
    rows = np.empty(said.size, np.int32)
    rows = rows[: _unite(said, table, rows, places)]
    entries, sure = np.empty((3, *said.shape), np.float32), np.empty(len(said), np.float32)
    _describe_entries(values, entries, sure)
    items = np.empty((ITEM_FEATURES, len(rows)), np.float32)
    _describe_items(rows, counts, first, last, now, touched, items)
    _note_ignored(table, rows, ignored_rows, ignored, items[8])
    scores, carriers = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.int32)
    _score_items(items, weights[len(weights) - ITEM_FEATURES :], scores)
    _score_entries(places, entries, sure, weights, scores, carriers)
    return CandidateFeatures(rows, places, entries, sure, items, scores, carriers)


@compiled
def ordered(rows: Indices, scores: Values, carriers: Indices, most: int) -> tuple[Indices, Values, Indices]:
    """Return the best ``most`` rows, scores and carriers, or all if these are fewer.

    By falling score, equals in order of row.
    """
    bits = scores.view(np.int32)
    keys = np.empty(len(rows), np.int64)
    for place in range(len(rows)):
        # A float's bits, read as a whole number, are in the order of the floats once those of negatives are turned.
        rank = np.int64(bits[place])
        if rank < 0:
            rank = -(rank + 2**31)
        keys[place] = (rank << 32) - rows[place]
    if len(rows) <= most:
        order = np.argsort(-keys)
        return rows[order], scores[order], carriers[order]
    highest = keys.copy()
    put_in_place(highest, len(highest), most - 1)
    order = np.empty(most, np.int64)
    count = 0
    for place in range(len(rows)):
        if keys[place] >= highest[most - 1]:
            slot = count
            while slot > 0 and keys[order[slot - 1]] < keys[place]:
                order[slot] = order[slot - 1]
                slot -= 1
            order[slot] = place
            count += 1
    return rows[order], scores[order], carriers[order]
