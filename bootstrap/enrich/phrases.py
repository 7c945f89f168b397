"""Finding known phrases among the words of a name. Words are compared in the singular."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from bootstrap.enrich.words import word_lists

Meaning = TypeVar("Meaning")

_HEAD_ENDS = frozenset({"with", "in", "for", "on", "w"})
_WORD = re.compile(r"[a-z0-9](?:[a-z0-9.']*-?[a-z0-9']+)*")


def words_of(text: str) -> list[str]:
    """Split a name into lower-case words in the singular.

    Examples
    --------
    >>> words_of("Set/4 T-LIGHTS & Cherry Boxes")
    ['set', '4', 't-light', 'cherry', 'box']
    """
    return [singular(word) for word in _WORD.findall(text.lower())]


def singular(word: str) -> str:
    """Cut an English plural's ending.

    Examples
    --------
    >>> [singular(word) for word in ("boxes", "strawberries", "glass", "christmas", "knives", "cases")]
    ['box', 'strawberry', 'glass', 'christmas', 'knife', 'case']
    """
    if len(word) < 4 or word.endswith("ss") or word in _already_singular() or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    if word in {"knives", "wives"}:
        return word[:-3] + "fe"
    if word == "leaves":
        return "leaf"
    return word[:-1]


def head_end(words: list[str]) -> int:
    """Return where the words end that say what the thing is: before "with", "in", "for" or "on".

    Examples
    --------
    >>> head_end(["mug", "with", "hearts"])
    1
    """
    return next((position for position, word in enumerate(words) if position and word in _HEAD_ENDS), len(words))


@cache
def _already_singular() -> frozenset[str]:
    return frozenset(word_lists().tags["already_singular"])


class Match(NamedTuple, Generic[Meaning]):
    """A phrase found: words ``start`` to ``end`` (exclusive) mean ``meaning``."""

    start: int
    end: int
    meaning: Meaning


class PhraseBook(Generic[Meaning]):
    """Phrases and what they mean."""

    def __init__(self, phrases: Iterable[tuple[str, Meaning]]) -> None:
        self._meanings: dict[tuple[str, ...], Meaning] = {}
        for phrase, meaning in phrases:
            self._meanings.setdefault(tuple(words_of(phrase)), meaning)
        self._longest = max((len(words) for words in self._meanings), default=0)

    def find(self, words: list[str]) -> list[Match[Meaning]]:
        """Return the phrases among the words, in order. Longer ones win, and no two overlap."""
        found: list[Match[Meaning]] = []
        taken = [False] * len(words)
        for length in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                end = start + length
                meaning = self._meanings.get(tuple(words[start:end]))
                if meaning is not None and not any(taken[start:end]):
                    taken[start:end] = [True] * length
                    found.append(Match(start, end, meaning))
        return sorted(found, key=lambda match: match.start)


def book_of(words: Mapping[str, Iterable[str]]) -> PhraseBook[str]:
    """Build a book from a mapping of meaning to its phrases."""
    return PhraseBook((phrase, meaning) for meaning, phrases in words.items() for phrase in phrases)
