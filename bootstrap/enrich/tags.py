"""Tags: what a product's words say about its colour, material, theme and category."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from bootstrap.enrich.phrases import PhraseBook, book_of, head_end, words_of
from bootstrap.enrich.words import WordLists, word_lists

OTHER = "other"
NONE = "none"
"""Under this name stand phrases that say nothing, though a word in them would."""

_STRENGTHS = {"seasonal": 4, "strongest": 3, "strong": 2, "usual": 1, "weak": 0}


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
        tags = (self.theme, self.colour, self.material, *self.words)
        return tuple(dict.fromkeys(tag for tag in tags if tag))


class _Mention(NamedTuple):
    """What one phrase says about the category."""

    slug: str
    strength: int


class Tagger:
    """Reads tags from names, by the word lists of one trade."""

    def __init__(self, lists: WordLists) -> None:
        self._says_nothing = frozenset(lists.tags["say_nothing"])
        self._colours, self._materials = book_of(lists.colours), book_of(lists.materials)
        self._themes = book_of(lists.themes)
        self._theme_order = {theme: position for position, theme in enumerate(lists.themes)}
        self.category_names = {slug: category.name for slug, category in lists.categories.items()}
        mentions = [
            (phrase, _Mention(slug, strength))
            for slug, category in lists.categories.items()
            for name, strength in _STRENGTHS.items()
            for phrase in getattr(category, name)
        ]
        self._mentions = PhraseBook(sorted(mentions, key=lambda phrase: -phrase[1].strength))
        self._ignored = {slug: book_of({slug: category.ignored}) for slug, category in lists.categories.items()}

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
        head = head_end(words)
        ranked = (
            (match.meaning.strength, match.end <= head, match.end, match.meaning.slug)
            for match in self._mentions.find(words)
            if not any(
                ignored.start <= match.start and match.end <= ignored.end
                for ignored in self._ignored[match.meaning.slug].find(words)
            )
        )
        return max(ranked, key=lambda one: one[:3], default=(0, False, 0, OTHER))[3]


@cache
def demo_tagger() -> Tagger:
    """Return the tagger for the demo's gift shop, from the word lists beside the code."""
    return Tagger(word_lists())


def _first(book: PhraseBook[str], words: list[str]) -> str | None:
    return next((match.meaning for match in book.find(words) if match.meaning != NONE), None)
