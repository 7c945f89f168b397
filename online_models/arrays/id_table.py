"""A hash table of ids in arrays: 16 bytes of an id's digest and a slot of four, where a dictionary takes 250."""

import struct
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import NO_INDEX, Indices

Keys = NDArray[np.int64]
"""Two numbers for an id, shape (indices, 2)."""

_halves = struct.Struct("<qq").unpack


def key_of(text: str) -> tuple[int, int]:
    """Return the two halves of an id's digest (BLAKE2b of 16 bytes).

    Of a billion ids, the chance that any two have the same is under one in 10^20.

    Examples
    --------
    >>> key_of("ann") == key_of("ann"), key_of("ann") == key_of("bob")
    (True, False)
    """
    payload = text.encode() if text.isascii() else text.encode("utf-8", "surrogatepass")
    first, second = _halves(blake2b(payload, digest_size=16).digest())
    return first, second


@compiled
def _slot(table: Indices, keys: Keys, first: int, second: int) -> int:
    """Return where an id stands in the table, or the free slot where it belongs."""
    mask = len(table) - 1
    slot = first & mask
    while table[slot] >= 0 and (keys[table[slot], 0] != first or keys[table[slot], 1] != second):
        slot = (slot + 1) & mask
    return slot


@compiled
def find_row(table: Indices, keys: Keys, first: int, second: int) -> int:
    """Return the index of an id, -1 if it has none."""
    index: int = table[_slot(table, keys, first, second)]
    return index


@compiled
def insert_row(table: Indices, keys: Keys, index: int, first: int, second: int) -> None:
    """Give an id that has no index this one. At least one slot of the table must stay free."""
    keys[index, 0], keys[index, 1] = first, second
    table[_slot(table, keys, first, second)] = index


@compiled
def delete_row(table: Indices, keys: Keys, index: int) -> None:
    """Take an id out, and close the gap: whoever stood behind it moves up, so that no search ends too early."""
    mask = len(table) - 1
    gap = _slot(table, keys, keys[index, 0], keys[index, 1])
    slot = gap
    while True:
        slot = (slot + 1) & mask
        if table[slot] < 0:
            break
        home = keys[table[slot], 0] & mask
        if ((slot - home) & mask) >= ((slot - gap) & mask):
            table[gap] = table[slot]
            gap = slot
    table[gap] = NO_INDEX
    keys[index, 0] = keys[index, 1] = 0


@compiled
def fill_table(table: Indices, keys: Keys, indices: Indices) -> bool:
    """Enter indices into an empty table by their keys; tell whether all keys differ."""
    for index in indices:
        slot = _slot(table, keys, keys[index, 0], keys[index, 1])
        if table[slot] >= 0:
            return False
        table[slot] = index
    return True
