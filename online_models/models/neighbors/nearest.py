"""Nearest sequences: sessions or visitors that share items with some others, and what else they have."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from online_models.arrays.compiled import packed
from online_models.arrays.selection import Excluded
from online_models.arrays.state import State
from online_models.arrays.types import Indices, Values
from online_models.models.neighbors.inverted_index import InvertedIndex
from online_models.models.neighbors.inverted_index_entries import IndexArrays
from online_models.models.neighbors.neighbor_search import SearchArrays, search, search_apart, write_shared_items
from online_models.models.recommender import Model, no_attribution
from online_models.visitors.context import Context


@dataclass(frozen=True, slots=True)
class NeighborSettings:
    """What makes sequences near, and what of them counts.

    Attributes
    ----------
    clicks
        How many of the visitor's newest items are looked up in other sequences.
    newest
        How many sequences, the newest, are looked at for each item.
    neighbors
        How many sequences, the most similar, are used; more if the last are equal.
    click_decay
        Items after which a shared item counts for 1/e.
    age_decay
        Seconds after which a sequence counts for 1/e.
    distance_decay
        Items between the shared item and another after which the other counts for 1/e.
    before
        Weight of what comes before the shared item in a sequence; what comes after has 1.
    length_power
        Similarities are divided by the sequence's length to this power.
    """

    clicks: int
    newest: int
    neighbors: int
    click_decay: float
    age_decay: float
    distance_decay: float
    before: float
    length_power: float


class NearestNeighbors(Model):
    """Keeps sequences of items, and retrieves what those have that are nearest to a visitor's.

    Whose a sequence is, and what it is compared with, is said by the models derived from it.
    """

    def __init__(self, sequences: int, length: int, settings: NeighborSettings) -> None:
        self._index = InvertedIndex(sequences, length)
        self._settings = settings
        distances = np.arange(1 - length, length)
        by_distance = np.exp(-np.abs(distances) / settings.distance_decay)
        self._decays: dict[str, Any] = {
            "by_click": np.exp(-np.arange(settings.clicks) / settings.click_decay).astype(np.float32),
            "by_distance": np.where(distances < 0, settings.before * by_distance, by_distance).astype(np.float32),
            "by_length": (np.arange(1, length + 1) ** -settings.length_power).astype(np.float32),
        }
        self._arrays = self._bundle()

    def forget_item(self, visitor: int, item: int) -> None:
        """Take the item out of the visitor's sequence."""
        self._index.drop(visitor, item)

    def forget_visitor(self, visitor: int) -> None:
        """Erase the visitor's sequence."""
        self._index.erase(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return self._index.dump()

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._index.load(state)

    def search(self, recent: Indices, own: int, excluded: Excluded, items: Indices, scores: Values) -> None:
        """Write the best items for a visitor who has ``recent``, oldest first; sequence ``own`` is left out."""
        if self._index.used:
            search(self._current(), recent, own, self._index.used, excluded, items, scores)

    def search_apart(self, context: Context, own: int, items: Indices, scores: Values) -> None:
        """Write what `search` does, the best of the visitor's items alone, and the best others; shape (3, limit)."""
        if self._index.used:
            search_apart(
                self._current(),
                context.recent_items,
                context.items,
                own,
                self._index.used,
                context.excluded,
                items,
                scores,
            )

    def shared_items(self, recent: Indices, own: int, items: Indices) -> Indices:
        """Return of each item the newest of ``recent``, oldest first, that shares a sequence with it; -1 for none."""
        attributed = no_attribution(items)
        if self._index.used:
            write_shared_items(self._current(), recent[-self._settings.clicks :], own, items, attributed)
        return attributed

    def _current(self) -> SearchArrays:
        """Return the arrays, bundled again if the index has replaced its own."""
        if self._index.arrays is not self._indexed:
            self._arrays = self._bundle()
        return self._arrays

    def _bundle(self) -> SearchArrays:
        """Have room for every item and sequence, and one more where one that comes again is noted for nothing."""
        index, settings = self._index.arrays, self._settings
        items, sequences = len(index.heads), len(index.lengths)
        self._indexed = index
        return packed(
            SearchArrays(
                **{name: getattr(index, name) for name in SearchArrays._fields if name in IndexArrays._fields},
                **self._decays,
                neighbors=settings.neighbors,
                age_decay=settings.age_decay,
                entries=np.zeros((settings.clicks, settings.newest), np.int32),
                similar=np.zeros(sequences, np.float32),
                shared=np.zeros(sequences, np.int32),
                met=np.zeros(sequences + 1, np.int32),
                ranked=np.zeros(sequences, np.float32),
                totals=np.zeros(items, np.float32),
                found=np.zeros(items + 1, np.int32),
                scores=np.zeros(items, np.float32),
            )
        )
