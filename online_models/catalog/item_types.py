"""What type of thing an item is: its category, or its title's head word where categories do not tell items apart."""

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np

from online_models.arrays.types import NO_INDEX, Indices
from online_models.schema.product import Product

TELLING = 0.5
"""A category with more than this share of all items says nothing of what they are."""

_AFTER_THE_HEAD = re.compile(r"\s(?:with|for|in|on|by|from|and)\s|[,(/]|\s-\s", re.IGNORECASE)
_WORTH_A_NAME = re.compile(r"\w")
_WORD = re.compile(r"[^\W\d_]{3,}")


def types_of(products: Mapping[int, Product], items: int) -> Indices:
    """Return by index of each item below ``items`` its type, numbered from 0; -1 where there is none."""
    sizes = Counter(product.category for product in products.values())
    vague = {category for category, size in sizes.items() if size > TELLING * len(products)}
    types, numbers = np.full(items, NO_INDEX, np.int32), dict[str, int]()
    for index, product in products.items():
        head = head_word(product.title)
        # A category has no capital letters or spaces, a head word no space before it.
        name = f" {head}" if product.category in vague else product.category
        if _WORTH_A_NAME.search(name) and index < items:
            types[index] = numbers.setdefault(name, len(numbers))
    return types


def head_word(title: str) -> str:
    """Return what a title says that the thing is, in lower case and without a plural's s; empty if it does not.

    In English it is the last word before what only describes it.

    >>> head_word("Jumbo Bag Red Retrospot"), head_word("Red Mugs with Hearts, 3"), head_word("22423")
    ('retrospot', 'mug', '')
    """
    words: list[str] = _WORD.findall(_AFTER_THE_HEAD.split(title, maxsplit=1)[0].lower()) or [""]
    return words[-1].removesuffix("s") if len(words[-1]) > 3 else words[-1]
