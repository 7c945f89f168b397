"""What a page is about, in the words of schema.org (JSON-LD): only what the catalog knows, nothing made up.

Source: https://developers.google.com/search/docs/appearance/structured-data/product
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from online_models.schema.product import Product
from storefront.reviews.review import StarSummary

Thing = dict[str, Any]

SCHEMA = "https://schema.org"
AVAILABILITY = {
    "in_stock": f"{SCHEMA}/InStock",
    "out_of_stock": f"{SCHEMA}/OutOfStock",
    "preorder": f"{SCHEMA}/PreOrder",
    "backorder": f"{SCHEMA}/BackOrder",
}
SEARCHED = "{search_term_string}"


def script_of(*things: Thing) -> Markup:
    """Write things as scripts of data, which browsers do not run.

    Whatever could end the script, or a line in it, is escaped.

    >>> print(script_of({"name": "<b>"}))
    <script type="application/ld+json">{"name": "\\u003cb\\u003e"}</script>
    """
    scripts = (
        Markup('<script type="application/ld+json">{}</script>').format(htmlsafe_json_dumps(thing)) for thing in things
    )
    return Markup("\n").join(scripts)


def product_data(product: Product, summary: StarSummary, address: str, pictures: Sequence[str], category: str) -> Thing:
    """Describe a product: its offer if it has a price, its rating if somebody rated it."""
    thing: Thing = {
        "@context": SCHEMA,
        "@type": "Product",
        "name": product.title,
        "sku": product.item,
        "url": address,
        "image": pictures[0] if len(pictures) == 1 else list(pictures),
        "description": product.description,
        "category": category,
        "color": product.colour,
        "material": product.material,
        "inProductGroupWithID": product.group,
    }
    if product.brand:
        thing["brand"] = {"@type": "Brand", "name": product.brand}
    if product.price:
        # The shop takes an order for whatever is in its catalog, unless that says otherwise.
        thing["offers"] = {
            "@type": "Offer",
            "url": address,
            "price": decimal_price(product.price, product.currency),
            "priceCurrency": product.currency,
            "availability": AVAILABILITY[product.availability or "in_stock"],
        }
    if summary.total:
        thing["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{summary.mean:.2f}",
            "ratingCount": summary.total,
            "bestRating": 5,
            "worstRating": 1,
        }
    return {name: value for name, value in thing.items() if value}


def breadcrumb_data(*crumbs: tuple[str, str]) -> Thing:
    """Describe the way to a page: names and addresses, the page itself last."""
    listed = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(crumbs, 1)
    ]
    return {"@context": SCHEMA, "@type": "BreadcrumbList", "itemListElement": listed}


def website_data(name: str, address: str, search: str) -> Thing:
    """Describe the shop and how it is searched: ``search`` is an address with `SEARCHED` for the words."""
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": search},
        "query-input": "required name=search_term_string",
    }
    return {"@context": SCHEMA, "@type": "WebSite", "name": name, "url": address, "potentialAction": action}


def decimal_price(amount: int, currency: str) -> str:
    """Write an amount of the currency's smallest unit as machines read it.

    >>> decimal_price(195, "GBP"), decimal_price(195, "JPY"), decimal_price(100_000_000, "KWD")
    ('1.95', '195', '100000.000')
    """
    return f"{Decimal(amount).scaleb(-get_currency_precision(currency)):f}"
