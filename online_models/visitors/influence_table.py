"""The loops of `influence`: a bounded hash table of what visitors and networks did with items lately.

A cell is four words in a bucket of four cells, so that looking one up reads one line of memory. Where a bucket is full,
the cell unused for longest gives way: what is remembered is shorter then, and never wrong.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.schema.feedback import AGAINST
from online_models.visitors.history_kernels import CODES

Cells = NDArray[np.uint32]
"""Shape (buckets, 4, 4): by cell its digest, 0 for none, when it was used last, and two words of its own."""

Found = NDArray[np.float64]
"""What `weigh` writes: the fields of `Influence` that are numbers, in their order."""

WAYS, WORDS = 4, 4
DIGEST, USED, FIRST, SECOND = range(WORDS)

HOUR = 3_600
WINDOW = 25 * HOUR
"""Seconds in which a visitor counts once. A browser's clock is believed up to a day behind: that is within it."""

MOST_LESSONS, MOST_LESSONS_OF_A_NETWORK = 200, 1_000
"""So many events a day of one visitor, and of one network, teach the ranker and its statistics."""

VISITS = 3
"""A model of sequences learns so many visits of one visitor to an item within the window: the ways back, too."""

ACQUAINTED = 4
"""With so many different items a cookie counts in full; with fewer, as much less."""

IS_FIRST, IS_COUNTED, TRAINS, TEACHES, IS_FOLLOWED = (1 << place for place in range(5))
"""What `weigh` returns, as bits, in the order of the other fields."""

ALL_FLAGS = IS_FIRST | IS_COUNTED | TRAINS | TEACHES | IS_FOLLOWED
IN_FULL = -1

_RATING = CODES["rating"]
_CHOICES = sum(1 << code for kind, code in CODES.items() if kind not in AGAINST)
_KINDS = 8
_KINDS_MASK = np.int64(2**_KINDS - 1)
_MOST_VISITS = np.int64(2**16)
_THOUSANDTHS = 1_000.0
_MOST_TRAFFIC = 2.0**24
_LATEST = 2.0**32 - 1

_ANYTHING, _SHOWN = -1, -2
_IN_AN_HOUR, _VOTES = 2**40, 2**41
"""Added to an item, or in its place: what else is counted beside it."""

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_ONE, _OTHER = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@compiled
def _mixed(owner: int, subject: int) -> np.uint64:
    """Return a hash of an owner, a visitor or a network, and what they did it with (SplitMix64's finalizer)."""
    mixed = np.uint64(owner) + np.uint64(subject) * _GAMMA
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _ONE
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _OTHER
    return np.uint64(mixed ^ (mixed >> np.uint64(31)))


@compiled
def _find(cells: Cells, owner: int, subject: int) -> tuple[int, int]:
    """Return the bucket and the cell, -1 for none."""
    mixed = _mixed(owner, subject)
    bucket = int(mixed & np.uint64(len(cells) - 1))
    digest = np.uint32((mixed >> np.uint64(32)) | np.uint64(1))
    for way in range(WAYS):
        if cells[bucket, way, DIGEST] == digest:
            return bucket, way
    return bucket, -1


@compiled
def _take(cells: Cells, bucket: int, owner: int, subject: int) -> int:
    """Take the cell of a bucket that was unused for longest, and return it, empty."""
    oldest = 0
    for way in range(1, WAYS):
        if cells[bucket, way, USED] < cells[bucket, oldest, USED]:
            oldest = way
    cells[bucket, oldest, DIGEST] = np.uint32((_mixed(owner, subject) >> np.uint64(32)) | np.uint64(1))
    cells[bucket, oldest, USED] = cells[bucket, oldest, FIRST] = cells[bucket, oldest, SECOND] = 0
    return oldest


@compiled
def _count(cells: Cells, owner: int, subject: int, at: int, window: int, more: int) -> int:
    """Count ``more``, and return how many there are since the window began: at its end the next one begins."""
    bucket, way = _find(cells, owner, subject)
    if way < 0:
        way = _take(cells, bucket, owner, subject)
        cells[bucket, way, FIRST] = at
    elif at - int(cells[bucket, way, FIRST]) >= window:
        cells[bucket, way, FIRST], cells[bucket, way, SECOND] = at, 0
    cells[bucket, way, USED] = max(at, int(cells[bucket, way, USED]))
    count = min(int(cells[bucket, way, SECOND]) + more, 2**31)
    cells[bucket, way, SECOND] = count
    return count


@compiled
def _gain(count: int) -> float:
    """Return what one more adds to the logarithm of one and all, to base two: 1 for the first."""
    return float(np.log2((count + 1) / count))


@compiled
def _is_whole(count: int) -> bool:
    """Tell whether that logarithm comes to a whole number with this one: with the first, the third, the seventh."""
    return (count & (count + 1)) == 0


