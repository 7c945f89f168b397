"""A visitor's live taste, as far as it sorts a search: what their present list is made of, and what they chose."""

from collections import Counter
from collections.abc import Iterable, Mapping

from online_models.product import Product

WEIGHT = 0.3
"""How much a product that is wholly to the visitor's taste gains: three tenths of what its words are worth."""

FIRST = 200
"""Only the best so many are sorted again."""

_SHARES = {"item": 0.3, "category": 0.25, "theme": 0.2, "tag": 0.15, "colour": 0.1}


class Taste:
    """What a visitor likes, learned from products with weights. An empty one likes nothing in particular."""

    def __init__(self, liked: Iterable[tuple[Product, float]]) -> None:
        self._weights: dict[str, Counter[str]] = {kind: Counter() for kind in _SHARES}
        for product, weight in liked:
            for kind, words in _features(product).items():
                for word in words:
                    self._weights[kind][word] += weight  # type: ignore[assignment]  # a Counter counts floats too
        self._most = {kind: max(counts.values(), default=0.0) for kind, counts in self._weights.items()}

    def __bool__(self) -> bool:
        return any(self._weights.values())

    def affinity(self, product: Product) -> float:
        """Say how much a product is to the visitor's taste, from 0 to 1."""
        total = 0.0
        for kind, words in _features(product).items():
            if words and self._most[kind]:
                counts = self._weights[kind]
                total += _SHARES[kind] * max(counts[word] for word in words) / self._most[kind]
        return total


def _features(product: Product) -> Mapping[str, tuple[str, ...]]:
    return {
        "item": (product.item,),
        "category": (product.category,),
        "theme": (product.theme,) if product.theme else (),
        "tag": product.tags,
        "colour": (product.colour,) if product.colour else (),
    }
