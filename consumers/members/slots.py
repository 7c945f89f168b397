"""Visitors in slots, and slots shared among learners by rendezvous hashing.

A learner that comes or goes moves only its own share of the slots: about one in as many as there are learners.

Thaler, D. and Ravishankar, C. (1998). Using name-based mappings to increase hit rates. IEEE/ACM Transactions on
Networking 6.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from online_models.schema.events import VisitorId

SLOTS = 64
LEADING_SLOT = 0
"""Whoever owns this slot makes what is made once for all: the shop's lists, dead letters, commits."""


def slot_of(visitor: VisitorId) -> int:
    """Return the slot of a visitor. It never changes.

    Examples
    --------
    >>> slot_of(VisitorId("ann"))
    31
    """
    return zlib.crc32(visitor.encode()) % SLOTS


@lru_cache(64)
def owners_of(names: tuple[str, ...]) -> tuple[str | None, ...]:
    """Return the learner that has each slot; None where there is no learner."""
    return tuple(_owner_of(slot, names) for slot in range(SLOTS))


def _owner_of(slot: int, names: Iterable[str]) -> str | None:
    return max(names, key=lambda name: (blake2b(f"{slot} {name}".encode(), digest_size=8).digest(), name), default=None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The slots that one learner has among those that rank now."""

    names: tuple[str, ...]
    owned: frozenset[int]

    @classmethod
    def among(cls, name: str, names: Iterable[str]) -> "Assignment":
        """Return the share of ``name``.

        Examples
        --------
        >>> first, second = (Assignment.among(name, ["1", "2"]).owned for name in "12")
        >>> len(first | second), first & second, Assignment.among("1", ["1"]).leads
        (64, frozenset(), True)
        """
        names = tuple(sorted(names))
        return cls(names, frozenset(slot for slot, owner in enumerate(owners_of(names)) if owner == name))

    @property
    def leads(self) -> bool:
        """Whether this learner makes what is made once for all."""
        return LEADING_SLOT in self.owned
