"""What the head of an indexable page says: canonical address, preview for other sites (Open Graph), structured data.

A page whose template does not say any of it is not indexed: see `rendering/base.html`.
"""

from textwrap import shorten
from typing import NamedTuple

from flask import Flask, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from online_models.schema.product import Category, Product
from storefront.reviews.review import StarSummary
from storefront.web.rendering.formatting import price
from storefront.web.rendering.rooted import rooted
from storefront.web.seo.language_addresses import alternates, own_address
from storefront.web.seo.site_address import SiteAddress, absolute
from storefront.web.seo.structured_data import (
    SEARCHED,
    breadcrumb_data,
    decimal_price,
    product_data,
    script_of,
    website_data,
)

NAME = "Riverfront"
LONGEST = 200
"""Characters of a description: more is cut off wherever it is shown."""


class PageMetadata(NamedTuple):
    """What `seo/metadata_fragments.html` writes. ``price`` and ``picture`` may be empty.

    ``address`` is that of the page in its language, ``alternates`` has those of all languages.
    """

    title: str
    description: str
    address: str
    alternates: tuple[tuple[str, str], ...]
    data: Markup
    kind: str = "website"
    picture: str = ""
    price: str = ""
    currency: str = ""


def bind(app: Flask, site_address: SiteAddress) -> None:
    """Give templates what they describe pages with."""
    app.jinja_env.globals.update(site_address=site_address, describe_home=describe_home)
    app.jinja_env.globals.update(describe_category=describe_category, describe_product=describe_product)


def describe_home(site: str) -> PageMetadata:
    """Describe the home page."""
    bare = f"{site}{url_for('catalog.home')}"
    address = own_address(bare)
    search = f"{site}{url_for('search.show')}?q={SEARCHED}"
    words = str(_("A gift shop that learns from every click."))
    return PageMetadata(NAME, words, address, alternates(bare), script_of(website_data(NAME, address, search)))


def describe_category(site: str, category: Category, path: str, titles: tuple[str, ...]) -> PageMetadata:
    """Describe a page of a category, at its canonical ``path``, by the first ``titles`` on it."""
    bare = f"{site}{path}"
    data = breadcrumb_data(_home_crumb(site), (category.name, _category_address(site, category)))
    return PageMetadata(
        title=category.name,
        description=_shortened(f"{category.name}: {', '.join(titles)}" if titles else category.name),
        address=own_address(bare),
        alternates=alternates(bare),
        data=script_of(data),
        picture=absolute(site, rooted(category.picture)),
    )


def describe_product(site: str, product: Product, category: Category | None, summary: StarSummary) -> PageMetadata:
    """Describe a product: by its own description, else by what is known of it."""
    bare = f"{site}{url_for('products.show', item=product.item)}"
    address = own_address(bare)
    picture = absolute(site, rooted(product.picture))
    category_name = category.name if category else ""
    crumbs = [_home_crumb(site), (product.title, address)]
    if category:
        crumbs.insert(1, (category_name, _category_address(site, category)))
    pictures = [absolute(site, rooted(one)) for one in (product.picture, *product.pictures) if one]
    data = product_data(product, summary, address, pictures, category_name)
    facts = product.title, product.brand, category_name, price(product.price, product.currency) if product.price else ""
    return PageMetadata(
        title=product.title,
        description=_shortened(product.description or " · ".join(fact for fact in facts if fact)),
        address=address,
        alternates=alternates(bare),
        data=script_of(data, breadcrumb_data(*crumbs)),
        kind="product",
        picture=picture,
        price=decimal_price(product.price, product.currency) if product.price else "",
        currency=product.currency,
    )


def _home_crumb(site: str) -> tuple[str, str]:
    return str(_("Home")), own_address(f"{site}{url_for('catalog.home')}")


def _category_address(site: str, category: Category) -> str:
    return own_address(f"{site}{url_for('catalog.category', slug=category.slug)}")


def _shortened(text: str) -> str:
    return shorten(text, LONGEST, placeholder="…")
