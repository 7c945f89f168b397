"""A small shop with a real index, built as the bootstrap builds it."""

from collections.abc import Sequence
from pathlib import Path

from bootstrap.index.search_index import build_search_index
from bootstrap.index.word_vectors import build_word_vectors
from online_models.schema.events import ItemId
from online_models.schema.product import Category, Product
from storefront.database.connection import Database
from storefront.search.engine import Search
from storefront.search.index.columns import StarTable
from storefront.search.index.index_holder import IndexHolder, Start
from storefront.search.taste import Tastes
from storefront.serving.catalog import ShopCatalog
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from tests.storefront.in_memory import MemoryServingReader, MemoryViewed


def a_product(item: str, title: str, **fields: object) -> Product:
    defaults: dict[str, object] = {"price": 295, "category": "gifts"}
    return Product(item=ItemId(item), title=title, **{**defaults, **fields})  # type: ignore[arg-type]  # a builder


def a_catalog(products: Sequence[Product], version: str = "v1") -> ShopCatalog:
    """Put products on shelves. They come best sellers first."""
    slugs = list(dict.fromkeys(product.category for product in products))
    shelves = {slug: tuple(product.item for product in products if product.category == slug) for slug in slugs}
    return ShopCatalog(
        version=version,
        products={product.item: product for product in products},
        categories=tuple(
            Category(slug=slug, name=slug.replace("-", " ").title(), size=len(shelves[slug])) for slug in slugs
        ),
        by_category=shelves,
        best_sellers=tuple(product.item for product in products),
    )


def a_reader(catalog: ShopCatalog, *, with_vectors: bool = False) -> MemoryServingReader:
    """Serve a catalog with its index, with word vectors if wanted."""
    reader, products = MemoryServingReader(catalog), tuple(catalog.products.values())
    vectors = build_word_vectors(products) if with_vectors else {}
    reader.search_indexes[catalog.version] = {**build_search_index(products, catalog.categories), **vectors}
    return reader


def a_search(reader: MemoryServingReader, folder: Path, start: Start = lambda task: task()) -> Search:
    """Make a search that loads its index at once, unless told otherwise."""
    belongings = BelongingsReader(Database(f"sqlite:///{folder}/shop.db"))
    search = Search(
        IndexHolder(reader, folder, start),
        StarTable(reader),
        Tastes(reader, belongings, MemoryViewed(), ProfilingChoice(secure=False)),
    )
    search.prepare()
    return search
