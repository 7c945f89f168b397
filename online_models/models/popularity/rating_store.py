"""Who gave which item how many stars: the newest votes, so that a visitor's next one on an item replaces the last."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.linked_list import push, unlink
from online_models.arrays.state import InvalidState, State, read_array, read_number
from online_models.arrays.types import NO_INDEX, Indices
from online_models.models.popularity.rating_sums import Sums

VOTES = 2**20
"""So many votes are remembered; beyond them the oldest stand as nobody's and are not replaced any more."""


class RatingStore:
    """A ring of the newest votes, each linked to the others of its visitor (`linked_list`): 40 bytes a vote.

    Parameters
    ----------
    limit
        How many are remembered.

    Attributes
    ----------
    given
        By entry the stars, what a vote weighed then, and the share that counts: below zero if it is not counted
        publicly. Float64, shape (at least the entries used, 3).
    items
        By entry the item, int32.

    Examples
    --------
    >>> votes = RatingStore(limit=2)
    >>> votes.take(visitor=3, item=7), votes.find(visitor=3, item=7), votes.find(visitor=3, item=8)
    (0, 0, -1)
    >>> votes.take(visitor=3, item=8), votes.take(visitor=4, item=7), votes.of(visitor=3)
    (1, 0, [1])
    """

    def __init__(self, limit: int = VOTES) -> None:
        self._limit = limit
        self._start(0)

    def _start(self, visitors: int) -> None:
        self._taken = 0
        self.items: Indices = np.zeros(0, np.int32)
        self.given: Sums = np.zeros((0, 3))
        self._voters: Indices = np.zeros(0, np.int32)
        self._older: Indices = np.zeros(0, np.int32)
        self._newer: Indices = np.zeros(0, np.int32)
        self._heads: Indices = np.full(visitors, NO_INDEX, np.int32)

    @property
    def used(self) -> int:
        """How many entries hold a vote, or held one."""
        return min(self._taken, self._limit)

    def find(self, visitor: int, item: int) -> int:
        """Return the entry of a visitor's vote on an item; -1 for none."""
        if not 0 <= visitor < len(self._heads):
            return NO_INDEX
        return int(_find(self._heads[visitor], self._older, self.items, item))

    def of(self, visitor: int) -> list[int]:
        """Return the entries of a visitor's votes, in order of number."""
        if not 0 <= visitor < len(self._heads) or self._heads[visitor] < 0:
            return []
        head = entry = int(self._heads[visitor])
        entries = [head]
        while (entry := int(self._older[entry])) != head:
            entries.append(entry)
        return sorted(entries)

    def take(self, visitor: int, item: int) -> int:
        """Return an entry for a visitor's first vote on an item: a new one, or that of the oldest vote."""
        entry = self._taken % self._limit
        self._make_room(entry + 1, visitor + 1)
        if self._taken >= self._limit:
            self.release(entry)
        self._taken += 1
        self.items[entry] = item
        self._link(entry, visitor)
        return entry

    def give(self, entry: int, visitor: int) -> None:
        """Let a vote be another visitor's."""
        self._make_room(0, visitor + 1)
        self.release(entry)
        self._link(entry, visitor)

    def release(self, entry: int) -> None:
        """Let a vote be nobody's."""
        voter = int(self._voters[entry])
        if voter >= 0:
            unlink(self._heads, self._older, self._newer, voter, entry)
            self._voters[entry] = NO_INDEX

    def dump(self) -> State:
        """Return a copy of the whole state."""
        used = self.used
        return {
            "taken": self._taken,
            "voters": self._voters[:used].copy(),
            "items": self.items[:used].copy(),
            "given": self.given[:used].copy(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        taken = int(read_number(state, "taken"))
        used = min(taken, self._limit)
        voters, items = (read_array(state, name, np.int32, used) for name in ("voters", "items"))
        given = read_array(state, "given", np.float64, used, 3)
        if used and (int(items.min()) < 0 or int(voters.min()) < NO_INDEX or not np.isfinite(given).all()):
            raise InvalidState("votes that cannot be")
        linked = voters >= 0
        pairs = voters[linked].astype(np.int64) << 32 | items[linked]
        if len(np.unique(pairs)) != len(pairs):
            raise InvalidState("a visitor who voted on an item twice")
        self._start(int(voters.max(initial=NO_INDEX)) + 1)
        self._make_room(used, 0)
        self._taken = taken
        self.items[:used], self.given[:used] = items, given
        for entry in np.flatnonzero(linked).tolist():
            self._link(entry, int(voters[entry]))

    def _link(self, entry: int, visitor: int) -> None:
        if visitor >= 0:
            self._voters[entry] = visitor
            push(self._heads, self._older, self._newer, visitor, entry)

    def _make_room(self, entries: int, visitors: int) -> None:
        self._heads = grown(self._heads, visitors, fill=NO_INDEX)
        if entries > len(self._voters):
            self._voters = grown(self._voters, entries, fill=NO_INDEX)
            self.items, self.given = grown(self.items, entries), grown(self.given, entries)
            self._older, self._newer = grown(self._older, entries), grown(self._newer, entries)


@compiled
def _find(head: int, older: Indices, items: Indices, item: int) -> int:
    entry = head
    while entry >= 0:
        if items[entry] == item:
            return entry
        entry = older[entry]
        if entry == head:
            break
    return NO_INDEX
