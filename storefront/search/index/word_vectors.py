"""Search by meaning: which products are near to what was typed, by the vectors that the bootstrap has made.

Everything here is arithmetic on arrays of a file: the model that the vectors come from is not needed.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from online_models.schema.search_terms import VECTORS, VECTORS_FILE
from storefront.search.index.index_folder import UnusableIndex
from storefront.search.index.text_index import Found

LOWEST_COSINE = 0.3
"""Products less alike than this have another meaning."""

MOST_FOUND = 48
"""So many are near at most: a page."""

LEAST_KNOWN = 0.5
"""Where fewer of the words than this share are known, nothing is said about the meaning of all."""

BLOCK = 8_192
"""Products are compared so many at a time: 4 MB."""

_MOST_BYTES = 256 * 2**20

Vectors = NDArray[np.float32]


class WordVectors:
    """The vectors of one version's words and products."""

    def __init__(self, words: Sequence[str], word_vectors: "Quantized", products: "Quantized") -> None:
        self._numbers = {word: number for number, word in enumerate(words)}
        self._words, self._products = word_vectors, products

    def find(self, terms: Sequence[str]) -> Found:
        """Return the products nearest to the mean of the terms, with their cosines; none if too few are known."""
        numbers = [number for term in terms if (number := self._numbers.get(term)) is not None]
        if not numbers or len(numbers) < LEAST_KNOWN * len(terms):
            return Found()
        query = self._words.rows(np.array(numbers)).mean(axis=0)
        length = float(np.linalg.norm(query))
        if length == 0:
            return Found()
        cosines = self._products.times(query / np.float32(length))
        near = np.flatnonzero(cosines >= LOWEST_COSINE)
        best = near[np.argsort(-cosines[near], kind="stable")[:MOST_FOUND]]
        return Found(best.astype(np.int64), cosines[best].astype(np.float64))


class Quantized:
    """Vectors of a byte a number: ``values`` int8, shape (n, dimensions), times ``steps`` float32, shape (n,)."""

    def __init__(self, values: NDArray[np.int8], steps: Vectors) -> None:
        self.values, self.steps = values, steps

    def rows(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return some of them as they were."""
        rows: Vectors = self.values[numbers].astype(np.float32) * self.steps[numbers, None]
        return rows

    def times(self, query: Vectors) -> Vectors:
        """Return the products of all with one vector."""
        products = np.empty(len(self.steps), np.float32)
        for start in range(0, len(self.steps), BLOCK):
            block = slice(start, start + BLOCK)
            products[block] = self.values[block].astype(np.float32) @ query
        products *= self.steps
        return products


def read_word_vectors(folder: Path, products: int) -> WordVectors | None:
    """Read the vectors of a version of so many products; None where it was published without any.

    Raises
    ------
    UnusableIndex
        If the file is not what the bootstrap writes.
    """
    path = folder / VECTORS_FILE
    if not path.is_file():
        return None
    if path.stat().st_size > _MOST_BYTES:
        raise UnusableIndex(f"word vectors of more than {_MOST_BYTES >> 20} MB")
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = [file[name] for name in VECTORS]
        words = arrays[0].tobytes().decode().split("\n")
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise UnusableIndex(f"word vectors that cannot be read: {error}") from error
    of_words, of_products = Quantized(*arrays[1:3]), Quantized(*arrays[3:])
    if not (_fits(of_words, len(words)) and _fits(of_products, products)):
        raise UnusableIndex("word vectors that do not fit the catalog")
    if of_words.values.shape[1] != of_products.values.shape[1]:
        raise UnusableIndex("vectors of words and of products that cannot be compared")
    return WordVectors(words, of_words, of_products)


def _fits(vectors: Quantized, count: int) -> bool:
    values, steps = vectors.values, vectors.steps
    return bool(
        values.dtype == np.int8
        and steps.dtype == np.float32
        and values.ndim == 2
        and values.shape[0] == count
        and steps.shape == (count,)
        and np.isfinite(steps).all()
    )
