"""Icons: which picture the words of a product's name call for, and where its drawing comes from."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from bootstrap.enrich.phrases import Match, PhraseBook, head_end, words_of
from bootstrap.enrich.words import word_lists
from bootstrap.errors import MissingArtwork

FALLBACK = "wrapped-gift"
"""Drawn where no word says anything."""

IGNORED = "-"
"""In the table, the icon of phrases that name no thing, though a word in them would."""

DATA = resources.files("bootstrap") / "data"
KEYWORDS = DATA / "emoji_keywords.csv"
VENDORED = resources.files("bootstrap") / "vendor" / "fluent-emoji-flat.json"

_DRAWN_GROUPS = frozenset({"animals-nature", "food-drink", "travel-places", "activities", "objects"})


class _Icon(msgspec.Struct, frozen=True):
    body: str


class _IconFile(msgspec.Struct, frozen=True):
    icons: dict[str, _Icon]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to draw: the thing itself, and a small motif beside it where the name says one."""

    icon: str
    motif: str | None
    known: bool


def read_icons(path: Traversable = VENDORED) -> dict[str, str]:
    """Read the emoji drawings by name, each in a box of 32 by 32.

    Raises
    ------
    MissingArtwork
        If the file is not there or is of another kind.
    """
    try:
        icons = msgspec.json.decode(path.read_bytes(), type=_IconFile).icons
    except OSError as error:
        raise MissingArtwork(f"The icon set is missing ({path}). Run `make setup` once.") from error
    except msgspec.DecodeError as error:
        raise MissingArtwork(f"The icon set cannot be read ({path}): {error}. Run `make setup` again.") from error
    return {name: icon.body for name, icon in icons.items()}


class IconChooser:
    """Chooses icons by words: first what the thing is, else what it shows, else an emoji's own keywords."""

    def __init__(
        self,
        objects: PhraseBook[str],
        motifs: PhraseBook[str],
        seasons: PhraseBook[str],
        labels: PhraseBook[str],
    ) -> None:
        self._objects = objects
        self._motifs = motifs
        self._seasons = seasons
        self._labels = labels

    def choose(self, title: str, extra: Iterable[str] = ()) -> Choice:
        """Choose for a title, or else for the first of the ``extra`` words that says something."""
        words = words_of(title)
        things = [thing for thing in self._objects.find(words) if thing.meaning != IGNORED]
        motifs, seasons = self._motifs.find(words), self._seasons.find(words)
        if thing := _head(things, words):
            motif = _motif_beside(thing, motifs) or _motif_beside(thing, seasons)
            return Choice(thing.meaning, motif, known=True)
        if shown := motifs or seasons:
            icon = shown[-1]
            return Choice(icon.meaning, _motif_beside(icon, shown[:-1]), known=True)
        if labelled := self._labels.find(words):
            return Choice(labelled[-1].meaning, None, known=True)
        for text in extra:
            more = words_of(text)
            for book in (self._objects, self._motifs, self._labels):
                if matches := [match for match in book.find(more) if match.meaning != IGNORED]:
                    return Choice(matches[-1].meaning, None, known=True)
        return Choice(FALLBACK, None, known=False)


@cache
def demo_chooser() -> IconChooser:
    """Return the chooser by the word tables beside the code."""
    tables: dict[str, list[tuple[str, str]]] = {"object": [], "motif": [], "season": [], "ignored": []}
    for row in _rows(DATA / "pictures.tsv", "\t"):
        tables[row["kind"]] += [(phrase, row["icon"]) for phrase in row["phrases"].split("|")]
    lists = word_lists()
    vague = frozenset(lists.tags["say_nothing"]).union(*lists.colours.values())
    labels: list[tuple[str, str]] = []
    keywords: list[tuple[str, str]] = []
    for row in _rows(KEYWORDS, ","):
        if row["group"] in _DRAWN_GROUPS:
            labels.append((row["label"], row["icon"]))
            keywords += [(tag, row["icon"]) for tag in row["tags"].split("|") if len(tag) > 3 and tag not in vague]
    return IconChooser(
        PhraseBook(tables["ignored"] + tables["object"]),
        PhraseBook(tables["motif"]),
        PhraseBook(tables["season"]),
        PhraseBook(labels + keywords),
    )


def _rows(file: Traversable, delimiter: str) -> Iterator[dict[str, str]]:
    lines = file.read_text("utf-8").splitlines()
    yield from csv.DictReader(lines, delimiter=delimiter)


def _head(things: list[Match[str]], words: list[str]) -> Match[str] | None:
    """Return what the name is about: named before "with", "in" or "for", in several words ("door mat"), and last."""
    head = head_end(words)
    return max(things, key=lambda thing: (thing.end <= head, thing.end - thing.start > 1, thing.end), default=None)


def _motif_beside(thing: Match[str], shown: list[Match[str]]) -> str | None:
    beside = (
        motif.meaning
        for motif in shown
        if (motif.end <= thing.start or motif.start >= thing.end) and motif.meaning != thing.meaning
    )
    return next(beside, None)
