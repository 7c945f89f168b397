"""Names that nobody gives themselves: other shoppers would take them for the shop's own staff.

Compared by what they look like: case, accents, letters of other scripts and figures in place of letters do not count.
"""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

SHOP = "Riverfront"
"""The shop's name, which is reserved as well."""

WORDS = Path(__file__).with_suffix(".toml")
NAMES_KEPT = 4_096
_LONG = 8
"""From this length on, no name holds a reserved word by chance."""

_DIGITS = frozenset("0123456789")
# Letters that emoji are made of.
_LETTER_SIGNS = (0x1F150, 0x1F170, 0x1F1E6)


@dataclass(frozen=True, slots=True)
class ReservedWords:
    """The words of the file, as they look."""

    anywhere: frozenset[str]
    alone: frozenset[str]
    between: frozenset[str]


@lru_cache(NAMES_KEPT)
def is_reserved(name: str) -> bool:
    """Return whether a name could be taken for one of the shop's staff.

    Examples
    --------
    >>> [is_reserved(name) for name in ("Operator", "0perat0r", "Ann (Admin)", "The Support Team", "s t a f f")]
    [True, True, True, True, True]
    >>> [is_reserved(name) for name in ("Ann Miller", "Bruce Staff", "Adrian", "Modesty", "")]
    [False, False, False, False, False]
    """
    without_figures = "".join(sign for sign in name if sign not in _DIGITS)
    return any(_is_reserved(looks_like(text)) for text in {name, without_figures})


def looks_like(text: str) -> str:
    """Return the skeleton of a text: texts that look alike have the same one. Words stay apart.

    >>> looks_like("\N{CYRILLIC SMALL LETTER A}dm1n") == looks_like("ADMIN") == looks_like("adrnin")
    True
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Vowels of Indian scripts are marks as well, and words of theirs are told apart by them.
    letters = "".join(sign for sign in plain if ord(sign) >= 0x900 or unicodedata.category(sign) != "Mn")
    folded = letters.translate(_folds())
    words = "".join(sign if sign.isalnum() or (ord(sign) >= 0x900 and sign.isprintable()) else " " for sign in folded)
    return " ".join(words.replace("rn", "m").replace("vv", "w").split())


def _is_reserved(skeleton: str) -> bool:
    reserved, words = reserved_words(), skeleton.split()
    joined = "".join(words)
    if any(word in reserved.anywhere for word in (*words, joined)):
        return True
    if any(len(word) >= _LONG and word in joined for word in reserved.anywhere):
        return True
    return _is_made_of(joined, reserved)


def _is_made_of(joined: str, reserved: ReservedWords) -> bool:
    """Return whether a text consists of reserved words and what stands between them, and of one of them at least."""
    telling = reserved.anywhere | reserved.alone
    # For each prefix: whether it is made of such words, and whether one of them tells.
    reached: dict[int, bool] = {0: False}
    for end in range(1, len(joined) + 1):
        for start in list(reached):
            word = joined[start:end]
            if word in telling or word in reserved.between:
                reached[end] = reached.get(end, False) or reached[start] or word in telling
    return reached.get(len(joined), False)


@cache
def reserved_words() -> ReservedWords:
    """Read the words, as they look."""
    found = {
        name: frozenset("".join(looks_like(word).split()) for word in _read()[name].split())
        for name in ("anywhere", "alone", "between")
    }
    return ReservedWords(found["anywhere"] | {looks_like(SHOP)}, found["alone"], found["between"])


@cache
def _folds() -> dict[int, str]:
    alike: dict[str, str] = _read()["lookalikes"]
    folds = {ord(form): letter for letter, others in alike.items() for form in others.casefold()}
    for first in _LETTER_SIGNS:
        folds |= {first + index: folds.get(97 + index, chr(97 + index)) for index in range(26)}
    return folds


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
