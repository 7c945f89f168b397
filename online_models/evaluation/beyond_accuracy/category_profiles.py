"""The categories that each visitor came to lately: what lists are compared with for calibration."""

import numpy as np

from online_models.arrays.growth import grown
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices
from online_models.schema.events import VisitorId

LENGTH = 32
"""A profile is made of a visitor's last items, so many at most."""

VISITORS = 65_536
"""So many have a profile at a time: one who comes later may take the place of another."""


class CategoryProfiles:
    """The categories of each visitor's last items, oldest first.

    Parameters
    ----------
    categories
        By index of an item its category, numbered from 0, -1 where it is not known; empty where none is.

    Examples
    --------
    >>> profiles = CategoryProfiles(np.array([4, -1, 7], np.int32))
    >>> for item in (0, 1, 2, 5, 0):
    ...     profiles.add(VisitorId("ann"), item)
    >>> profiles.of(VisitorId("ann")).tolist(), profiles.of(VisitorId("bob")).tolist()
    ([4, 7, 4], [])
    """

    def __init__(self, categories: Indices) -> None:
        self.categories = categories
        self._numbers: dict[VisitorId, int] = {}
        self._owners: Indices = np.full(0, NO_INDEX, np.int32)
        self._lengths: Indices = np.zeros(0, np.int32)
        self._profiles: Indices = np.zeros((0, LENGTH), np.int32)

    def add(self, visitor: VisitorId, item: int) -> None:
        """Note that a visitor came to an item, -1 for one that has no index."""
        if not 0 <= item < len(self.categories) or self.categories[item] < 0:
            return
        number = self._numbers.setdefault(visitor, len(self._numbers))
        row = number % VISITORS
        if row >= len(self._owners):
            self._owners = grown(self._owners, row + 1, NO_INDEX)
            self._lengths = grown(self._lengths, row + 1)
            self._profiles = grown(self._profiles, row + 1)
        if self._owners[row] != number:
            self._owners[row], self._lengths[row] = number, 0
        profile, length = self._profiles[row], int(self._lengths[row])
        if length == LENGTH:
            profile[:-1] = profile[1:]
            length -= 1
        profile[length] = self.categories[item]
        self._lengths[row] = length + 1

    def of(self, visitor: VisitorId) -> Indices:
        """Return a visitor's profile, empty where nothing is known: a view that holds until their next item."""
        number = self._numbers.get(visitor, NO_INDEX)
        row = number % VISITORS
        if number < 0 or self._owners[row] != number:
            return NO_INDICES
        return self._profiles[row, : self._lengths[row]]
