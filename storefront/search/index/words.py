"""What a visitor has typed, as terms. There is no query syntax: every character is just a character."""

from dataclasses import dataclass

from online_models.schema.plain_text import one_line
from online_models.schema.search_terms import fold, terms_of

LONGEST_TEXT = 200
MOST_TERMS = 12

_STOP_WORDS = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})


@dataclass(frozen=True, slots=True)
class Words:
    """The terms of a search.

    Attributes
    ----------
    text
        As typed, with whitespace collapsed, at most `LONGEST_TEXT` characters.
    terms
        Without stop words, unless there are no others; at most `MOST_TERMS`, each once.
    is_typing
        Whether the last one may be the beginning of a word.
    """

    text: str
    terms: tuple[str, ...]
    is_typing: bool = False

    @property
    def item(self) -> str:
        """The whole text as an item id."""
        return fold(self.text)


def parse(text: str, *, is_typing: bool = False) -> Words:
    """Parse what was typed.

    >>> parse("  The RED  tea-cup! ").terms
    ('red', 'tea', 'cup')
    """
    tidy = one_line(text[: 4 * LONGEST_TEXT])[:LONGEST_TEXT].strip()
    terms = list(dict.fromkeys(terms_of(tidy)))
    telling = [
        term for index, term in enumerate(terms) if term not in _STOP_WORDS or _is_begun(terms, index, is_typing)
    ]
    return Words(tidy, tuple((telling or terms)[:MOST_TERMS]), is_typing)


def _is_begun(terms: list[str], index: int, is_typing: bool) -> bool:
    """Whether a term is the last of several letters still being typed: "to" may become "tote"."""
    return is_typing and index == len(terms) - 1


def typos_allowed(term: str) -> int:
    """Return how many letters of a term may be wrong. In a number, none.

    >>> [typos_allowed(term) for term in ("mug", "heart", "lanterns", "85123a")]
    [0, 1, 2, 0]
    """
    if len(term) <= 3 or any(letter.isdigit() for letter in term):
        return 0
    return 1 if len(term) <= 7 else 2


def distance(one: str, other: str, most: int) -> int:
    """Return the edit distance with transpositions (Damerau-Levenshtein) of two words, at most ``most`` + 1.

    >>> distance("candel", "candle", 2), distance("hart", "heart", 2), distance("mug", "teapot", 2)
    (1, 1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        two_before, before, row = before, row, [i]
        for j, sign in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
