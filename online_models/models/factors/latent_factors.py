"""The weights of one side of a factorization, items or visitors: a bias and a latent vector per row."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array

_SIGMA = 0.1


class LatentFactors:
    """Biases, shape (rows,), and latent vectors, shape (rows, length), of the rows that were added.

    A row that was not added has a bias of minus infinity.

    A row's first latent vector is drawn from the seed and the id alone: uniform with a deviation of 0.1.

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

    def knows(self, row: int) -> bool:
        """Tell whether a row was added."""
        return 0 <= row < self.span and self.biases.item(row) > -np.inf

    def add(self, row: int, name: str) -> bool:
        """Give a row its first weights; False if it has some already."""
        if self.knows(row):
            return False
        self._make_room(row + 1)
        self.biases[row] = 0
        self.latents[row] = self._first_latent(name)
        return True

    def merge(self, source: int, target: int, share: float) -> None:
        """Give a row the mean of its weights and those of ``source``, which count for ``share``; erase that row.

        Scores are linear in the weights, so those of the mean are the mean of both rows' scores.
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

    def remove(self, row: int) -> None:
        """Erase a row's weights."""
        if self.knows(row):
            self.biases[row] = -np.inf
            self.latents[row] = 0

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
        if not (np.isfinite(latents).all() and (np.isfinite(biases) | (biases == -np.inf)).all()):
            raise InvalidState("weights that are not numbers")
        self.biases, self.latents = biases, latents
        self.span = span

    def _make_room(self, rows: int) -> None:
        if rows > self.span:
            self.span = rows
            self.biases = grown(self.biases, rows, fill=-np.inf)
            self.latents = grown(self.latents, rows)

    def _first_latent(self, name: str) -> NDArray[np.float32]:
        digest = b"".join(
            blake2b(name.encode(), key=self._key, person=block.to_bytes(2, "big")).digest()
            for block in range(-(-self.length * 2 // 64))
        )
        drawn = np.frombuffer(digest, "<u2", self.length) / 65_535 - 0.5
        first: NDArray[np.float32] = (drawn * (_SIGMA * np.sqrt(12))).astype(np.float32)
        return first
