"""Search by meaning: 50 written wishes, and the products that a person would expect, found by words and by vectors.

    python -m benchmarks.semantic.search

A wish such as "cosy winter gift" shares no word with the titles of what answers it. ``queries.tsv`` has the
wishes, and by a pattern of titles the products of the gift shop that answer each; they were written before anything was
measured. Compared are the shop's search without its word vectors and as it is; and, of all products, TF-IDF over titles
and tags as in the content index, static word vectors (wordllama, whose wheel carries its model), and sums of the two.
"""

import csv
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.comparison import SEED
from bootstrap.catalog import build_plain_catalog, tag_listings
from bootstrap.enrich.tags import demo_tagger
from bootstrap.read.shop import read_demo_shop
from infra.bench.search_figures import IndexedReader, serve_in_memory
from online_models.evaluation.metrics import interval, means_of_resamples
from online_models.schema.events import ItemId
from online_models.schema.search_terms import VECTORS_FILE
from storefront.search.finding import Scores as Matches
from storefront.search.finding import answer
from storefront.search.index.index_holder import IndexHolder
from storefront.search.index.words import parse

QUERIES = Path(__file__).with_name("queries.tsv")
SHOWN = 12
SHARES = (0.25, 0.5, 0.75)
"""Weights of the vectors in the sums; that of TF-IDF is the rest."""

Scores = NDArray[np.float64]
Method = Callable[[str], Scores]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is searched for, and which products answer it, as indices."""

    text: str
    expected: frozenset[int]


def read_wishes(titles: Sequence[str], queries: Path = QUERIES) -> list[Wish]:
    """Read the wishes. Raises `ValueError` for one that no product answers."""
    wishes = []
    with queries.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            pattern = re.compile(rf"\b(?:{row['titles']})\b", re.IGNORECASE)
            expected = frozenset(index for index, title in enumerate(titles) if pattern.search(title))
            if not expected:
                raise ValueError(f"no product answers {row['query']!r}")
            wishes.append(Wish(row["query"], expected))
    return wishes


def by_words(documents: Sequence[str]) -> Method:
    """Score by TF-IDF cosine."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, lowercase=True)
    weights = vectorizer.fit_transform(documents)
    return lambda text: np.asarray((weights @ vectorizer.transform([text]).T).todense()).ravel()


def by_vectors(documents: Sequence[str]) -> Method:
    """Score by the cosine of static word vectors."""
    import wordllama

    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    vectors = np.asarray(model.embed(list(documents), norm=True), np.float64)
    return lambda text: vectors @ np.asarray(model.embed([text], norm=True), np.float64)[0]


def by_shop(reader: IndexedReader, documents: Sequence[ItemId], folder: Path) -> Method:
    """Score as the shop's search sorts, for nobody in particular."""
    holder = IndexHolder(reader, folder, lambda task: task())
    holder.prepare()
    indexed = holder.search()
    numbers = {item: number for number, item in enumerate(documents)}

    def score(text: str) -> Scores:
        found = answer(indexed, parse(text)).found
        order = Matches(indexed.columns, found).sort(np.sort(found.docs))
        scores = np.zeros(len(documents))
        for place, doc in enumerate(order.tolist()):
            scores[numbers[indexed.columns.products[doc].item]] = 1 / (1 + place)
        return scores

    return score


def summed(words: Method, vectors: Method, share: float) -> Method:
    """Score by a weighted sum."""
    return lambda text: (1 - share) * words(text) + share * vectors(text)


def judge(method: Method, wishes: Sequence[Wish]) -> Scores:
    """Return hit, reciprocal rank of the first right product, precision and NDCG at 12 of each wish, shape (wishes, 4).

    What scores nothing is not found. Ties are broken by sales: products come best sellers first.
    """
    rows = []
    gains = 1 / np.log2(np.arange(2, SHOWN + 2))
    for wish in wishes:
        scores = method(wish.text)
        order = [doc for doc in np.argsort(-scores, kind="stable")[:SHOWN].tolist() if scores[doc] > 0]
        right = np.array([doc in wish.expected for doc in order] + [False] * (SHOWN - len(order)))
        first = int(right.argmax()) + 1 if right.any() else 0
        ideal = float(gains[: min(SHOWN, len(wish.expected))].sum())
        rows.append((right.any(), 1 / first if first else 0, right.mean(), float(gains[right].sum()) / ideal))
    return np.array(rows, np.float64)


def print_table(judged: Mapping[str, Scores]) -> None:
    """Print the means, and for each method the difference to the first in NDCG with its interval over wishes."""
    click.echo(f"| | HR@{SHOWN} | MRR@{SHOWN} | precision@{SHOWN} | NDCG@{SHOWN} | NDCG more | 95 % |\n|{' --- |' * 7}")
    first = next(iter(judged.values()))
    for name, rows in judged.items():
        difference = rows[:, 3:] - first[:, 3:]
        low, high = interval(means_of_resamples(np.ones(len(rows), np.int64), difference, SEED)[:, 0])
        more = ["", ""] if rows is first else [f"{difference.mean():+.3f}", f"{low:+.3f} to {high:+.3f}"]
        click.echo(f"| {' | '.join([name, *(f'{value:.3f}' for value in rows.mean(axis=0)), *more])} |")


def main() -> None:
    """Print the table, and how long the vectors take."""
    shop = read_demo_shop()
    titles = [listing.title for listing in shop.listings]
    tags = tag_listings(shop.listings, demo_tagger())
    documents = [f"{title} {title} {' '.join(tag.all)}".lower() for title, tag in zip(titles, tags, strict=True)]
    wishes = read_wishes(titles)
    words = by_words(documents)
    started_at = time.perf_counter()
    vectors = by_vectors(titles)
    built_at = time.perf_counter()
    catalog = build_plain_catalog(shop.listings, shop.currency)
    reader = serve_in_memory(catalog.products, catalog.categories)
    items = [ItemId(listing.item) for listing in shop.listings]
    with TemporaryDirectory() as without, TemporaryDirectory() as whole:
        files = {name: content for name, content in reader.index.items() if name != VECTORS_FILE}
        methods: dict[str, Method] = {
            "the search without vectors": by_shop(IndexedReader(reader.catalog, files), items, Path(without)),
            "the search": by_shop(reader, items, Path(whole)),
        }
    methods |= {"TF-IDF": words, "vectors": vectors}
    methods |= {f"{1 - share:g} TF-IDF + {share:g} vectors": summed(words, vectors, share) for share in SHARES}
    print_table({name: judge(method, wishes) for name, method in methods.items()})
    click.echo(f"{len(wishes)} wishes, {len(titles):,} products; vectors built in {built_at - started_at:.1f} s")


if __name__ == "__main__":
    main()
