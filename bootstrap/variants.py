"""Variants of one product: which belong together, and the words by which they differ."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile

from bootstrap.enrich.phrases import PhraseBook, book_of, words_of
from bootstrap.enrich.tags import NONE
from bootstrap.enrich.words import word_lists
from bootstrap.read.shop import ProductListing

MOST_VARIANTS = 24
"""A larger group is none: what so many share says nothing."""

TITLE_LENGTH = 300
VARIANT_LENGTH = 80
NUMBER_LENGTH = 16
"""A longer id is nothing that a shopper reads."""

_TRIMMED = " ,;:-\u2013|/()"


def tell_apart(listings: Sequence[ProductListing]) -> tuple[ProductListing, ...]:
    """Give all variants what tells them apart, and titles of their own where they share one.

    Variants are those of one ``group``, and products whose titles differ in the name of a colour alone.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    named = {listing.group for listing in listings if listing.group}
    for index, listing in enumerate(listings):
        name = listing.group or (listing.item if listing.item in named else "")
        if name:
            groups[name].append(index)
    grouped = {index for indices in groups.values() for index in indices}
    groups |= _by_colour({index: one for index, one in enumerate(listings) if index not in grouped})
    told = [replace(listing, group="", variant="") for listing in listings]
    for name, indices in groups.items():
        if 1 < len(indices) <= MOST_VARIANTS:
            for index, variant in zip(indices, _told_apart(name, [listings[index] for index in indices]), strict=True):
                told[index] = variant
    return tuple(told)


def distinct_titles(listings: Sequence[ProductListing]) -> list[str]:
    """Return the titles. Where nothing else tells products apart, not even a photograph, the item's number follows.

    Examples
    --------
    >>> lamp = ProductListing(item="21", title="Lamp", price=100)
    >>> distinct_titles([lamp, replace(lamp, item="22"), replace(lamp, item="23", title="Lamp, red")])
    ['Lamp (21)', 'Lamp (22)', 'Lamp, red']
    """
    titles = Counter(listing.title.casefold() for listing in listings)
    return [
        f"{listing.title[: TITLE_LENGTH - len(listing.item) - 3]} ({listing.item})"
        if titles[listing.title.casefold()] > 1
        and not (listing.picture or listing.pictures)
        and len(listing.item) <= NUMBER_LENGTH
        else listing.title
        for listing in listings
    ]


def differing_parts(titles: Sequence[str]) -> list[str]:
    """Return of each title what stands between the words with which all of them begin and end.

    Examples
    --------
    >>> differing_parts(["Pink Polkadot Cup", "Blue Polkadot Cup", "Dark Blue Polkadot Cup"])
    ['Pink', 'Blue', 'Dark Blue']
    """
    words = [title.split() for title in titles]
    shortest = min(map(len, words))
    start = min(_shared(words), shortest)
    end = min(_shared([one[::-1] for one in words]), shortest - start)
    return [" ".join(one[start : len(one) - end]).strip(_TRIMMED) for one in words]


def _told_apart(group: str, variants: Sequence[ProductListing]) -> Iterator[ProductListing]:
    parts = differing_parts([variant.title for variant in variants])
    titles = Counter(variant.title.casefold() for variant in variants)
    for variant, part in zip(variants, parts, strict=True):
        name = (variant.variant or part or variant.title)[:VARIANT_LENGTH]
        title = variant.title
        if titles[title.casefold()] > 1 and variant.variant:
            title = f"{title[: TITLE_LENGTH - len(name) - 2]}, {name}"
        yield replace(variant, title=title, group=group, variant=name)


def _by_colour(listings: dict[int, ProductListing]) -> dict[str, list[int]]:
    """Group what differs in one colour's name. The first of each colour belongs to it; the first's id names it."""
    found: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for index, listing in listings.items():
        words = words_of(listing.title)
        colours = [match for match in _colours().find(words) if match.meaning != NONE]
        if len(colours) == 1 and len(words) > colours[0].end - colours[0].start:
            rest = (*words[: colours[0].start], "", *words[colours[0].end :])
            found[rest].setdefault(colours[0].meaning, index)
    return {
        listings[min(indices.values())].item: list(indices.values()) for indices in found.values() if len(indices) > 1
    }


def _shared(sequences: Sequence[Sequence[str]]) -> int:
    """Return with how many same words all begin."""
    return sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*sequences, strict=False)))


@cache
def _colours() -> PhraseBook[str]:
    return book_of(word_lists().colours)
