"""How easily a password is guessed, and why: by zxcvbn, which knows common passwords, words, dates and keyboards.

Only the beginning of a long password is judged, so that judging takes little time: it alone must be hard to guess.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Any

JUDGED = 32
"""Characters that are judged."""

FEWEST_GUESSES = 10**8
"""What zxcvbn calls safely unguessable where guessing is slow, as argon2id makes it."""

SHORTEST_WORD = 3
_SIGNS = str.maketrans({"@": "a", "0": "o", "1": "i", "3": "e", "$": "s", "5": "s", "4": "a", "7": "t", "!": "i"})


class Weakness(Enum):
    """Why a password is easy to guess."""

    COMMON = auto()
    KEYS = auto()
    REPEATED = auto()
    SEQUENCE = auto()
    DATE = auto()
    WORD = auto()
    PERSONAL = auto()
    """It is little more than a name or an address of its owner, or of the shop."""


_BY_PATTERN = {
    "spatial": Weakness.KEYS,
    "repeat": Weakness.REPEATED,
    "sequence": Weakness.SEQUENCE,
    "date": Weakness.DATE,
    "regex": Weakness.DATE,
    "dictionary": Weakness.WORD,
}


def weakness_of(password: str, *known: str) -> Weakness | None:
    """Return why a password is easy to guess for somebody who knows these names and addresses; None if it is not.

    >>> weakness_of("1q2w3e4r5t").name, weakness_of("P@ssw0rd2024").name
    ('COMMON', 'COMMON')
    >>> weakness_of("ann.miller-2024", "Ann Miller").name
    'PERSONAL'
    >>> weakness_of("river under the stone", "Ann Miller")
    """
    rest = _without(password, known)
    if rest != password.casefold() and (len(rest) < SHORTEST_WORD or _judge(rest) is not None):
        return Weakness.PERSONAL
    return _judge(password)


def _judge(password: str) -> Weakness | None:
    # Imported late: its lists take time and memory that a storefront without sign-ups need not spend.
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:JUDGED], max_length=JUDGED)
    return _reason(found["sequence"]) if found["guesses"] < FEWEST_GUESSES else None


def _reason(matches: Iterable[Mapping[str, Any]]) -> Weakness:
    """Return what the longest part of a password is that attackers know."""
    longest: Mapping[str, Any] = max(
        (match for match in matches if match["pattern"] in _BY_PATTERN),
        key=lambda match: len(match["token"]),
        default={"pattern": "dictionary"},
    )
    if longest.get("dictionary_name") == "passwords":
        return Weakness.COMMON
    return _BY_PATTERN[longest["pattern"]]


def _without(password: str, known: Iterable[str]) -> str:
    """Return a password without the words of these names and addresses, however they are written in it."""
    plain = password.casefold()
    words = {word for text in known for word in re.split(r"[\W_]+", _plain(text)) if len(word) >= SHORTEST_WORD}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        while (start := _plain(plain).find(word)) >= 0:
            plain = plain[:start] + plain[start + len(word) :]
    return plain


def _plain(text: str) -> str:
    """Return a text of the same length, by which words are found: without case, and letters for signs."""
    folded = "".join(unicodedata.normalize("NFKD", sign)[0] for sign in text.casefold())
    return folded.translate(_SIGNS)
