"""Rings of nodes, one ring for each key, linked both ways through two arrays: who held something last, newest first.

``heads[key]`` is the newest node of a key, -1 where it has none; ``older`` leads from each node to the next older one
and from the oldest back to the newest; ``newer`` leads the other way, so that the oldest is ``newer[head]``. Moving or
taking out a node costs the same however many there are, and no memory beside the two arrays.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import NO_INDEX, Indices


@compiled
def push(heads: Indices, older: Indices, newer: Indices, key: int, node: int) -> None:
    """Make an unlinked node the newest of a key."""
    head = heads[key]
    if head < 0:
        older[node] = node
        newer[node] = node
    else:
        oldest = newer[head]
        older[node] = head
        newer[head] = node
        newer[node] = oldest
        older[oldest] = node
    heads[key] = node


@compiled
def unlink(heads: Indices, older: Indices, newer: Indices, key: int, node: int) -> None:
    """Take a node out of the ring of its key."""
    before = older[node]
    if before == node:
        heads[key] = NO_INDEX
        return
    after = newer[node]
    newer[before] = after
    older[after] = before
    if heads[key] == node:
        heads[key] = before


@compiled
def _every_ring_is_whole(heads: Indices, older: Indices, keys: Indices, counts: NDArray[np.int64]) -> bool:
    for key in range(len(heads)):
        node = heads[key]
        steps = 0
        while node >= 0 and steps < counts[key]:
            if keys[node] != key:
                return False
            node = older[node]
            steps += 1
            if node == heads[key]:
                break
        if steps != counts[key] or node != heads[key]:
            return False
    return True


def are_chained(heads: Indices, older: Indices, keys: Indices) -> bool:
    """Tell whether each node with a key (not -1) is in the ring of this key once, and no other node is.

    Examples
    --------
    >>> heads, keys = np.array([1], np.int32), np.array([0, 0, -1], np.int32)
    >>> are_chained(heads, np.array([1, 0, 9], np.int32), keys)
    True
    >>> are_chained(heads, np.array([0, 1, 9], np.int32), keys)
    False
    """
    linked = keys >= 0
    if not linked.any():
        return bool((heads == NO_INDEX).all())
    ends = older[linked]
    if keys.max() >= len(heads) or keys.min() < NO_INDEX or ends.min() < 0 or ends.max() >= len(older):
        return False
    if len(heads) and (heads.min() < NO_INDEX or heads.max() >= len(older)):
        return False
    counts = np.bincount(keys[linked], minlength=len(heads))
    return bool(_every_ring_is_whole(heads, older, keys, counts) and np.array_equal(heads >= 0, counts > 0))
