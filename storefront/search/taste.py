"""A visitor's live taste, as far as it sorts a search: what their present list is made of, and what they chose."""

from collections.abc import Iterable, Mapping

from online_models.schema.product import Product

WEIGHT = 0.3
"""How much a product that is wholly to the visitor's taste gains: three tenths of what its words are worth.

Chosen by benchmarks/personal_search.py; see docs/quality.md."""

FIRST = 200
"""Only the best so many are sorted again."""

_SHARES = {"item": 0.3, "category": 0.25, "theme": 0.2, "tag": 0.15, "colour": 0.1}


class Taste:
    """What a visitor likes, learned from products with weights. An empty one likes nothing in particular."""

    def __init__(self, liked: Iterable[tuple[Product, float]]) -> None:
        counts: dict[str, dict[str, float]] = {kind: {} for kind in _SHARES}
        for product, weight in liked:
            for kind, words in _features(product).items():
                for word in words:
                    counts[kind][word] = counts[kind].get(word, 0.0) + weight
        self._weights = {
            kind: {word: _SHARES[kind] * number / max(words.values()) for word, number in words.items()}
            for kind, words in counts.items()
        }

    def __bool__(self) -> bool:
        return any(self._weights.values())

    def affinity(self, product: Product) -> float:
        """Say how much a product is to the visitor's taste, from 0 to 1."""
        weights = self._weights
        total = weights["item"].get(product.item, 0.0) + weights["category"].get(product.category, 0.0)
        if product.theme:
            total += weights["theme"].get(product.theme, 0.0)
        if product.colour:
            total += weights["colour"].get(product.colour, 0.0)
        tags = weights["tag"]
        return total + max([tags.get(tag, 0.0) for tag in product.tags], default=0.0)


def _features(product: Product) -> Mapping[str, tuple[str, ...]]:
    return {
        "item": (product.item,),
        "category": (product.category,),
        "theme": (product.theme,) if product.theme else (),
        "tag": product.tags,
        "colour": (product.colour,) if product.colour else (),
    }
