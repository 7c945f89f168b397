"""What makes a password too weak: short, well known, or the visitor's own name. Nothing else is asked of it."""

import unicodedata
from functools import cache
from pathlib import Path

SHORTEST = 10
LONGEST = 256
WORDS = Path(__file__).parent / "common_passwords.txt"
_ROWS = ("0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp")
_SIGNS = str.maketrans({"@": "a", "0": "o", "1": "i", "3": "e", "$": "s", "5": "s", "4": "a", "7": "t"})


def folded(password: str) -> str:
    """Write a password one way, however a keyboard composes it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def is_well_known(password: str) -> bool:
    """Return whether a password is a common one, a run of keys, or one with figures put behind it.

    >>> [is_well_known(word) for word in ("Password123!", "qwertyuiop", "aaaaaaaaaa", "P@ssw0rd2024", "12345678901")]
    [True, True, True, True, True]
    >>> is_well_known("river under the stone"), is_well_known("mgFb3-xUw92-KqLp")
    (False, False)
    """
    plain = folded(password).casefold().replace(" ", "")
    if len(set(plain)) < 4 or any(_is_run(plain, row) for row in _ROWS):
        return True
    stem = plain.rstrip("0123456789!?.,*#-_$@&+")
    half = stem[: len(stem) // 2]
    forms = {plain, stem, stem.lstrip("0123456789"), plain.translate(_SIGNS), stem.translate(_SIGNS)}
    if stem and stem == half * 2:
        forms.add(half)
    return not forms.isdisjoint(common())


def is_about(password: str, *known: str) -> bool:
    """Return whether a password is made of what everybody knows of the visitor: their name, their address.

    >>> is_about("ann.miller1", "Ann Miller"), is_about("ann@example.com", "ann@example.com")
    (True, True)
    >>> is_about("the anchor holds", "Ann Miller", "ann@example.com")
    False
    """
    plain = _letters(password)
    for text in known:
        for word in {_letters(text), _letters(text.partition("@")[0])}:
            if len(word) >= 3 and (plain == word or (word in plain and len(plain) - len(word) <= 4)):
                return True
    return False


@cache
def common() -> frozenset[str]:
    """Return the words that are guessed first."""
    return frozenset(WORDS.read_text(encoding="utf-8").split())


def _letters(text: str) -> str:
    return "".join(sign for sign in folded(text).casefold() if sign.isalnum())


def _is_run(plain: str, row: str) -> bool:
    """Return whether the password runs along a row, there or back, as often as it takes."""
    return any(plain in way * (len(plain) // len(way) + 2) for way in (row, row[::-1]))
