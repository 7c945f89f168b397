"""The weights of one side of a factorization, items or visitors: a bias and a latent vector per index."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array

_SIGMA = 0.1
_UNKNOWN = -np.inf


class LatentFactors:
    """Biases, shape (indices,), and latent vectors, shape (indices, length), of the indices that were added.

    An index that was not added has a bias of minus infinity.

    An index's first latent vector is drawn from the seed and the id alone: uniform with a deviation of 0.1.

    Examples
    --------
    >>> first, second = LatentFactors(4, seed=1), LatentFactors(4, seed=1)
    >>> first.add(0, "mug"), second.add(9, "mug")
    (True, True)
    >>> bool((first.latents[0] == second.latents[9]).all())
    True
    """

    def __init__(self, length: int, seed: int) -> None:
        self.length = length
        self._key = seed.to_bytes(8, "big", signed=True)
        self.biases = np.zeros(0, np.float32)
        self.latents = np.zeros((0, length), np.float32)
        self.span = 0

    def knows(self, index: int) -> bool:
        """Tell whether an index was added."""
        return 0 <= index < self.span and self.biases.item(index) > _UNKNOWN

    def add(self, index: int, name: str) -> bool:
        """Give an index its first weights; False if it has some already."""
        if 0 <= index < self.span and self.biases.item(index) > _UNKNOWN:
            return False
        self._make_room(index + 1)
        self.biases[index] = 0
        self.latents[index] = self._first_latent(name)
        return True

    def put(self, index: int, bias: float, latent: NDArray[np.float32]) -> None:
        """Give an index these weights."""
        self._make_room(index + 1)
        self.biases[index], self.latents[index] = bias, latent

    def merge(self, source: int, target: int, share: float) -> None:
        """Give an index the mean of its weights and those of ``source``, which count for ``share``; erase that index.

        Scores are linear in the weights, so those of the mean are the mean of both indices' scores.
        """
        if not self.knows(source):
            return
        self._make_room(target + 1)
        if self.knows(target):
            self.biases[target] += share * (self.biases[source] - self.biases[target])
            self.latents[target] += share * (self.latents[source] - self.latents[target])
        else:
            self.biases[target], self.latents[target] = self.biases[source], self.latents[source]
        self.remove(source)

    def remove(self, index: int) -> None:
        """Erase an index's weights."""
        if self.knows(index):
            self.biases[index] = _UNKNOWN
            self.latents[index] = 0

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "biases": self.biases[: self.span].copy(),
            "latents": self.latents[: self.span].copy(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        biases = read_array(state, "biases", np.float32, None)
        span = len(biases)
        latents = read_array(state, "latents", np.float32, span, self.length)
        if not (np.isfinite(latents).all() and (np.isfinite(biases) | (biases == _UNKNOWN)).all()):
            raise InvalidState("weights that are not numbers")
        self.biases, self.latents = biases, latents
        self.span = span

    def _make_room(self, indices: int) -> None:
        if indices > self.span:
            self.span = indices
            self.biases = grown(self.biases, indices, fill=_UNKNOWN)
            self.latents = grown(self.latents, indices)

    def _first_latent(self, name: str) -> NDArray[np.float32]:
        digest = b"".join(
            blake2b(name.encode(), key=self._key, person=block.to_bytes(2, "big")).digest()
            for block in range(-(-self.length * 2 // 64))
        )
        drawn = np.frombuffer(digest, "<u2", self.length) / 65_535 - 0.5
        first: NDArray[np.float32] = (drawn * (_SIGMA * np.sqrt(12))).astype(np.float32)
        return first
