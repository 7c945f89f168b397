"""What a text finds: places with scores, and those found lately, kept to be asked for again by filters and pages."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from storefront.search.index.columns import Places
from storefront.search.index.words import Words

MOST_KEPT, MOST_PLACES = 1_000, 500_000
"""So many answers are kept, with so many places together: some 8 MB."""


@dataclass(frozen=True, slots=True)
class Found:
    """The products that match, by place, with how well."""

    places: Places = field(default_factory=lambda: np.empty(0, np.int64))
    scores: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


class FoundLately:
    """Keeps what was found for the words asked last. What has not been asked for longest makes room."""

    def __init__(self, most: int = MOST_KEPT, most_places: int = MOST_PLACES) -> None:
        self._most, self._most_places = most, most_places
        self._kept: OrderedDict[Words, Found] = OrderedDict()
        self._places = 0

    def get(self, words: Words, find: Callable[[Words], Found]) -> Found:
        """Return what is kept for these words; else find and keep it."""
        found = self._kept.get(words)
        if found is not None:
            self._kept.move_to_end(words)
            return found
        found = find(words)
        found.places.flags.writeable = found.scores.flags.writeable = False
        self._places += len(found.places)
        self._kept[words] = found
        while len(self._kept) > self._most or self._places > self._most_places:
            self._places -= len(self._kept.popitem(last=False)[1].places)
        return found
