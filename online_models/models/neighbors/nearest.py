"""Nearest sequences: sessions or visitors that share items with some others, and what else they have."""

from dataclasses import dataclass

import numpy as np

from online_models.arrays.compiled import packed
from online_models.arrays.growth import grown
from online_models.arrays.selection import Excluded
from online_models.arrays.types import Indices, Values
from online_models.models.neighbors.inverted_index import InvertedIndex
from online_models.models.neighbors.neighbor_search import SearchArrays, search, write_shared_items
from online_models.models.recommender import no_attribution


@dataclass(frozen=True, slots=True)
class NeighborSettings:
    """What makes sequences near, and what of them counts.

    Attributes
    ----------
    clicks
        From so many of the asking visitor's newest items neighbours are sought.
    newest
        So many sequences, the newest, are looked at for each item.
    neighbors
        So many sequences, the most similar, are used; more if the last are equal.
    click_decay
        Items after which a shared item counts for 1/e.
    age_decay
        Seconds after which a sequence counts for 1/e.
    distance_decay
        Items between the shared item and another after which the other counts for 1/e.
    before
        Weight of what stands before the shared item in a sequence; what comes after has 1.
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


class NearestNeighbors:
    """Candidates from the nearest of some sequences. Keeps nothing that lasts."""

    def __init__(self, index: InvertedIndex, settings: NeighborSettings) -> None:
        self._index = index
        self._settings = settings
        self._by_click = np.exp(-np.arange(settings.clicks) / settings.click_decay).astype(np.float32)
        distances = np.arange(1 - index.length, index.length)
        weights = np.exp(-np.abs(distances) / settings.distance_decay)
        self._by_distance = np.where(distances < 0, settings.before * weights, weights).astype(np.float32)
        self._by_length = (np.arange(1, index.length + 1) ** -settings.length_power).astype(np.float32)
        self._entries: Indices = np.zeros((settings.clicks, settings.newest), np.int32)
        self._totals: Values = np.zeros(0, np.float32)
        self._found: Indices = np.zeros(0, np.int32)
        self._scores: Values = np.zeros(0, np.float32)
        self._similar: Values = np.zeros(0, np.float32)
        self._shared: Indices = np.zeros(0, np.int32)
        self._met: Indices = np.zeros(0, np.int32)
        self._ranked: Values = np.zeros(0, np.float32)
        self._indexed = index.arrays
        self._arrays = self._bundle()

    def retrieve(self, recent: Indices, own: int, excluded: Excluded, items: Indices, scores: Values) -> None:
        """Write the best items for a visitor who has ``recent``, oldest first; sequence ``own`` is left out."""
        if self._index.used:
            search(self._current(), recent, own, self._index.used, excluded, items, scores)

    def attribution(self, recent: Indices, own: int, items: Indices) -> Indices:
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
        index = self._indexed = self._index.arrays
        items, sequences = len(index.heads), len(index.lengths)
        if items > len(self._totals):
            self._totals = grown(self._totals, items)
            self._scores = grown(self._scores, items)
            self._found = grown(self._found, len(self._totals) + 1)
        if sequences > len(self._similar):
            self._similar = grown(self._similar, sequences)
            self._shared = grown(self._shared, sequences)
            self._met = grown(self._met, len(self._similar) + 1)
            self._ranked = grown(self._ranked, sequences)
        return packed(
            SearchArrays(
                index.items,
                index.positions,
                index.older,
                index.heads,
                index.held,
                index.lengths,
                index.times,
                self._by_click,
                self._by_distance,
                self._by_length,
                self._settings.neighbors,
                self._settings.age_decay,
                self._entries,
                self._similar,
                self._shared,
                self._met,
                self._ranked,
                self._totals,
                self._found,
                self._scores,
            )
        )
