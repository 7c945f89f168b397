"""The content index: which products are alike by their words. TF-IDF weights, cosine, the nearest of each product."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from bootstrap.enrich.tags import Tags
from online_models.schema.events import ItemId

NEIGHBORS = 50
"""How many neighbors of each product are kept."""

LOWEST_COSINE = 0.05
"""Products less alike than this are not neighbors."""

BLOCK_ROWS = 128
"""Similarities are computed for this many products at a time: 128 by 100,000 products are 51 MB."""

_TITLE_WORD_COUNTS = 2
_OTHER_WORDS = 60

Neighbors = tuple[tuple[ItemId, float], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One product as the index sees it: its title's words in order, and its tags."""

    item: ItemId
    title_words: tuple[str, ...]
    tags: Tags


def tokens_of(document: Document) -> list[str]:
    """List the tokens of one product, a token twice where it shall weigh more.

    Words of the title weigh double, pairs of neighboring words ("red retrospot") count as words of their own, and so
    do the category, colour, material and theme.
    """
    tag_words = frozenset(document.tags.words)
    title = [word for word in document.title_words if word in tag_words]
    tokens = title * _TITLE_WORD_COUNTS
    tokens += [f"{first} {second}" for first, second in pairwise(title)]
    in_title = frozenset(title)
    tokens += [word for word in document.tags.words if word not in in_title][:_OTHER_WORDS]
    tokens.append(f"category={document.tags.category}")
    tokens += [
        f"{kind}={value}"
        for kind, value in (
            ("colour", document.tags.colour),
            ("material", document.tags.material),
            ("theme", document.tags.theme),
        )
        if value
    ]
    return tokens


def nearest_items(
    documents: Sequence[Document],
    advance: Callable[[int], None] = lambda _: None,
    neighbors: int = NEIGHBORS,
) -> Iterator[tuple[ItemId, Neighbors]]:
    """Yield each product with its nearest by cosine, the nearest first, ties by item id.

    Memory is bounded by the sparse matrix and one block of similarities. ``advance`` is told how many are done.
    """
    if not documents:
        return
    vectorizer = TfidfVectorizer(analyzer=tokens_of, sublinear_tf=True, dtype=np.float32)
    # Columns of equal names sorted by item: a stable sort then breaks ties by item.
    ordered = sorted(documents, key=lambda document: document.item)
    items = [document.item for document in ordered]
    weights = vectorizer.fit_transform(ordered)
    columns = weights.T.tocsr()
    for start in range(0, len(ordered), BLOCK_ROWS):
        block = (weights[start : start + BLOCK_ROWS] @ columns).toarray()
        for row, cosines in enumerate(block):
            cosines[start + row] = 0.0
            yield (
                items[start + row],
                tuple((items[column], round(float(cosines[column]), 4)) for column in _best(cosines, neighbors)),
            )
        advance(len(block))


def _best(cosines: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the columns of the highest cosines, highest first, ties by column."""
    known = np.flatnonzero(cosines >= LOWEST_COSINE)
    if len(known) > count:
        threshold = np.partition(cosines[known], len(known) - count)[len(known) - count]
        known = known[cosines[known] >= threshold]
    order = np.argsort(-cosines[known], kind="stable")[:count]
    return known[order]
