"""Changes of the catalog, laid over what this process has of it: what did not change stays the same object."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from online_models.schema.events import ItemId
from online_models.schema.product import Category, Product
from online_models.schema.search_terms import fields_of
from storefront.serving.catalog import ShopCatalog, group_variants

WITHDRAWN_KEPT = 200
"""So many withdrawn items are told to a page that was disconnected."""

Order = tuple[ItemId, ...]


def with_changes(
    catalog: ShopCatalog,
    named: Sequence[ItemId],
    present: Mapping[ItemId, Product],
    categories: tuple[Category, ...],
    applied: int,
) -> ShopCatalog:
    """Return a catalog in which the ``named`` items are as they are at ``present``, or gone."""
    before = catalog.products
    gone = [item for item in named if item in before and item not in present]
    added = [item for item in named if item in present and item not in before]
    kept = [item for item in named if item in present and item in before]
    products = {**before, **present}
    for item in gone:
        del products[item]
    best_sellers = catalog.best_sellers
    if gone or added:
        best_sellers = (*(item for item in best_sellers if item in products), *added)
    sold_out = [item for item in kept if present[item].is_sold_out and not before[item].is_sold_out]
    again = frozenset(item for item in present if not present[item].is_sold_out)
    withdrawn = [*(item for item in catalog.withdrawn if item not in again), *sold_out, *gone]
    reworded = (item for item in kept if _words_of(before[item]) != _words_of(present[item]))
    changed = [one for item in named for one in (before.get(item), present.get(item)) if one is not None]
    return replace(
        catalog,
        products=products,
        categories=categories,
        by_category=_by_category(catalog.by_category, products, named, {one.category for one in changed}),
        best_sellers=best_sellers,
        currencies=_currencies(catalog.currencies, changed),
        by_group=_by_group(catalog, products, best_sellers, {one.group for one in changed if one.group}),
        applied=applied,
        published=catalog.best_sellers if catalog.published is None and (gone or added) else catalog.published,
        reworded=catalog.reworded.union(reworded),
        withdrawn=tuple(withdrawn[-WITHDRAWN_KEPT:]),
    )


def with_additions(
    catalog: ShopCatalog, added: Iterable[ItemId], reworded: Iterable[ItemId], applied: int
) -> ShopCatalog:
    """Complete a catalog that was read with the orders of its publication, and has changed since."""
    products, published = catalog.products, catalog.best_sellers
    known = frozenset(published)
    further = [item for item in added if item in products and item not in known]
    best_sellers = (*(item for item in published if item in products), *further)
    slugs = {product.category for product in products.values()}
    return replace(
        catalog,
        by_category=_by_category(catalog.by_category, products, best_sellers, slugs),
        best_sellers=best_sellers,
        by_group=group_variants(products[item] for item in best_sellers),
        applied=applied,
        published=published if best_sellers != published else None,
        reworded=frozenset(reworded),
    )


def _by_category(
    before: Mapping[str, Order], products: Mapping[ItemId, Product], named: Iterable[ItemId], slugs: Iterable[str]
) -> dict[str, Order]:
    """Return the items of each category: of those named, who is new in one comes last."""
    items_of: dict[str, list[ItemId]] = {}
    for item in dict.fromkeys(named):
        if item in products:
            items_of.setdefault(products[item].category, []).append(item)
    after = dict(before)
    for slug in {*slugs, *items_of}:
        known = dict.fromkeys(item for item in before.get(slug, ()) if _stands_in(products.get(item), slug))
        after[slug] = tuple(known | dict.fromkeys(items_of.get(slug, ())))
    return {slug: items for slug, items in after.items() if items}


def _stands_in(product: Product | None, slug: str) -> bool:
    return product is not None and product.category == slug


def _by_group(
    catalog: ShopCatalog, products: Mapping[ItemId, Product], best_sellers: Order, groups: set[str]
) -> dict[str, Order]:
    if not groups:
        return catalog.by_group
    others = {group: items for group, items in catalog.by_group.items() if group not in groups}
    members = (products[item] for item in best_sellers if item in products and products[item].group in groups)
    return others | group_variants(members)


def _currencies(before: tuple[str, ...], changed: Iterable[Product]) -> tuple[str, ...]:
    return tuple(sorted({*before, *(product.currency for product in changed)}))


def _words_of(product: Product) -> dict[str, str]:
    return fields_of(product, product.category)
