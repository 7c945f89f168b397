"""What the templates of search and categories need: addresses of selections, names of options, marks in titles."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from storefront.search.engine import Hit, Results
from storefront.search.facets import Option
from storefront.search.highlight import highlight
from storefront.search.selection import FACETS, Facet, Selection, Sort, band_of
from storefront.serving.catalog import ShopCatalog
from storefront.web.rendering.formatting import count, money_format
from storefront.web.rendering.languages import number_locale, tag_of

SHOWN = 8
"""Options of a facet that are shown at once; the rest opens."""


class Link(NamedTuple):
    """A value of a facet on the page. ``address`` leads to the same without it, or with it."""

    value: str
    label: str
    size: int
    is_chosen: bool
    address: str


class Group(NamedTuple):
    """One facet on the page: the links that are shown at once, and the rest behind "Show more"."""

    name: Facet
    title: str
    first: list[Link]
    rest: list[Link]


def address_of(selection: Selection) -> str:
    """Return the one address of a selection."""
    path = (
        url_for("catalog.category", slug=selection.category_page) if selection.category_page else url_for("search.show")
    )
    return f"{path}?{selection.query}" if selection.query else path


def groups_of(results: Results, catalog: ShopCatalog, currency: str) -> list[Group]:
    """Return the facets worth showing: those with a choice, and those in use."""
    titles: Mapping[Facet, str] = {
        "category": _("Category"),
        "colour": _("Colour"),
        "price": _("Price"),
        "rating": _("Rating"),
    }
    groups = []
    for facet in FACETS:
        options = results.options.get(facet, ())
        if not options or (facet == "category" and results.selection.category_page):
            continue
        if len(options) > 1 or facet == "rating" or options[0].is_chosen:
            links = [_link(results.selection, facet, option, catalog, currency) for option in options]
            groups.append(Group(facet, titles[facet], links[:SHOWN], links[SHOWN:]))
    return groups


def sorts_of(results: Results) -> list[tuple[Sort, str]]:
    """Return the sort orders of these results."""
    best: list[tuple[Sort, str]] = [("relevance", _("Best match")), ("best-selling", _("Best selling"))]
    return [
        *([("relevance", _("Best selling"))] if results.selection.category_page else best),
        ("price", _("Price, low to high")),
        ("price-desc", _("Price, high to low")),
        *([("top-rated", _("Top rated"))] if results.has_stars else []),
        ("newest", _("Newest")),
    ]


def pages_around(results: Results) -> list[int]:
    """Return the numbers for a pager: the first, the last, and those near; 0 where some are left out."""
    page, last = results.selection.page, results.pages
    numbers = [1]
    for number in sorted({last, *range(max(2, page - 1), min(last, page + 1) + 1)} - {1}):
        if number - numbers[-1] > 1:
            numbers.append(number - 1 if number - numbers[-1] == 2 else 0)
        numbers.append(number)
    return numbers


def marked(hit: Hit) -> Markup:
    """Return a hit's title with its matched words marked."""
    return highlight(hit.product.title, hit.spans)


def stars_text(hit: Hit) -> str:
    """Say how a product is rated; nothing before the first rating."""
    if not hit.ratings:
        return ""
    return str(_("%(stars)s ★ (%(count)s)", stars=count(round(hit.stars, 1)), count=count(hit.ratings)))


def frame_of(results: Results, catalog: ShopCatalog) -> dict[str, Any]:
    """Return what both the search page and a category show."""
    currency = results.hits[0].product.currency if results.hits else (catalog.currencies or ("GBP",))[0]
    groups = groups_of(results, catalog, currency)
    return {
        "results": results,
        "selection": results.selection,
        "groups": groups,
        # What is chosen, each with the address that lets it go.
        "chips": [link for group in groups for link in (*group.first, *group.rest) if link.is_chosen],
        "sorts": sorts_of(results),
        "pages": pages_around(results),
        "address": address_of,
        "canonical": address_of(
            Selection(results.selection.text, results.selection.category_page, page=results.selection.page)
        ),
        "marked": marked,
        "stars_text": stars_text,
    }


def _link(selection: Selection, facet: Facet, option: Option, catalog: ShopCatalog, currency: str) -> Link:
    address = address_of(selection.toggled(facet, option.value))
    return Link(option.value, _label(facet, option.value, catalog, currency), option.size, option.is_chosen, address)


def _label(facet: Facet, value: str, catalog: ShopCatalog, currency: str) -> str:
    if facet == "category":
        category = catalog.category(value)
        return category.name if category else value
    if facet == "rating":
        return str(_("%(stars)s stars and up", stars=value))
    band = band_of(value) if facet == "price" else None
    if band is None:
        return value[:1].upper() + value[1:]
    low, high = band
    if high is None:
        return str(_("%(price)s and over", price=_short(low, currency)))
    if not low:
        return str(_("Under %(price)s", price=_short(high, currency)))
    return str(_("%(low)s to %(high)s", low=_short(low, currency), high=_short(high, currency)))


def _short(amount: int, currency: str) -> str:
    """Write a price, without decimals if they are zero."""
    money = money_format(tag_of(number_locale()), currency)
    unit = 10**money.digits
    return money.write(amount) if amount % unit else msgspec.structs.replace(money, digits=0).write(amount // unit)
