"""Nearest trails: sessions or visitors that share items with some rows, and what else they have."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import grown
from online_models.arrays.types import Indices, Values
from online_models.models.neighbors.inverted_index import InvertedIndex
from online_models.models.neighbors.neighbor_search import search, write_shared_rows
from online_models.models.recommender import no_attribution


@dataclass(frozen=True, slots=True)
class NeighborSettings:
    """What makes trails near, and what of them counts.

    Attributes
    ----------
    clicks
        From so many of the asking visitor's newest items neighbours are sought.
    newest
        So many trails, the newest, are looked at for each item.
    neighbours
        So many trails, the most similar, are listened to; more if the last are equal.
    click_decay
        Items after which a shared item counts for 1/e.
    age_decay
        Seconds after which a trail counts for 1/e.
    distance_decay
        Items between the shared item and another after which the other counts for 1/e.
    before
        Weight of what stands before the shared item in a trail; what comes after has 1.
    length_power
        Similarities are divided by the trail's length to this power.
    """

    clicks: int
    newest: int
    neighbours: int
    click_decay: float
    age_decay: float
    distance_decay: float
    before: float
    length_power: float


class NearestNeighbors:
    """Answers from the nearest of some trails. Keeps nothing that lasts."""

    def __init__(self, trails: InvertedIndex, nearness: NeighborSettings) -> None:
        self._trails = trails
        self._newest, self._best, self._age_decay = nearness.newest, nearness.neighbours, nearness.age_decay
        self._by_click = np.exp(-np.arange(nearness.clicks) / nearness.click_decay).astype(np.float32)
        distances = np.arange(1 - trails.length, trails.length)
        weights = np.exp(-np.abs(distances) / nearness.distance_decay)
        self._by_distance = np.where(distances < 0, nearness.before * weights, weights).astype(np.float32)
        self._by_length = (np.arange(1, trails.length + 1) ** -nearness.length_power).astype(np.float32)
        self._entries: Indices = np.zeros((nearness.clicks, nearness.newest), np.int32)
        self._totals: Values = np.zeros(0, np.float32)
        self._found: Indices = np.zeros(0, np.int32)
        self._values: Values = np.zeros(0, np.float32)
        self._similar: Values = np.zeros(0, np.float32)
        self._shared: Indices = np.zeros(0, np.int32)
        self._met: Indices = np.zeros(0, np.int32)
        self._ranked: Values = np.zeros(0, np.float32)

    def retrieve(
        self, rows: Indices, own: int, excluded: NDArray[np.bool_], best_rows: Indices, best_values: Values
    ) -> None:
        """Write the best items for a visitor who has ``rows``, oldest first; trail ``own`` is not listened to."""
        trails = self._trails
        if not trails.used:
            return
        self._make_room()
        search(
            rows,
            own,
            self._newest,
            self._best,
            self._age_decay,
            excluded,
            trails.used,
            trails.length,
            trails.heads,
            trails.held,
            trails.older,
            trails.items,
            trails.places,
            trails.lengths,
            trails.times,
            self._by_click,
            self._by_distance,
            self._by_length,
            self._entries,
            self._similar,
            self._shared,
            self._met,
            self._ranked,
            self._totals,
            self._found,
            self._values,
            best_rows,
            best_values,
        )

    def attribution(self, rows: Indices, own: int, items: Indices) -> Indices:
        """Return of each item the newest of ``rows``, oldest first, that shares a trail with it; -1 for none."""
        trails, spoke = self._trails, no_attribution(items)
        if trails.used:
            self._make_room()
            newest = rows[-len(self._by_click) :]
            write_shared_rows(
                newest, items, own, self._newest, trails.length, trails.heads, trails.older, self._similar, spoke
            )
        return spoke

    def _make_room(self) -> None:
        """Have a place for every item and trail, and one more where one that comes again is noted for nothing."""
        items, trails = len(self._trails.heads), len(self._trails.lengths)
        if items > len(self._totals):
            self._totals = grown(self._totals, items)
            self._values = grown(self._values, items)
            self._found = grown(self._found, len(self._totals) + 1)
        if trails > len(self._similar):
            self._similar = grown(self._similar, trails)
            self._shared = grown(self._shared, trails)
            self._met = grown(self._met, len(self._similar) + 1)
            self._ranked = grown(self._ranked, trails)
