"""The words of search: how text becomes terms, and the fields under which a product is indexed.

The bootstrap writes the index with these, the storefront asks it with these.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable

from online_models.schema.product import Product

FORMAT = 2
"""Changes when an index of the new kind must replace one of the same products."""

PLACE = "place"
"""A product's position among the best sellers, from 0: the one field that is read back."""

VECTORS_FILE = "vectors.npz"
"""Among the index's files, the one with word vectors."""

VECTORS = ("words", "word_values", "word_steps", "product_values", "product_steps")
"""Its arrays: the words, UTF-8 in order with a line feed between two; vectors of the words and, in order of `PLACE`, of
the products, int8, shape (n, dimensions); and by vector what one step of its numbers is worth, float32."""

FIELDS: dict[str, tuple[str, str]] = {
    "item": ("raw", "basic"),
    "title": ("default", "basic"),
    "title_stem": ("en_stem", "position"),
    "joined": ("default", "basic"),
    "tags": ("default", "basic"),
    "tags_stem": ("en_stem", "basic"),
    "text_stem": ("en_stem", "basic"),
}
"""Text fields: tantivy's name of the tokenizer, and what is kept of terms (``position`` where phrases are asked)."""

LONGEST_TERM = 39
MOST_TEXT = 4_000

_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")
_APOSTROPHES = re.compile(r"['\u2019\u02bc]")
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"})


def fold(text: str) -> str:
    """Remove accents, case and styles of letters.

    >>> fold("Crème BRÛLÉE, Ærø, Straße")
    'creme brulee, aero, strasse'
    """
    if text.isascii():
        return text.lower()
    # Styled letters, as in mathematics, have a case only once they are plain, and folding may compose letters again.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_PLAIN)


def terms_of(text: str) -> list[str]:
    """Split a text into its terms.

    >>> terms_of("Children's T-LIGHT holder, 30cm")
    ['childrens', 't', 'light', 'holder', '30cm']
    """
    return [_APOSTROPHES.sub("", word)[:LONGEST_TERM] for word in _WORD.findall(fold(text))]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Find where the words of a text stand, as it is written.

    >>> word_spans("A red mug")
    [(0, 1), (2, 5), (6, 9)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def term_of(word: str) -> str:
    """Make the term of one word.

    >>> term_of("Women's")
    'womens'
    """
    return _APOSTROPHES.sub("", fold(word))[:LONGEST_TERM]


def joined_pairs(terms: list[str]) -> list[str]:
    """Write each two neighboring words as one, so that "teacup" finds a tea cup.

    >>> joined_pairs(["tea", "cup", "set"])
    ['teacup', 'cupset']
    """
    return [first + second for first, second in itertools.pairwise(terms)]


def fields_of(product: Product, category_name: str) -> dict[str, str]:
    """Return the text of each field of a product."""
    title = terms_of(product.title)
    words = (*product.tags, category_name, product.colour, product.material, product.theme, product.brand)
    tags = _unique(term for text in words if text for term in terms_of(text))
    return {
        "item": fold(product.item),
        "title": " ".join(title),
        "title_stem": " ".join(title),
        "joined": " ".join(joined_pairs(title)),
        "tags": " ".join(tags),
        "tags_stem": " ".join(tags),
        "text_stem": " ".join(terms_of(product.description[:MOST_TEXT])),
    }


def _unique(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(terms))
