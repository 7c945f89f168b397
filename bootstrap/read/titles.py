"""Product names as a shop prints them, made from the shouted names of a stock list."""

import re
from functools import cache

from bootstrap.enrich.words import word_lists

_SIZE = re.compile(
    r"^\(?[\d.,/x]*\d(?:cm|mm|m|g|kg|ml|l|in|inch|w|v|oz|pc|pcs|pk|ft|s)?(?:x[\d.]+(?:cm|mm|m)?)*[),.]*\Z", re.I
)
_SPACES = re.compile(r"\s+")
_TRIMMED = " *,.;:-_"
_LETTER = 1


def display_title(name: str) -> str:
    """Turn a stock list's name into a title: title case, this trade's spellings, sizes and pack counts kept.

    Examples
    --------
    >>> display_title("WHITE HANGING HEART T-LIGHT HOLDER")
    'White Hanging Heart T-Light Holder'
    >>> display_title("PACK OF 60 PINK PAISLEY CAKE CASES")
    'Pack of 60 Pink Paisley Cake Cases'
    >>> display_title("SET/5 RED SPOTTY LID GLASS BOWLS ")
    'Set/5 Red Spotty Lid Glass Bowls'
    >>> display_title("MUG , DOTCOMGIFTSHOP.COM")
    'Mug'
    """
    text = name.replace("`", "'").replace("\u00b4", "'")
    text = _sellers().sub("", text) or text
    text = re.sub(r"\s*,\s*", ", ", text).strip(_TRIMMED)
    text = re.sub(r"\bw/\s*(?=\w)", "with ", text, flags=re.I)
    words = [word for word in _SPACES.split(text) if word]
    titled = [_title_word(word, first=index == 0) for index, word in enumerate(words)]
    return " ".join(titled)


def _title_word(word: str, *, first: bool) -> str:
    upper = word.upper()
    bare = upper.strip("'\"(),.!?")
    if bare in _kept():
        return upper.replace(bare, _kept()[bare])
    if bare.lower() in word_lists().abbreviations and '"' not in word:
        return upper.replace(bare, word_lists().abbreviations[bare.lower()])
    if _SIZE.match(word):
        return word.lower()
    if not first and bare.lower() in _small():
        return word.lower()
    for joint in ("/", "-", "+", "&", "(", "."):
        if joint in word and len(word) > 1:
            return joint.join(_title_part(part) for part in word.split(joint))
    return _title_part(word)


def _title_part(part: str) -> str:
    upper = part.upper()
    if upper in _kept():
        return _kept()[upper]
    if len(part) > _LETTER and part.lower() in word_lists().abbreviations:
        return word_lists().abbreviations[part.lower()]
    if _SIZE.match(part):
        return part.lower()
    if part != upper and any(letter.isupper() for letter in part[1:]):
        return part
    if part != upper and part != part.lower():
        return part
    start = next((index for index, letter in enumerate(part) if letter.isalnum()), 0)
    return part[:start] + part[start : start + 1].upper() + part[start + 1 :].lower()


@cache
def _kept() -> dict[str, str]:
    return {word.upper(): word for word in word_lists().titles["as_they_are"]}


@cache
def _small() -> frozenset[str]:
    return frozenset(word_lists().titles["small"])


@cache
def _sellers() -> re.Pattern[str]:
    """What names a seller, where it stands apart at the end: no part of what the product is called."""
    names = "|".join(map(re.escape, word_lists().titles["sellers"]))
    return re.compile(rf"[\s,]+(?:{names})\s*\Z", re.I)
