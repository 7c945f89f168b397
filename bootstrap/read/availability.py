"""Whether a product can be had: what catalogs write in that column, in Google Merchant's four words."""

import re

from online_models.schema.product import Availability

_WORDS: dict[Availability, str] = {
    "in_stock": "instock available yes true lowstock limitedavailability onlineonly instoreonly",
    "out_of_stock": "outofstock soldout unavailable no false discontinued",
    "preorder": "preorder presale",
    "backorder": "backorder onbackorder",
}
_MEANINGS = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def read_availability(text: str) -> Availability | None:
    """Return what a cell says: words, an address of schema.org, or how many there are. None where it says neither.

    Examples
    --------
    >>> [read_availability(text) for text in ("in stock", "https://schema.org/OutOfStock", "100", "0", "ask us")]
    ['in_stock', 'out_of_stock', 'in_stock', 'out_of_stock', None]
    """
    if _NUMBER.fullmatch(text):
        return "in_stock" if float(text) > 0 else "out_of_stock"
    last = text.rpartition("schema.org/")[2]
    return _MEANINGS.get("".join(letter for letter in last.lower() if letter.isalpha()))
