"""Tags: what a product's words say about its colour, material, theme and category."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import msgspec

from bootstrap.enrich.phrases import PhraseBook, book_of, words_of
from bootstrap.enrich.words import strings, word_lists

OTHER = "other"
NONE = "none"
"""Under this name stand phrases that say nothing, though a word in them would."""

_STRENGTHS = {"seasonal": 4, "strongest": 3, "strong": 2, "usual": 1, "weak": 0}
_HEAD_ENDS = frozenset({"with", "in", "for", "on", "w"})


@dataclass(frozen=True, slots=True)
class Tags:
    """What the words of one product say.

    Attributes
    ----------
    words
        The telling words, in order, in the singular, each once.
    category
        Slug of its category.
    """

    words: tuple[str, ...]
    category: str
    colour: str | None
    material: str | None
    theme: str | None

    @property
    def all(self) -> tuple[str, ...]:
        """All tags, the most telling first, each once."""
        said = (self.theme, self.colour, self.material, *self.words)
        return tuple(dict.fromkeys(tag for tag in said if tag))


@dataclass(frozen=True, slots=True)
class _Mention:
    """What one phrase says about the category; a strength of -1 says nothing and hides shorter phrases."""

    slug: str
    strength: int


class Tagger:
    """Reads tags from names, by the word lists of one trade."""

    def __init__(self, vocabulary: dict[str, dict[str, object]]) -> None:
        self._says_nothing = frozenset(strings(vocabulary["tags"]["say_nothing"]))
        self._colours = book_of(_lists(vocabulary["colours"]))
        self._materials = book_of(_lists(vocabulary["materials"]))
        themes = _lists(vocabulary["themes"])
        self._themes = book_of(themes)
        self._theme_order = {theme: place for place, theme in enumerate(themes)}
        categories = msgspec.convert(vocabulary["categories"], dict[str, dict[str, object]])
        self.category_names = {slug: str(category["name"]) for slug, category in categories.items()}
        self._mentions = PhraseBook(sorted(_category_phrases(categories), key=lambda phrase: -phrase[1].strength))
        self._ignored = {
            slug: PhraseBook((phrase, slug) for phrase in strings(category.get("ignored", ())))
            for slug, category in categories.items()
        }

    def tag(self, title: str, *, extra: str = "", category: str | None = None) -> Tags:
        """Read the tags of one product; ``extra`` words (a description, a brand) count after the title's."""
        words = words_of(title)
        everything = words + words_of(extra)
        themes = [match.meaning for match in self._themes.find(everything)]
        telling = (word for word in everything if word not in self._says_nothing and not word.isdecimal())
        return Tags(
            words=tuple(dict.fromkeys(telling)),
            category=category or self._category(words),
            colour=_first(self._colours, everything),
            material=_first(self._materials, everything),
            theme=min(themes, key=self._theme_order.__getitem__, default=None),
        )

    def _category(self, words: list[str]) -> str:
        head = next((place for place, word in enumerate(words) if place and word in _HEAD_ENDS), len(words))
        best: tuple[int, bool, int] | None = None
        slug = OTHER
        for match in self._mentions.find(words):
            mention = match.meaning
            if self._is_ignored(mention.slug, words, match.start, match.end):
                continue
            rank = (mention.strength, match.end <= head, match.end)
            if best is None or rank > best:
                best, slug = rank, mention.slug
        return slug

    def _is_ignored(self, slug: str, words: list[str], start: int, end: int) -> bool:
        return any(match.start <= start and end <= match.end for match in self._ignored[slug].find(words))


@cache
def demo_tagger() -> Tagger:
    """Return the tagger for the demo's gift shop, from the word lists beside the code."""
    return Tagger(word_lists())


def _category_phrases(categories: dict[str, dict[str, object]]) -> Iterable[tuple[str, _Mention]]:
    for slug, category in categories.items():
        for name, strength in _STRENGTHS.items():
            for phrase in strings(category.get(name, ())):
                yield phrase, _Mention(slug, strength)


def _lists(table: dict[str, object]) -> dict[str, list[str]]:
    return {name: strings(words) for name, words in table.items()}


def _first(book: PhraseBook[str], words: list[str]) -> str | None:
    return next((match.meaning for match in book.find(words) if match.meaning != NONE), None)
