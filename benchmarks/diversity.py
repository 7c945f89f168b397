"""What the variety of lists costs: hits lost, and how much less alike the items of a list are.

    DATA=folder python benchmarks/diversity.py

Two shops whose items can be compared by words, each walked with likeness free and at its usual cost (`LIKENESS_COST`):
the demo's gift shop by the titles of its goods, and rees46 by categories and brands.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.recording import Recorder
from benchmarks.sets import options_of
from bootstrap.catalog import build_catalog, index_listings, tag_listings
from bootstrap.enrich.tags import demo_tagger
from bootstrap.read.shop import ProductListing, read_demo_shop
from infra.evaluate.inputs import Inputs, read_inputs
from infra.evaluate.options import EvaluationOptions
from infra.evaluate.run import build_hybrid
from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.intervals import interval, resampled
from online_models.evaluation.metrics import gains_of
from online_models.evaluation.prequential import walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.evaluation.tally import Tally
from online_models.hybrid import Hybrid
from online_models.models.content.content import Content
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.schema.product import Product
from online_models.slate.diversity import LIKENESS_COST, diversified
from online_models.update_result import UpdateResult

NearestNeighbors = Mapping[ItemId, Sequence[tuple[ItemId, float]]]

_RETAIL_LIMIT = 40_000
_SEED = 1


@dataclass(frozen=True, slots=True)
class Shop:
    """Events, what is for sale, and what is like what."""

    name: str
    options: EvaluationOptions
    products: Sequence[Product]
    neighbours: NearestNeighbors


@dataclass(slots=True)
class Watched(Recorder):
    """The hybrid, of whose lists is noted how alike their items are: the mean cosine of two of them."""

    content: Content = field(default_factory=Content)
    likeness: list[float] = field(default_factory=list)

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> Slate:
        asked = self.hybrid.score(visitor, now, session=session, excluded=excluded, keep_last=keep_last, n=n)
        pairs = len(asked.items) * (len(asked.items) - 1)
        if pairs:
            self.likeness.append(float(self.content.cosines(asked.items).sum()) / pairs)
        return asked

    def learn(self, feedback: Feedback, asked: Slate | None) -> UpdateResult:
        return self.hybrid.learn(feedback, asked)


def shops(folder: Path) -> Iterator[Shop]:
    """Yield the shops. The gift shop's cleaned history is put into a folder, to be read from there."""
    demo = read_demo_shop()
    demo.history.to_parquet(folder / "history.parquet")
    tagger = demo_tagger()
    tags = tag_listings(demo.listings, tagger)
    near = index_listings(demo.listings, tags)
    no_pictures = dict.fromkeys((listing.item for listing in demo.listings), "")
    products = build_catalog(demo.listings, tags, no_pictures, {}, near, tagger.category_names, "GBP").products
    line = f"{folder}/history.parquet --columns session=order,timestamp=at --limit {_RETAIL_LIMIT}"
    yield Shop("gift shop", options_of(f"retail={line}"), products, near)

    options = options_of("rees46")
    items = pd.read_csv(options.files[0], dtype=str).drop_duplicates("product_id").fillna("")
    goods = [
        Product(item=item, title=item, price=0, category=category or "-", brand=brand or None)
        for item, category, brand in zip(items["product_id"], items["category_id"], items["brand"], strict=True)
    ]
    words = (items["brand"] + " " + items["category_code"].str.replace(r"[._]", " ", regex=True)).str.strip()
    listings = [
        ProductListing(item, title, 0, category=category or None)
        for item, title, category in zip(items["product_id"], words, items["category_id"], strict=True)
    ]
    yield Shop("rees46", options, goods, index_listings(listings, tag_listings(listings, tagger)))


def walk(shop: Shop, inputs: Inputs, cost: float) -> tuple[Tally, float]:
    """Return how good a shop's lists are at a cost of likeness, and how alike the items of a list are."""
    hybrid: Hybrid = build_hybrid(inputs, shop.options)
    hybrid.use_catalog(shop.products, shop.neighbours)
    content = Content()
    content.use_neighbors(
        hybrid.items,
        {
            hybrid.row(item): [(hybrid.row(other), cosine) for other, cosine in pairs if hybrid.row(other) >= 0]
            for item, pairs in shop.neighbours.items()
        },
    )
    watched = Watched(hybrid, content=content)
    with patch("online_models.slate.arrangement.diversified", partial(diversified, cost=cost)):
        measures = walk_prequentially(watched, inputs.stream, Rules(k=shop.options.k), time.perf_counter, hybrid.items)
    return measures.warm, float(np.mean(watched.likeness))


def main() -> None:
    """Print the table."""
    click.echo("| shop | cost | HR | lost | 95 % | MRR | lost | 95 % | mean cosine of two items of a list |")
    click.echo(f"|{' --- |' * 9}")
    with tempfile.TemporaryDirectory() as folder:
        for shop in shops(Path(folder)):
            inputs = read_inputs(shop.options)
            costs = (0.0, LIKENESS_COST)
            (free, _), _ = walks = [walk(shop, inputs, cost) for cost in costs]
            ranks = np.stack([tally.ranks[:, -1] for tally, _ in walks], axis=1)
            lines = _compared(ranks, free.visitors, shop.options.k)
            for cost, line, (_, likeness) in zip(costs, lines, walks, strict=True):
                click.echo(f"| {shop.name} | {cost} | {line} | {likeness:.3f} |")


def _compared(ranks: NDArray[np.int16], visitors: Indices, k: int) -> list[str]:
    gains, samples = gains_of(ranks, k), resampled(ranks, visitors, k, _SEED)
    lines = []
    for place in range(ranks.shape[1]):
        cells = []
        for gain in range(2):
            low, high = interval(samples[:, gain, 0] - samples[:, gain, place])
            lost = f"{gains[gain, 0] - gains[gain, place]:.4f}", f"{low:.4f} to {high:.4f}"
            cells += [f"{gains[gain, place]:.4f}", *(lost if place else ("", ""))]
        lines.append(" | ".join(cells))
    return lines


if __name__ == "__main__":
    main()
