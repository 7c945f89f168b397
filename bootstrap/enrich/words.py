"""The word lists of the demo's trade, read from the data file beside the code."""

import tomllib
from functools import cache
from importlib import resources


@cache
def word_lists() -> dict[str, dict[str, object]]:
    """Read the word lists."""
    return tomllib.loads((resources.files("bootstrap") / "data" / "words.toml").read_text("utf-8"))


def strings(words: object) -> list[str]:
    """Read a list of words from the word lists."""
    return [str(word) for word in words] if isinstance(words, (list, tuple)) else []
