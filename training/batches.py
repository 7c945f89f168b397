"""What one step of training sees: some rows of packed visits, and items against which their targets are told apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.packed_visits import PackedVisits

ALL_ITEMS = 1_536
"""Up to so many items, each target is told apart from all others."""

NEGATIVES = 1_024
"""From more, it is told apart from so many, which are drawn for all targets of a batch together."""

DRAWN_BY_POPULARITY = 0.25
"""The power of an item's count with which it is drawn."""

RAREST = 1e-6
"""What the logarithm is taken of where an item is never expected."""


@dataclass(frozen=True, slots=True)
class TrainingBatch:
    """A step's rows of visits. Items are told by their place in ``rows``.

    Attributes
    ----------
    rows
        The items whose vectors the step reads and moves, each once, int32.
    inputs, keeps
        Items and keeps as in `PackedVisits`, shape (visits' rows, steps).
    targets, weights
        The same of the targets, flat.
    negatives
        Items that are told apart from the targets. A target among them is left out.
    target_log_counts, negative_log_counts
        The logarithm of how often each is expected among the negatives: what is drawn more often counts less.
    """

    rows: NDArray[np.int32]
    inputs: NDArray[np.int32]
    keeps: NDArray[np.float32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]
    negatives: NDArray[np.int32]
    target_log_counts: NDArray[np.float32]
    negative_log_counts: NDArray[np.float32]


class Negatives:
    """Draws items by how often they were chosen.

    References
    ----------
    Bengio & Senécal 2008, Adaptive importance sampling to accelerate training of a neural probabilistic language model.
    Hidasi & Karatzoglou 2018, Recurrent neural networks with top-k gains for session-based recommendations.
    """

    def __init__(self, counts: NDArray[np.int64], random: np.random.Generator) -> None:
        self._random = random
        self._draws_all = len(counts) <= ALL_ITEMS
        shares = counts.astype(np.float64) ** DRAWN_BY_POPULARITY
        shares /= shares.sum()
        self._cumulated = np.cumsum(shares)
        log_counts = np.log(np.maximum(NEGATIVES * shares, RAREST)).astype(np.float32)
        self.log_counts: NDArray[np.float32] = np.zeros_like(log_counts) if self._draws_all else log_counts

    def draw(self) -> NDArray[np.int32]:
        """Return all items, or some that may repeat."""
        if self._draws_all:
            return np.arange(len(self.log_counts), dtype=np.int32)
        places = np.searchsorted(self._cumulated, self._random.random(NEGATIVES), side="right")
        return np.minimum(places, len(self.log_counts) - 1).astype(np.int32)


def batches(
    packed: PackedVisits, size: int, negatives: Negatives, random: np.random.Generator
) -> Iterator[TrainingBatch]:
    """Yield all rows once, in random order, ``size`` at a time."""
    order = random.permutation(len(packed))
    for start in range(0, len(packed), size):
        chosen = order[start : start + size]
        items, targets = packed.items[chosen], packed.targets[chosen].reshape(-1)
        drawn = negatives.draw()
        rows, found = np.unique(np.concatenate((items.reshape(-1), targets, drawn)), return_inverse=True)
        places: NDArray[np.int32] = found.astype(np.int32)
        yield TrainingBatch(
            rows=rows.astype(np.int32),
            inputs=places[: items.size].reshape(items.shape),
            keeps=packed.keeps[chosen],
            targets=places[items.size : 2 * items.size],
            weights=packed.weights[chosen].reshape(-1),
            negatives=places[2 * items.size :],
            target_log_counts=negatives.log_counts[targets],
            negative_log_counts=negatives.log_counts[drawn],
        )
