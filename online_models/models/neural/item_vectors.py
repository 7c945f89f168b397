"""The vectors of items: those that were trained, and for items that came later what content says of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_indices, read_part
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices, Values
from online_models.models.factors.factor_index import FactorIndex
from online_models.models.factors.latent_factors import LatentFactors
from online_models.models.neural.weights import MAX_ITEMS, Weights

POOL = 4_096
"""So many items are scored at most: the busiest of the training, and of others those that were chosen last."""

_NO_NEIGHBORS = np.empty((0, 0), np.int32)
_NO_COSINES = np.empty((0, 0), np.float32)


class ItemContent(NamedTuple):
    """What is known of items without any interaction, by index.

    Attributes
    ----------
    neighbors, cosines
        Content neighbors, best first, -1 and 0 where there are no more, shape (items, 50).
    categories, families
        Numbers of groups, -1 for none, shape (items,): families within categories.
    """

    neighbors: Indices = _NO_NEIGHBORS
    cosines: Values = _NO_COSINES
    categories: Indices = NO_INDICES
    families: Indices = NO_INDICES


NO_CONTENT = ItemContent()


class ItemVectors:
    """The vectors of the items of one training, by the learner's index of an item.

    An item that is not of the training gets, once it is asked for, the mean vector and bias of its content neighbors
    that are, weighted by the squares of their cosines; without such, that of its family or else of its category.

    Parameters
    ----------
    weights
        Of the training.
    indices
        By item of the weights its index, -1 where the learner does not know it, shape (n,).
    content
        What is known of items.
    later
        Items that had a vector before; those that are not of this training get another one.

    Attributes
    ----------
    factors
        Vectors and biases by index.
    pool
        The items that are scored.

    Examples
    --------
    >>> from online_models.schema.events import ItemId
    >>> vectors, zeros = np.eye(2, dtype=np.float32), np.zeros((2, 6), np.float32)
    >>> ids = ItemId("cup"), ItemId("saucer")
    >>> weights = Weights(ids, vectors, vectors[0], zeros, zeros, zeros, vectors, vectors, {}, 1.0, 7)
    >>> like = ItemContent(np.array([[-1], [-1], [0]], np.int32), np.array([[0], [0], [0.5]], np.float32))
    >>> items = ItemVectors(weights, np.array([0, 1], np.int32), like)
    >>> items.add(2)
    True
    >>> items.factors.latents[2], items.later
    (array([1., 0.], dtype=float32), (2,))
    """

    def __init__(
        self,
        weights: Weights,
        indices: Indices,
        content: ItemContent = NO_CONTENT,
        later: Sequence[int] = (),
        pool: int = POOL,
    ) -> None:
        width, span = weights.item_vectors.shape[1], int(indices.max(initial=NO_INDEX)) + 1
        self.factors = LatentFactors(width, seed=0)
        self.factors.biases = np.full(span, -np.inf, np.float32)
        self.factors.latents = np.zeros((span, width), np.float32)
        self.factors.span = span
        known = indices >= 0
        self.factors.biases[indices[known]] = weights.item_bias[known]
        self.factors.latents[indices[known]] = weights.item_vectors[known]
        self._trained = self.factors.biases > -np.inf
        self._later: dict[int, None] = {}
        self.pool = FactorIndex(self.factors, pool)
        for index in indices[known][:pool].tolist():
            self.pool.add(index)
        self.pool.refresh(self.pool.items[: self.pool.count])
        self.use_content(content)
        for index in later:
            self.keep(index)

    @property
    def later(self) -> tuple[int, ...]:
        """The items that got a vector without being of the training, in order."""
        return tuple(self._later)

    def use_content(self, content: ItemContent) -> None:
        """Replace what is known of items, and the vectors that follow from it."""
        self._content = content
        self._means = {
            name: _means_by_group(groups, self.factors, self._trained)
            for name, groups in (("families", content.families), ("categories", content.categories))
        }
        for index in self._later:
            self.factors.remove(index)
            self._derive(index)
        self.pool.refresh(np.array(self.later, np.int32))

    def add(self, index: int) -> bool:
        """Let an item that is chosen be scored; tell whether it has a vector."""
        if not self.factors.knows(index):
            if not self._derive(index):
                return False
            self._later[index] = None
        if self.pool.add(index):
            self.pool.refresh(np.array([index], np.int32))
        return True

    def keep(self, index: int) -> None:
        """Let an item that had a vector by earlier weights have one by these."""
        if not self._is_trained(index):
            self._later[index] = None
            self.add(index)

    def dump(self) -> State:
        """Return a copy of what was learned since the training, without vectors."""
        return {"later": np.array(self.later, np.int32), "pool": self.pool.dump()}

    def load(self, state: State) -> None:
        """Replace what was learned since the training. Raises `InvalidState`."""
        later = read_indices(state, "later", MAX_ITEMS)
        if len(set(later)) != len(later) or any(self._is_trained(index) for index in later):
            raise InvalidState("items that came after the training and are of it, or that came twice")
        self._later = dict.fromkeys(later)
        for index in later:
            if not self._derive(index):
                self.factors.put(index, -np.inf, np.zeros(self.factors.length, np.float32))
        self.pool.load(read_part(state, "pool"))

    def _is_trained(self, index: int) -> bool:
        return index < len(self._trained) and bool(self._trained[index])

    def _derive(self, index: int) -> bool:
        found = self._of_neighbors(index) or self._of_groups(index)
        if found is None:
            return False
        self.factors.put(index, *found)
        return True

    def _of_neighbors(self, index: int) -> tuple[float, Values] | None:
        if not 0 <= index < len(self._content.neighbors):
            return None
        neighbors, cosines = self._content.neighbors[index], self._content.cosines[index]
        is_trained = (neighbors >= 0) & (neighbors < len(self._trained))
        is_trained[is_trained] = self._trained[neighbors[is_trained]]
        near, shares = neighbors[is_trained], cosines[is_trained] ** 2
        if not shares.sum() > 0:
            return None
        shares /= shares.sum()
        return float(shares @ self.factors.biases[near]), shares @ self.factors.latents[near]

    def _of_groups(self, index: int) -> tuple[float, Values] | None:
        for name, means in self._means.items():
            groups: Indices = getattr(self._content, name)
            if index < len(groups) and (mean := means.get(groups.item(index))):
                return mean
        return None


def _means_by_group(
    groups: Indices, factors: LatentFactors, trained: NDArray[np.bool_]
) -> Mapping[int, tuple[float, Values]]:
    """Return by group the mean bias and vector of its items that were trained."""
    count = min(len(groups), len(trained))
    items = np.flatnonzero(trained[:count] & (groups[:count] >= 0))
    items = items[np.argsort(groups[items], kind="stable")]
    names, starts, sizes = np.unique(groups[items], return_index=True, return_counts=True)
    if not len(names):
        return {}
    biases = np.add.reduceat(factors.biases[items], starts) / sizes
    vectors = np.add.reduceat(factors.latents[items], starts) / sizes[:, np.newaxis].astype(np.float32)
    return dict(zip(names.tolist(), zip(biases.tolist(), vectors, strict=True), strict=True))