@compiled
def weigh(
    table: tuple[Cells, Found], visitor: int, network: int, item: int, code: int, traffic: float, at: float, held: int
) -> int:
    """Note a signal, and write how much it may move what is shared. Returns its flags; `IN_FULL` writes nothing.

    Parameters
    ----------
    visitor, network
        Digests; 0 for the network of an event that has none.
    code
        Of the kind of signal (`CODES`).
    held
        How many items the visitor came to before; `ACQUAINTED` where that does not matter.
    """
    cells, found = table
    moment = int(min(max(at, 0.0), _LATEST))
    bucket, way = _find(cells, visitor, item)
    kinds, visits, counted, last = np.int64(0), np.int64(0), 0.0, -np.inf
    if way < 0:
        way = _take(cells, bucket, visitor, item)
    elif moment - int(cells[bucket, way, USED]) < WINDOW:
        word = np.int64(cells[bucket, way, FIRST])
        kinds, visits = word & _KINDS_MASK, word >> _KINDS
        if kinds & _CHOICES:
            counted, last = float(cells[bucket, way, SECOND]), float(cells[bucket, way, USED])
    bit = np.int64(1 << min(code, _KINDS - 1))
    is_choice, is_new = (_CHOICES & bit) != 0, (kinds & bit) == 0
    is_first = is_choice and (kinds & _CHOICES) == 0
    cells[bucket, way, USED] = max(moment, int(cells[bucket, way, USED]))
    visits = min(visits + np.int64(is_choice), _MOST_VISITS)
    cells[bucket, way, FIRST] = np.uint32(kinds | bit | (visits << _KINDS))
    most = max(counted, np.ceil(traffic * _THOUSANDTHS)) if is_choice else counted
    cells[bucket, way, SECOND] = int(min(most, _MOST_TRAFFIC))
    teaches = _count(cells, visitor, _ANYTHING, moment, WINDOW, 1) <= MOST_LESSONS
    if not network and is_first and teaches:
        return IN_FULL
    found[0], found[1], found[2], found[3], found[4], found[5] = last, counted / _THOUSANDTHS, 1.0, 1.0, 1.0, 1.0
    flags = IS_FIRST | IS_COUNTED if is_first else 0
    flags |= TRAINS if is_new else 0
    flags |= TEACHES if teaches else 0
    flags |= IS_FOLLOWED if is_choice and visits <= VISITS else 0
    if network:
        flags = _weigh_network(table, network, item, code, traffic, moment, flags)
        share = min(1.0, (1 + held) / ACQUAINTED)
        found[2], found[3], found[4] = share * found[2], share * found[3], share * found[4]
    return flags


@compiled
def _weigh_network(
    table: tuple[Cells, Found], network: int, item: int, code: int, traffic: float, moment: int, flags: int
) -> int:
    """Count a signal among those of its network, lower what was found for the visitor alone, and return the flags."""
    cells, found = table
    is_first, is_new = flags & IS_FIRST != 0, flags & TRAINS != 0
    is_fresh = (_CHOICES >> code) & 1 != 0 and moment - found[0] >= HOUR
    in_hour = max(_count(cells, network, item + _IN_AN_HOUR, moment, HOUR, int(is_fresh)), 1)
    in_day = max(_count(cells, network, item, moment, WINDOW, int(is_first)), 1)
    # Only the first of a network counts for more than a view.
    found[2] = _gain(in_hour) / (traffic if in_hour > 1 else 1.0)
    found[3] = _gain(in_day) / (traffic if in_day > 1 else 1.0)
    found[4] = _gain(in_day)
    if not _is_whole(in_day):
        flags &= ~(IS_COUNTED | TRAINS | IS_FOLLOWED)
    if _count(cells, network, _ANYTHING, moment, WINDOW, 1) > MOST_LESSONS_OF_A_NETWORK:
        flags &= ~TEACHES
    if code == _RATING:
        found[5] = max(_count(cells, network, item + _VOTES, moment, WINDOW, int(is_new)), 1)
    return flags


@compiled
def count_shown(cells: Cells, visitor: int, network: int, at: float) -> bool:
    """Count a list that was drawn, and tell whether it is one of those that teach anything."""
    moment = int(min(max(at, 0.0), _LATEST))
    teaches = _count(cells, visitor, _SHOWN, moment, WINDOW, 1) <= MOST_LESSONS
    if network:
        teaches &= _count(cells, network, _SHOWN, moment, WINDOW, 1) <= MOST_LESSONS_OF_A_NETWORK
    return teaches


@compiled
def erase(cells: Cells, visitor: int, items: int) -> None:
    """Erase what a visitor did with each of so many items, and how much they did."""
    for subject in range(_SHOWN, items):
        bucket, way = _find(cells, visitor, subject)
        if way >= 0:
            cells[bucket, way, :] = 0


@compiled
def move(cells: Cells, source: int, target: int, items: int) -> None:
    """Let what one visitor did with so many items have been done by another, who did it as well as what they did."""
    for subject in range(_SHOWN, 0):
        bucket, way = _find(cells, source, subject)
        if way >= 0:
            used, count = int(cells[bucket, way, USED]), int(cells[bucket, way, SECOND])
            cells[bucket, way, :] = 0
            _count(cells, target, subject, used, WINDOW, count)
    for item in range(items):
        bucket, way = _find(cells, source, item)
        if way < 0:
            continue
        used, kinds, counted = cells[bucket, way, USED], cells[bucket, way, FIRST], cells[bucket, way, SECOND]
        cells[bucket, way, :] = 0
        bucket, way = _find(cells, target, item)
        if way < 0:
            way = _take(cells, bucket, target, item)
        cells[bucket, way, USED] = max(used, cells[bucket, way, USED])
        cells[bucket, way, FIRST] = np.uint32(
            max(np.int64(kinds), np.int64(cells[bucket, way, FIRST])) | (np.int64(kinds) & _KINDS_MASK)
        )
        cells[bucket, way, SECOND] = max(counted, cells[bucket, way, SECOND])
