"""Whether the personal order of search helps: where what was bought stands among what one of its words finds.

    python -m benchmarks.personal_search

The demo's history is learned up to a point. Of what came then, purchases are drawn that were a visitor's first of an
item, by visitors with a past; each is searched for by a word of its title that finds many products, with the taste that
the storefront reads at that moment: the visitor's list, and what they chose last. All is learned on the way. The weight
is chosen on the first half by time, and judged on the second. Best sellers are those of the rows learned first.

An order's lines come at one time, so that most searches know what else went into the order. Lines that begin an order
are also shown apart: there only earlier orders are known.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.comparison import SEED, number_visitors, print_comparison
from bootstrap.catalog import build_plain_catalog
from bootstrap.read.history import events_of
from bootstrap.read.shop import ShopData, read_demo_shop
from infra.bench.search_figures import serve_in_memory
from infra.stack.display import Display
from online_models.evaluation.metrics import Ranks, gains_of, interval, resampled
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemEvent, ItemId, RankingId, VisitorId
from online_models.schema.recommendations import Ranking
from storefront.database.connection import Database
from storefront.search.finding import Scores, answer
from storefront.search.index.index_holder import IndexHolder
from storefront.search.index.words import parse
from storefront.search.taste import Taste, Tastes
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from tests.storefront.in_memory import MemoryViewed

WEIGHTS = (0.0, 0.1, 0.3, 0.6, 1.0)
MOST_WEIGHT = 0.7
"""With more, the word in the tags alone could pass the word in the title: 5 x 1.15 x (1 + weight) against 10."""

LEARNED_FIRST, ASKED, LEAST_FOUND, SHOWN = 200_000, 6_000, 30, 12


@dataclass(frozen=True, slots=True)
class SearchedPurchase:
    """One purchase, searched for: ``ranks`` says where it stood among the first `SHOWN`, with each of `WEIGHTS`."""

    visitor: VisitorId
    opens_order: bool
    ranks: tuple[int, ...]


class ShopAtThatTime:
    """The gift shop's search, and what the learner and the storefront know of each visitor."""

    def __init__(self, shop: ShopData, learned_first: int, folder: Path) -> None:
        sold = shop.history.iloc[:learned_first].groupby("item")["quantity"].sum()
        listings = [replace(listing, sold=int(sold.get(listing.item, 0))) for listing in shop.listings]
        listings.sort(key=lambda listing: (-listing.sold, listing.item))
        catalog = build_plain_catalog(listings, shop.currency)
        self._hybrid = Hybrid()
        self._hybrid.use_catalog(catalog.products, catalog.similar)
        self._reader = serve_in_memory(catalog.products, catalog.categories)
        self._viewed = MemoryViewed()
        belongings = BelongingsReader(Database(f"sqlite:///{folder}/shop.db"))
        self._tastes = Tastes(self._reader, belongings, self._viewed, ProfilingChoice(secure=False))
        index = IndexHolder(self._reader, folder, lambda task: task())
        index.prepare()
        self._catalog = index.search()
        self._docs = {product.item: doc for doc, product in enumerate(catalog.products)}
        self.finds = cache(lambda word: len(answer(self._catalog, parse(word)).found.docs))

    def common_words(self, item: ItemId, least_found: int) -> list[str]:
        """Return the words of an item's title that find so many products."""
        product = self._catalog.catalog.product(item)
        words = [word for word in parse(product.title).terms if len(word) > 2] if product else []
        return [word for word in words if self.finds(word) >= least_found]

    def learn(self, event: ItemEvent) -> None:
        self._hybrid.learn_one(event)
        self._viewed.add(event.visitor, event.item)

    def taste(self, visitor: VisitorId, at: float) -> Taste:
        """Return the visitor's taste as the storefront would read it."""
        items = self._hybrid.rank(visitor, at)
        self._reader.rankings[visitor] = Ranking(ranking_id=RankingId("r"), items=items, ranked_at=at, visitor=visitor)
        return self._tastes.read(visitor, self._catalog.catalog)

    def ranks(self, text: str, item: ItemId, taste: Taste) -> tuple[int, ...]:
        """Return where an item stands among what a text finds, with each of `WEIGHTS`; 0 where it is not shown."""
        found = answer(self._catalog, parse(text)).found
        scores, docs = Scores(self._catalog.columns, found), np.sort(found.docs)
        orders = [scores.sort(docs, taste, weight)[:SHOWN].tolist() for weight in WEIGHTS]
        doc = self._docs[item]
        return tuple(order.index(doc) + 1 if doc in order else 0 for order in orders)


def search_again(
    shop: ShopData, display: Display, learned_first: int = LEARNED_FIRST, least_found: int = LEAST_FOUND
) -> list[SearchedPurchase]:
    """Learn a history, and search for some of the purchases after its first part, in order of time."""
    with tempfile.TemporaryDirectory() as folder, display.progress("Learn and search") as move:
        there = ShopAtThatTime(shop, learned_first, Path(folder))
        random = np.random.default_rng(SEED)
        drawn, opens = _draw(shop.history, learned_first, random), ~shop.history.duplicated("order").to_numpy()
        searched: list[SearchedPurchase] = []
        for number, event in enumerate(events_of(shop.history)):
            if number in drawn and (common := there.common_words(event.item, least_found)):
                word = common[int(random.integers(len(common)))]
                ranks = there.ranks(word, event.item, there.taste(event.visitor, event.occurred_at))
                searched.append(SearchedPurchase(event.visitor, bool(opens[number]), ranks))
            there.learn(event)
            move(number, len(shop.history))
        return searched


def _draw(history: pd.DataFrame, learned_first: int, random: np.random.Generator) -> set[int]:
    """Draw rows after the first part: a visitor's first purchase of an item, but not their first of all."""
    has_past = history.duplicated("visitor").to_numpy()
    is_first = ~history.duplicated(["visitor", "item"]).to_numpy()
    could = np.flatnonzero(has_past & is_first & (np.arange(len(history)) >= learned_first))
    return set(random.choice(could, min(ASKED, len(could)), replace=False).tolist())


def choose(searched: Sequence[SearchedPurchase]) -> float:
    """Return the least weight whose MRR is not surely below the best; words stay in charge."""
    ranks, visitors = _ranks_of(searched), number_visitors([one.visitor for one in searched])
    allowed = [number for number, weight in enumerate(WEIGHTS) if weight <= MOST_WEIGHT]
    best = max(allowed, key=gains_of(ranks, SHOWN)[1].__getitem__)
    samples = resampled(ranks, visitors, SHOWN, SEED)[:, 1]
    return next(WEIGHTS[number] for number in allowed if interval(samples[:, best] - samples[:, number])[0] <= 0)


def print_report(searched: Sequence[SearchedPurchase]) -> None:
    """Print the half that chooses, the half that is judged, and its searches that begin an order."""
    half = len(searched) // 2
    _print("First half", searched[:half])
    click.echo(f"\nChosen on it: {choose(searched[:half])}")
    _print("Second half", searched[half:])
    _print("Second half, first line of an order", [one for one in searched[half:] if one.opens_order])


def _print(title: str, searched: Sequence[SearchedPurchase]) -> None:
    if searched:
        visitors = [one.visitor for one in searched]
        print_comparison(title, "weight", list(map(str, WEIGHTS)), _ranks_of(searched), visitors, SHOWN)


def _ranks_of(searched: Sequence[SearchedPurchase]) -> Ranks:
    return np.array([one.ranks for one in searched], np.int16)


if __name__ == "__main__":
    print_report(search_again(read_demo_shop(), Display()))
