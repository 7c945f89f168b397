"""The sitemap: all pages that are for everybody, in files of a bounded size that are written as they are sent.

Source: https://www.sitemaps.org/protocol.html. It has no ``lastmod``: the catalog does not know when a product changed.
"""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice

from storefront.serving.catalog import ShopCatalog
from storefront.web.rendering.one_segment import quoted_segment

MOST = 50_000
"""Addresses in one file; the protocol allows no more."""

PIECE = 500
"""Addresses that are written at a time."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<{{tag}} xmlns="{_NAMESPACE}">\n'


def count_parts(catalog: ShopCatalog, most: int = MOST) -> int:
    """Return how many files the addresses take, one at least."""
    pages = 1 + len(catalog.categories) + sum(map(len, catalog.by_category.values()))
    return -(-pages // most)


def write_index(addresses: Iterable[str]) -> str:
    """Write the list of the files at some addresses.

    >>> print(write_index(["https://shop.example/sitemaps/1.xml"]))
    <?xml version="1.0" encoding="UTF-8"?>
    <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>https://shop.example/sitemaps/1.xml</loc></sitemap>
    </sitemapindex>
    """
    lines = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f"{_HEAD.format(tag='sitemapindex')}{lines}</sitemapindex>"


def write_part(catalog: ShopCatalog, part: int, prefixes: "Prefixes", most: int = MOST) -> Iterator[str]:
    """Write one file, from 1 on, in pieces of `PIECE` addresses."""
    addresses = islice(prefixes.addresses(catalog), (part - 1) * most, part * most)
    yield _HEAD.format(tag="urlset")
    while piece := "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in islice(addresses, PIECE)):
        yield piece
    yield "</urlset>"


class Prefixes:
    """What the addresses of the home page, of categories and of products begin with."""

    def __init__(self, home: str, category: str, product: str) -> None:
        self._home, self._category, self._product = home, category, product

    def addresses(self, catalog: ShopCatalog) -> Iterator[str]:
        """Yield all addresses: home, then each category and its products, best sellers first.

        >>> from online_models.schema.product import Category
        >>> catalog = ShopCatalog(
        ...     categories=(Category(slug="tea", name="Tea", size=1),), by_category={"tea": ("a:1",)}
        ... )
        >>> list(Prefixes("/", "/categories/", "/products/").addresses(catalog))
        ['/', '/categories/tea', '/products/a%3A1']
        """
        yield self._home
        for category in catalog.categories:
            yield f"{self._category}{quoted_segment(category.slug)}"
            for item in catalog.by_category.get(category.slug, ()):
                yield f"{self._product}{quoted_segment(item)}"
