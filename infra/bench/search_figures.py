"""``riverfront bench search``: the storefront's search engine alone, in this process, on a real index on disk."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bootstrap.catalog import build_plain_catalog
from bootstrap.index.search_index import build_search_index
from bootstrap.index.word_vectors import build_word_vectors
from bootstrap.read.shop import read_demo_shop
from infra.bench.timing import describe, timed
from online_models.schema.events import ItemId, RankingId, VisitorId
from online_models.schema.product import Category, Product
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from storefront.search.engine import Search
from storefront.search.index.columns import StarTable
from storefront.search.index.index_holder import IndexHolder
from storefront.search.selection import Selection
from storefront.search.taste import Tastes
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader, StarCounts
from storefront.visitor_state.belongings import Belongings, BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.viewed import Items, Viewed

SEED = 7
VISITOR = VisitorId("bench")
_SYLLABLES = [f"{first}{then}" for first in "bdfklmnprstv" for then in "aeo"]


class IndexedReader(ServingReader):
    """What search reads, in this process: a catalog with its index, and the lists and stars that are put there."""

    def __init__(self, catalog: ShopCatalog, index: dict[str, bytes]) -> None:
        self.catalog = catalog
        self.index = index
        self.rankings: dict[VisitorId, Ranking] = {}
        self.stars: dict[ItemId, StarCounts] = {}

    def read_catalog(self) -> ShopCatalog:
        """Return the catalog."""
        return self.catalog

    def read_ranking(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's list."""
        return self.rankings.get(visitor)

    def read_search_index(self, version: str) -> dict[str, bytes]:
        """Return the index, whichever version is asked for: there is one."""
        return self.index if version else {}

    def read_all_stars(self) -> dict[ItemId, StarCounts]:
        """Return the stars."""
        return self.stars


class _NoBelongings(BelongingsReader):
    def __init__(self) -> None:
        """Nothing lies in a basket, and nothing is rated."""

    def read(self, visitor: VisitorId) -> Belongings:  # noqa: ARG002 - of no visitor
        return Belongings()


class _NoViews(Viewed):
    def __init__(self) -> None:
        """Nothing was opened."""

    def read(self, visitor: VisitorId) -> Items:  # noqa: ARG002 - of no visitor
        return ()


def measure_search(items: int | None, asked: int) -> dict[str, Any]:
    """Time a mix of searches by a visitor whose taste is known: words, typing errors, filters, orders, pages."""
    products = made_up_products(items) if items else demo_products()
    categories = _categories(products)
    started = time.perf_counter()
    reader = serve_in_memory(products, categories)
    built = time.perf_counter() - started
    reader.rankings[VISITOR] = _ranking(products)
    reader.stars = {product.item: (1, 1, 2, 4, 5) for product in products[::3]}
    with TemporaryDirectory() as folder:
        tastes = Tastes(reader, _NoBelongings(), _NoViews(), ProfilingChoice(secure=False))
        search = Search(IndexHolder(reader, Path(folder), lambda task: task()), StarTable(reader), tastes)
        started = time.perf_counter()
        search.prepare()
        loaded = time.perf_counter() - started
        draw = np.random.default_rng(SEED)
        searches = list(_searches(products, draw, asked))
        typed = [
            text[:length] for text in _texts(products, draw, asked // 8) for length in range(1, min(len(text), 12))
        ]
        categories_opened = [
            Selection(category_page=str(draw.choice([one.slug for one in categories]))) for _ in range(asked // 4)
        ]
        # The first answer lays out the stars.
        search.find(searches[0], VISITOR)
        return {
            "products": len(products),
            "index_mb": round(sum(map(len, reader.index.values())) / 2**20, 2),
            "build_s": round(built, 2),
            "first_load_ms": round(loaded * 1000, 1),
            "search_ms": describe(timed(lambda selection: search.find(selection, VISITOR), searches), 1e-3),
            "suggestions_ms": describe(timed(lambda text: search.suggest(text, VISITOR), typed), 1e-3),
            "shelf_ms": describe(timed(search.browse, categories_opened), 1e-3),
        }


def serve_in_memory(products: Sequence[Product], categories: Sequence[Category]) -> IndexedReader:
    """Index a catalog and serve it as version v1. Products come best sellers first."""
    catalog = ShopCatalog(
        version="v1",
        products={product.item: product for product in products},
        categories=tuple(categories),
        best_sellers=tuple(product.item for product in products),
    )
    return IndexedReader(catalog, {**build_search_index(products, categories), **build_word_vectors(products)})


def demo_products() -> tuple[Product, ...]:
    """Return the gift shop's products, without pictures."""
    shop = read_demo_shop()
    return build_plain_catalog(shop.listings, shop.currency).products


def made_up_products(items: int) -> tuple[Product, ...]:
    """Make products with titles of some five words out of five thousand, drawn by a power law as in a language."""
    draw = np.random.default_rng(SEED)
    words = sorted({"".join(draw.choice(_SYLLABLES, 2 + number % 3)) for number in range(6_000)})
    odds = 1 / np.arange(1, len(words) + 1) ** 0.9
    titles = draw.permutation(words)[draw.choice(len(words), (items, 5), p=odds / odds.sum())]
    colours = (None, None, "red", "blue", "green", "white")
    return tuple(
        Product(
            item=ItemId(f"item-{position}"),
            title=" ".join(titles[position]).title(),
            price=95 + (position * 37) % 4_900,
            category=f"category-{position % 40}",
            colour=colours[position % len(colours)],
            theme=str(titles[position][0]),
            tags=tuple(map(str, titles[position])),
            sold=items - position,
        )
        for position in range(items)
    )


def _categories(products: tuple[Product, ...]) -> tuple[Category, ...]:
    slugs = dict.fromkeys(product.category for product in products)
    return tuple(Category(slug=slug, name=slug.replace("-", " "), size=1) for slug in slugs)


def _ranking(products: tuple[Product, ...]) -> Ranking:
    items = tuple(
        RankedItem(item=product.item, score=1.0, member="bench", reason=Reason()) for product in products[:240:10]
    )
    return Ranking(ranking_id=RankingId("r1"), items=items, ranked_at=0.0, visitor=VISITOR)


def _texts(products: tuple[Product, ...], draw: np.random.Generator, count: int) -> Iterator[str]:
    """Draw what visitors type: one to three words of a title, the best sellers' more often."""
    numbers = np.minimum(draw.zipf(1.3, count), len(products)) - 1
    for position in numbers.tolist():
        words = products[position].title.lower().split()
        many = int(draw.integers(1, 4))
        start = int(draw.integers(0, max(1, len(words) - many + 1)))
        yield " ".join(words[start : start + many])


def _searches(products: tuple[Product, ...], draw: np.random.Generator, count: int) -> Iterator[Selection]:
    """Draw searches: a fifth with a typing error, others filtered, sorted, or on their second page."""
    for number, text in enumerate(_texts(products, draw, count)):
        match number % 10:
            case 0 | 1 if len(text) > 4:
                yield Selection(text=text[: len(text) // 2] + text[len(text) // 2 + 1 :])
            case 2:
                yield Selection(text=text, chosen={"colour": ("red",)})
            case 3:
                yield Selection(text=text, chosen={"price": ("0-500",), "rating": ("3",)})
            case 4:
                yield Selection(text=text, sort="price")
            case _:
                yield Selection(text=text)
