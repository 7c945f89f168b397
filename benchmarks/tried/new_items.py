"""Whether words help with new items: word vectors as content, and new items alone as a source of their own.

    python -m benchmarks.tried.new_items --limit 40000

The gift shop with its catalog is walked with content neighbors as they are (TF-IDF over titles and tags), by word
vectors of the titles, and by the sum of both; and with one more model that proposes nothing but items with fewer than
five interactions. Compared are all lists, and those that were judged by such an item.
"""

import io
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.comparison import print_comparison
from benchmarks.recording import options_of
from benchmarks.tried.judged_lists import JudgedLists, judge_with
from bootstrap.catalog import build_plain_catalog
from bootstrap.index.content_index import LOWEST_COSINE, NEIGHBORS
from bootstrap.index.word_vectors import build_word_vectors
from bootstrap.read.shop import read_demo_shop
from infra.evaluate.inputs import read_inputs
from online_models.arrays.selection import select
from online_models.arrays.types import Indices, Values
from online_models.evaluation.slices import FEW_INTERACTIONS
from online_models.hybrid import Hybrid
from online_models.models.content.content import Content
from online_models.models.recommender import Model
from online_models.schema.events import ItemId
from online_models.schema.feedback import Feedback
from online_models.schema.product import Product
from online_models.schema.search_terms import VECTORS_FILE
from online_models.visitors.context import Context

Near = Mapping[ItemId, Sequence[tuple[ItemId, float]]]
RECENT, DECAY = 20, 0.8


class NewItems(Model):
    """The items with fewer than five interactions that are most like the visitor's last items by their vectors."""

    names = ("new_items",)

    def __init__(self, items: Sequence[ItemId], vectors: Values) -> None:
        self._ids, self._given = items, vectors
        self._counts = np.zeros(0, np.int64)
        self._vectors: Values = np.zeros((0, 0), np.float32)

    def place(self, hybrid: Hybrid) -> None:
        """Note the items' indices."""
        indices = np.array([hybrid.index(item) for item in self._ids])
        self._vectors = np.zeros((hybrid.items, self._given.shape[1]), np.float32)
        self._vectors[indices] = self._given
        self._counts = np.zeros(hybrid.items, np.int64)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count the interaction."""
        if item < len(self._counts):
            self._counts[item] += 1

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the new items nearest to the mean of the visitor's last items, the newest weighing most."""
        recent = context.items[: -RECENT - 1 : -1]
        recent = recent[recent < len(self._vectors)]
        taste = (DECAY ** np.arange(len(recent), dtype=np.float32)) @ self._vectors[recent]
        new = np.flatnonzero(self._counts < FEW_INTERACTIONS).astype(np.int32)
        cosines = (self._vectors[new] @ taste).astype(np.float32)
        select(new, cosines, len(new), context.excluded, items[0], scores[0])


class NewItemsOfContent(Content):
    """The same by the lists of content neighbors."""

    names = ("new_items",)

    def __init__(self) -> None:
        super().__init__()
        self._counts = np.zeros(0, np.int64)

    def place(self, hybrid: Hybrid, near: Near) -> None:
        """Take the lists."""
        pairs = {hybrid.index(item): [(hybrid.index(other), cosine) for other, cosine in near[item]] for item in near}
        self.use_neighbors(hybrid.items, pairs)
        self._counts = np.zeros(hybrid.items, np.int64)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count the interaction."""
        if item < len(self._counts):
            self._counts[item] += 1

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what content finds, without items that are known."""
        excluded = np.ones(max(len(self._counts), len(context.excluded)), np.bool_)
        excluded[: len(self._counts)] = self._counts >= FEW_INTERACTIONS
        excluded[: len(context.excluded)] |= context.excluded
        super().retrieve(context._replace(excluded=excluded), items, scores)


def vectors_of(products: Sequence[Product]) -> Values:
    """Return the vectors of the products' titles, of length 1, as the search index has them: shape (products, 128)."""
    with np.load(io.BytesIO(build_word_vectors(products)[VECTORS_FILE])) as arrays:
        vectors: Values = arrays["product_values"] * arrays["product_steps"][:, None]
    return vectors


def nearest(items: Sequence[ItemId], cosines: NDArray[np.float32]) -> Near:
    """Return of each item its nearest, as `content_index.nearest_items` does."""
    np.fill_diagonal(cosines, 0)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBORS]
    return {
        item: [(items[other], float(row[other])) for other in best.tolist() if row[other] >= LOWEST_COSINE]
        for item, row, best in zip(items, cosines, order, strict=True)
    }


def summed(items: Sequence[ItemId], near: Near, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of cosines by words, as far as they are listed, and of those by vectors."""
    numbers = {item: number for number, item in enumerate(items)}
    total = (cosines / 2).astype(np.float32)
    for item, others in near.items():
        for other, cosine in others:
            total[numbers[item], numbers[other]] += cosine / 2
    return total


def compare(limit: int) -> None:
    """Print both tables."""
    shop = read_demo_shop()
    catalog = build_plain_catalog(shop.listings, shop.currency)
    products, by_words = catalog.products, catalog.similar
    items, vectors = [product.item for product in products], vectors_of(products)
    cosines = vectors @ vectors.T
    by_both = nearest(items, summed(items, by_words, cosines))
    by_vectors = nearest(items, cosines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.parquet"
        shop.history.to_parquet(path)
        options = options_of(f"shop={path} --columns session=order,timestamp=at --limit {limit} --no-neural")
        inputs = read_inputs(options)

    def judge(near: Near, model: NewItems | NewItemsOfContent | None = None) -> JudgedLists:
        def prepare(hybrid: Hybrid) -> None:
            hybrid.use_catalog(products, near)
            if isinstance(model, NewItems):
                model.place(hybrid)
            elif model is not None:
                model.place(hybrid, near)

        return judge_with(model, inputs, options, prepare)

    variants = {
        "TF-IDF": judge(by_words),
        "word vectors": judge(by_vectors),
        "both": judge(by_both),
        "TF-IDF, new items by word vectors": judge(by_words, NewItems(items, vectors)),
        "TF-IDF, new items by TF-IDF": judge(by_words, NewItemsOfContent()),
    }
    first = variants["TF-IDF"]
    ranks = np.stack([lists.ranks[:, 0] for lists in variants.values()], axis=1)
    for title, within in (("all lists", first.is_warm), ("new items", first.is_new)):
        visitors = [visitor for visitor, chosen in zip(first.visitors, within, strict=True) if chosen]
        print_comparison(title, "content", list(variants), ranks[within], visitors, options.k)


if __name__ == "__main__":
    compare(int(sys.argv[2]) if sys.argv[1:2] == ["--limit"] else 40_000)
