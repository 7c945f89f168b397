"""How far the neighbors that new products get while the shop runs are those that bootstrap would give them.

    python -m benchmarks.catalog.neighbors

For products of the gift shop: which share of their ten nearest by bootstrap's index are among the ten nearest by the
index of the running shop, with all their tags, and with what the API makes of their title and category alone.
"""

import random
from collections.abc import Iterable, Sequence

import click

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.catalog import build_plain_catalog
from bootstrap.read.shop import read_demo_shop
from online_models.catalog.content_index import ContentIndex
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.catalog_writing.item_form import product_of, read_form

NEAREST = 10


def as_sent(product: Product, catalog: BuiltCatalog) -> Product:
    """Return what the API makes of a product's title and category."""
    form = read_form({"title": product.title, "price": 1.0, "category": product.category})
    return product_of(product.item, form, currency=product.currency, categories=catalog.categories, today=1)


def share_of(found: Sequence[tuple[ItemId, float]], wanted: Sequence[tuple[ItemId, float]]) -> float:
    """Return which share of the wanted neighbors was found.

    >>> share_of([(ItemId("a"), 0.9), (ItemId("b"), 0.8)], [(ItemId("b"), 0.7), (ItemId("c"), 0.6)])
    0.5
    """
    items = {item for item, _ in found[:NEAREST]}
    return sum(item in items for item, _ in wanted[:NEAREST]) / len(wanted[:NEAREST])


def compare(catalog: BuiltCatalog, products: Iterable[Product]) -> tuple[float, float]:
    """Return the mean shares of the bootstrap's neighbors: with all tags, and with title and category alone."""
    index, whole, sent = ContentIndex(), list[float](), list[float]()
    for product in catalog.products:
        index.add(product)
    for product in products:
        if wanted := catalog.similar[product.item]:
            whole.append(share_of(index.nearest(product), wanted))
            sent.append(share_of(index.nearest(as_sent(product, catalog)), wanted))
    return sum(whole) / len(whole), sum(sent) / len(sent)


@click.command()
@click.option("--products", default=500, show_default=True, type=click.IntRange(min=1), help="How many are compared.")
def main(products: int) -> None:
    """Compare the two indexes."""
    shop = read_demo_shop()
    catalog = build_plain_catalog(shop.listings, shop.currency)
    chosen = random.Random(1).sample(catalog.products, min(products, len(catalog.products)))
    whole, sent = compare(catalog, chosen)
    print(f"with all tags {whole:.0%}, with title and category alone {sent:.0%}")


if __name__ == "__main__":
    main()
