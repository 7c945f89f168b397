"""The content index of a catalog that lives: which products are alike by their words, as they come and go."""

import math
from array import array
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import best, grown
from online_models.catalog.content_neighbors import NEIGHBORS
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.schema.search_terms import terms_of

LOWEST_COSINE = 0.05
"""Products less alike than this are not neighbors."""

WEIGHED_ANEW = 1.02
"""All products are weighed anew once there are so many times as many as at the last time."""

MOST_REMOVED = 1_000
"""So many products that were removed are kept, beside as many as there are."""

_TITLE_WORD_COUNTS = 2

Neighbors = list[tuple[ItemId, float]]


def tokens_of(product: Product) -> Counter[str]:
    """Count the tokens of a product.

    As in the bootstrap's index, words of the title weigh double, two neighbors count as a word of their own, and so do
    the other tags, the category, colour, material and theme. Words are compared without a plural's s.

    Examples
    --------
    >>> mugs = Product(item=ItemId("m"), title="2 Red Mugs", price=1, category="kitchen", tags=("red", "mug", "gift"))
    >>> sorted(tokens_of(mugs).items())
    [('category=kitchen', 1), ('gift', 1), ('mug', 2), ('red', 2), ('red mug', 1)]
    """
    title = [_singular(word) for word in terms_of(product.title) if not word.isdecimal()]
    tokens = Counter(title * _TITLE_WORD_COUNTS)
    tokens.update(f"{first} {second}" for first, second in pairwise(title))
    tags = (_singular(word) for tag in product.tags for word in terms_of(tag))
    tokens.update(set(tags).difference(title))
    kinds = {
        "category": product.category,
        "colour": product.colour,
        "material": product.material,
        "theme": product.theme,
    }
    tokens.update(f"{kind}={value}" for kind, value in kinds.items() if value)
    return tokens


class ContentIndex:
    r"""Products by the weights of their tokens, and the nearest of a product by cosine.

    .. math:: w(t, d) = (1 + \ln tf(t, d)) \left(1 + \ln \frac{1 + n}{1 + df(t)}\right)

    with :math:`n` products, of which :math:`df(t)` have the token. A product takes some 30 tokens of eight bytes each.

    Examples
    --------
    >>> index = ContentIndex()
    >>> wares = {"m": "Red Mug", "n": "Blue Mug", "b": "Red Bag"}
    >>> products = [Product(item=ItemId(i), title=t, price=1, category=t.split()[1]) for i, t in wares.items()]
    >>> for product in products:
    ...     index.add(product)
    >>> [item for item, _ in index.nearest(products[0])]
    ['n', 'b']
    """

    def __init__(self) -> None:
        self._postings: dict[str, tuple[array[int], array[float]]] = {}
        self._rows: dict[ItemId, int] = {}
        self._items: list[ItemId | None] = []
        self._squares: NDArray[np.float32] = np.zeros(0, np.float32)
        self._weighed = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, product: Product) -> None:
        """Add a product, or replace what the index has of it."""
        self.remove(product.item)
        tokens, row = tokens_of(product), len(self._items)
        self._rows[product.item] = row
        self._items.append(product.item)
        self._squares = grown(self._squares, row + 1)
        for token, count in tokens.items():
            rows, frequencies = self._postings.setdefault(token, (array("i"), array("f")))
            rows.append(row)
            frequencies.append(1 + math.log(count))
        self._squares[row] = self._square_of(tokens)

    def remove(self, item: ItemId) -> None:
        """Take a product out, if it is there."""
        row = self._rows.pop(item, None)
        if row is not None:
            self._items[row] = None
            self._squares[row] = np.inf
        if len(self._items) > 2 * len(self._rows) + MOST_REMOVED:
            self._compact()

    def nearest(self, product: Product, limit: int = NEIGHBORS) -> Neighbors:
        """Return the products most like one, with their cosines, the likest first; of equals those that came first."""
        if len(self._items) > WEIGHED_ANEW * self._weighed:
            self._weigh()
        tokens = tokens_of(product)
        products: NDArray[np.float32] = np.zeros(len(self._items), np.float32)
        for token, count in tokens.items():
            if (posting := self._postings.get(token)) is not None:
                own = (1 + math.log(count)) * self._idf(posting[0]) ** 2
                products[np.frombuffer(posting[0], np.int32)] += np.frombuffer(posting[1], np.float32) * own
        lengths = np.sqrt(self._squares[: len(products)] * self._square_of(tokens))
        cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
        if (own_row := self._rows.get(product.item)) is not None:
            cosines[own_row] = 0
        near = np.flatnonzero(cosines >= LOWEST_COSINE)
        near = near[best(cosines[near], limit)]
        found = zip(near.tolist(), cosines[near].tolist(), strict=True)
        pairs = [(item, round(min(cosine, 1.0), 4)) for row, cosine in found if (item := self._items[row])]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _idf(self, rows: "array[int]") -> float:
        return 1 + math.log((1 + len(self._items)) / (1 + len(rows)))

    def _square_of(self, tokens: Counter[str]) -> float:
        """Return the square of the length of a product's vector."""
        unknown: array[int] = array("i")
        idfs = (self._idf(self._postings.get(token, (unknown,))[0]) for token in tokens)
        return sum(((1 + math.log(count)) * idf) ** 2 for count, idf in zip(tokens.values(), idfs, strict=True))

    def _weigh(self) -> None:
        """Work out all lengths by the inverse document frequencies of now."""
        squares: NDArray[np.float32] = np.zeros(len(self._items), np.float32)
        for rows, frequencies in self._postings.values():
            weights = np.frombuffer(frequencies, np.float32) * np.float32(self._idf(rows))
            squares[np.frombuffer(rows, np.int32)] += weights**2
        squares[[row for row, item in enumerate(self._items) if item is None]] = np.inf
        self._squares, self._weighed = squares, len(self._items)

    def _compact(self) -> None:
        """Forget the rows of products that were removed."""
        is_there = np.array([item is not None for item in self._items])
        numbers = (np.cumsum(is_there) - 1).astype(np.int32)
        kept: dict[str, tuple[array[int], array[float]]] = {}
        for token, (rows, frequencies) in self._postings.items():
            old = np.frombuffer(rows, np.int32)
            keeps = is_there[old]
            if keeps.any():
                counts = np.frombuffer(frequencies, np.float32)[keeps]
                kept[token] = array("i", numbers[old[keeps]].tobytes()), array("f", counts.tobytes())
        self._postings, self._items = kept, [item for item in self._items if item is not None]
        self._rows = {item: row for row, item in enumerate(self._items) if item is not None}
        self._weigh()


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
