"""Whether the personal order of search helps: where what was bought stands among what one of its words finds.

    python benchmarks/personal_search.py

The demo's history is learned up to a point. Of what came then, purchases are drawn that were a visitor's first of an
item, by visitors with a past; each is searched for by a word of its title that finds many products, with the taste that
the storefront reads at that moment: the visitor's list, and what they chose last. All is learned on the way. The weight
is chosen on the first half by time, and judged on the second. Best sellers are those of the rows learned first.

An order's lines come at one time, so that most searches know what else went into the order. Lines that begin an order
are also shown apart: there only earlier orders are known.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bootstrap.catalog import build_catalog, index_listings, tag_listings
from bootstrap.enrich.tags import demo_tagger
from bootstrap.index.search_index import build_search_index
from bootstrap.publish.publish import BuiltCatalog as Published
from bootstrap.read.history import events_of
from bootstrap.read.shop import ShopData, read_demo_shop
from infra.stack.display import Display
from online_models.evaluation.intervals import RESAMPLES, interval
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemEvent, ItemId, RankingId, VisitorId
from online_models.schema.product import Product
from online_models.schema.recommendations import Ranking
from storefront.in_memory import MemoryServingReader, MemoryViewed, MemoryVisitorNumbers
from storefront.search.finding import answer
from storefront.search.index.index_holder import IndexedCatalog, IndexHolder
from storefront.search.index.words import parse
from storefront.search.scores import Scores
from storefront.search.taste import Taste
from storefront.search.tastes import Tastes
from storefront.serving.catalog import ShopCatalog
from storefront.visitor_state.visitor_numbers import BASKET, RATINGS

WEIGHTS = (0.0, 0.1, 0.3, 0.6, 1.0)
MOST_WEIGHT = 0.7
"""With more, the word in the tags alone could pass the word in the title: 5 x 1.15 x (1 + weight) against 10."""

LEARNED_FIRST, ASKED, LEAST_FOUND, SHOWN = 200_000, 6_000, 30, 12
MEASURES = ("reciprocal rank", f"among the first {SHOWN}", "position")
_SEED = 1

Gains = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Searched:
    """One purchase, searched for.

    Attributes
    ----------
    opens_order
        Whether it is the first line of its order.
    found
        How many products the word found.
    positions
        Where what was bought stood with each of `WEIGHTS`, from 1.
    """

    visitor: VisitorId
    at: float
    opens_order: bool
    found: int
    positions: tuple[int, ...]


class ShopAtThatTime:
    """The gift shop's search, and what the learner and the storefront know of each visitor."""

    def __init__(self, shop: ShopData, learned_first: int, folder: Path) -> None:
        published = _published(shop, learned_first)
        self._hybrid = Hybrid()
        self._hybrid.use_catalog(published.products, published.similar)
        products = sorted(published.products, key=lambda product: (-product.sold, product.item))
        self._reader = MemoryServingReader(
            ShopCatalog(
                version="v1",
                products={product.item: product for product in products},
                categories=published.categories,
                best_sellers=tuple(product.item for product in products),
            )
        )
        self._reader.search_indexes["v1"] = dict(build_search_index(products, published.categories))
        self._viewed = MemoryViewed()
        baskets, ratings = MemoryVisitorNumbers(BASKET), MemoryVisitorNumbers(RATINGS)
        self._tastes = Tastes(self._reader, baskets, ratings, self._viewed)
        shelves = IndexHolder(self._reader, folder, lambda task: task())
        shelves.prepare()
        self.catalog: IndexedCatalog = shelves.search()
        self._finds: dict[str, int] = {}
        self._places = {product.item: place for place, product in enumerate(self.catalog.columns.products)}

    def product(self, item: ItemId) -> Product | None:
        return self.catalog.catalog.product(item)

    def learn(self, event: ItemEvent) -> None:
        self._hybrid.learn_one(event)
        self._viewed.add(event.visitor, event.item)

    def taste(self, visitor: VisitorId, at: float) -> Taste:
        """Return the visitor's taste as the storefront would read it."""
        items = self._hybrid.rank(visitor, at)
        self._reader.rankings[visitor] = Ranking(ranking_id=RankingId("r"), items=items, ranked_at=at, visitor=visitor)
        return self._tastes.read(visitor, self.catalog.catalog)

    def finds(self, word: str) -> int:
        """Return how many products have a word."""
        if word not in self._finds:
            self._finds[word] = len(answer(self.catalog, parse(word)).found.places)
        return self._finds[word]

    def positions(self, text: str, item: ItemId, taste: Taste) -> tuple[int, ...]:
        """Return where an item stands among what a text finds, with each of `WEIGHTS`; 0 where it is not found."""
        found = answer(self.catalog, parse(text)).found
        scores, places = Scores(self.catalog.columns, found), np.sort(found.places)
        orders = [scores.sort(places, taste, weight).tolist() for weight in WEIGHTS]
        place = self._places[item]
        return tuple(order.index(place) + 1 if place in order else 0 for order in orders)


