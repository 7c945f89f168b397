"""The word lists of the demo's trade, read from the data file beside the code, which says what each is."""

import tomllib
from functools import cache
from importlib import resources

import msgspec

Words = dict[str, list[str]]
"""Words by what they mean."""


class CategoryWords(msgspec.Struct, frozen=True):
    """A category: its name, and phrases by how surely they mean it."""

    name: str
    seasonal: list[str] = []
    strongest: list[str] = []
    strong: list[str] = []
    usual: list[str] = []
    weak: list[str] = []
    ignored: list[str] = []


class WordLists(msgspec.Struct, frozen=True):
    """All lists, by the sections of the file."""

    titles: Words
    tags: Words
    abbreviations: dict[str, str]
    colours: Words
    materials: Words
    themes: Words
    categories: dict[str, CategoryWords]


@cache
def word_lists() -> WordLists:
    """Read the word lists."""
    text = (resources.files("bootstrap") / "data" / "words.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), WordLists)
