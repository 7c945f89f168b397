"""What type of thing an item is: its category, or its title's head word where categories do not tell items apart."""

import re
from collections.abc import Collection, Mapping

from online_models.schema.product import Product

TELLING = 0.5
"""A category with more than this share of all items says nothing of what they are."""

_AFTER_THE_HEAD = re.compile(r"\s(?:with|for|in|on|by|from|and)\s|[,(/]|\s-\s", re.IGNORECASE)
_WORTH_A_NAME = re.compile(r"\w")
_WORD = re.compile(r"[^\W\d_]{3,}")


def vague_categories(sizes: Mapping[str, int], products: int) -> frozenset[str]:
    """Return the categories that say nothing, of ``sizes`` that sum up to so many products.

    >>> vague_categories({"gifts": 6, "mugs": 4}, 10)
    frozenset({'gifts'})
    """
    return frozenset(category for category, size in sizes.items() if size > TELLING * products)


def type_of(product: Product, vague: Collection[str]) -> str | None:
    """Return the name of a product's type: its category, unless that is vague; None if nothing says what it is."""
    # A category has no capital letters or spaces, a head word no space before it.
    name = f" {head_word(product.title)}" if product.category in vague else product.category
    return name if _WORTH_A_NAME.search(name) else None


def head_word(title: str) -> str:
    """Return what a title says that the thing is, in lower case and without a plural's s; empty if it does not.

    In English it is the last word before what only describes it.

    >>> head_word("Jumbo Bag Red Retrospot"), head_word("Red Mugs with Hearts, 3"), head_word("22423")
    ('retrospot', 'mug', '')
    """
    words: list[str] = _WORD.findall(_AFTER_THE_HEAD.split(title, maxsplit=1)[0].lower()) or [""]
    return words[-1].removesuffix("s") if len(words[-1]) > 3 else words[-1]