def search_again(
    shop: ShopData, display: Display, learned_first: int = LEARNED_FIRST, least_found: int = LEAST_FOUND
) -> list[Searched]:
    """Learn a history, and search for some of the purchases after its first part, in order of time."""
    with tempfile.TemporaryDirectory() as folder, display.progress("Learn and search") as bar:
        there = ShopAtThatTime(shop, learned_first, Path(folder))
        random = np.random.default_rng(_SEED)
        drawn, opens = _draw(shop.history, learned_first, random), ~shop.history.duplicated("order").to_numpy()
        searched: list[Searched] = []
        for place, event in enumerate(events_of(shop.history)):
            product = there.product(event.item)
            if place in drawn and product is not None:
                words = [word for word in parse(product.title).terms if len(word) > 2]
                common = [word for word in words if there.finds(word) >= least_found]
                if common:
                    word = common[int(random.integers(len(common)))]
                    positions = there.positions(word, event.item, there.taste(event.visitor, event.occurred_at))
                    line = bool(opens[place]), there.finds(word), positions
                    searched.append(Searched(event.visitor, event.occurred_at, *line))
            there.learn(event)
            bar.move(place, len(shop.history))
        return [one for one in searched if all(one.positions)]


def _draw(history: pd.DataFrame, learned_first: int, random: np.random.Generator) -> set[int]:
    """Draw rows after the first part: a visitor's first purchase of an item, but not their first of all."""
    has_past = history.duplicated("visitor").to_numpy()
    is_first = ~history.duplicated(["visitor", "item"]).to_numpy()
    could = np.flatnonzero(has_past & is_first & (np.arange(len(history)) >= learned_first))
    return set(random.choice(could, min(ASKED, len(could)), replace=False).tolist())


def _published(shop: ShopData, learned_first: int) -> Published:
    """Build the catalog as it was when the first rows were learned: sold is what had been sold."""
    sold: Counter[str] = Counter()
    before = shop.history.iloc[:learned_first]
    for item, quantity in before.groupby("item")["quantity"].sum().items():
        sold[str(item)] = int(quantity)
    listings = [replace(listing, sold=sold[listing.item]) for listing in shop.listings]
    tagger = demo_tagger()
    tags = tag_listings(listings, tagger)
    no_pictures = dict.fromkeys((listing.item for listing in listings), "")
    similar = index_listings(listings, tags)
    return build_catalog(listings, tags, no_pictures, {}, similar, tagger.category_names, shop.currency)


def gains_of(searched: Sequence[Searched]) -> Gains:
    """Return what each search is worth, shape (searches, `MEASURES`, `WEIGHTS`)."""
    positions = np.array([one.positions for one in searched], np.float64)
    return np.stack([1 / positions, positions <= SHOWN, positions], axis=1)


def resampled(gains: Gains, visitors: Sequence[VisitorId]) -> Gains:
    """Return the mean gains in resamples of the visitors, shape (resamples, `MEASURES`, `WEIGHTS`)."""
    _, numbers = np.unique(np.array(visitors), return_inverse=True)
    count = int(numbers.max()) + 1
    flat = np.column_stack([np.ones(len(gains)), gains.reshape(len(gains), -1)])
    sums = np.stack([np.bincount(numbers, column, minlength=count) for column in flat.T], axis=1)
    random = np.random.default_rng(_SEED)
    drawn = random.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)
    totals = drawn @ sums
    means: Gains = totals[:, 1:] / totals[:, :1]
    return means.reshape(RESAMPLES, *gains.shape[1:])


def chosen(searched: Sequence[Searched]) -> float:
    """Return the least weight whose reciprocal rank is not surely below the best; words stay in charge."""
    gains = gains_of(searched)
    allowed = [number for number, weight in enumerate(WEIGHTS) if weight <= MOST_WEIGHT]
    best = max(allowed, key=lambda number: float(gains[:, 0, number].mean()))
    samples = resampled(gains, [one.visitor for one in searched])
    return next(WEIGHTS[number] for number in allowed if interval(samples[:, 0, best] - samples[:, 0, number])[0] <= 0)


def table(title: str, searched: Sequence[Searched]) -> Iterator[str]:
    """Yield the lines of a table: each weight's means, and what they are more than without; none without searches."""
    if not searched:
        return
    gains = gains_of(searched)
    samples, means = resampled(gains, [one.visitor for one in searched]), gains.mean(axis=0)
    visitors = len({one.visitor for one in searched})
    found = float(np.median([one.found for one in searched]))
    yield f"\n**{title}**: {len(searched):,} searches by {visitors:,} visitors; half of them find {found:.0f} or more\n"
    yield f"| weight | {' | more | 95 % | '.join(MEASURES)} | more | 95 % |\n|{' --- |' * (1 + 3 * len(MEASURES))}"
    for number, weight in enumerate(WEIGHTS):
        cells = [str(weight)]
        for measure in range(len(MEASURES)):
            digits = 1 if measure == 2 else 4
            mean, less = means[measure, number], means[measure, 0]
            low, high = interval(samples[:, measure, number] - samples[:, measure, 0])
            cells.append(f"{mean:.{digits}f}")
            cells += [f"{mean - less:+.{digits}f}", f"{low:+.{digits}f} to {high:+.{digits}f}"] if number else ["", ""]
        yield f"| {' | '.join(cells)} |"


def report(searched: Sequence[Searched]) -> Iterator[str]:
    """Yield the tables: the half that chooses, the half that is judged, and its searches that begin an order."""
    first, second = searched[: len(searched) // 2], searched[len(searched) // 2 :]
    yield from table("First half", first)
    yield f"\nChosen on it: {chosen(first)}"
    yield from table("Second half", second)
    yield from table("Second half, first line of an order", [one for one in second if one.opens_order])


def main() -> None:
    """Print the tables."""
    for line in report(search_again(read_demo_shop(), Display())):
        click.echo(line)


if __name__ == "__main__":
    main()
