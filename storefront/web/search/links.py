"""What the templates of search and shelves need: addresses of selections, names of options, marks in titles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Link:
    """A value of a facet on the page. ``address`` leads to the same without it, or with it."""

    value: str
    label: str
    size: int
    is_chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """One facet on the page."""

    name: Facet
    title: str
    links: tuple[Link, ...]

    @property
    def first(self) -> tuple[Link, ...]:
        """Those that are shown at once."""
        return self.links[:SHOWN]

    @property
    def rest(self) -> tuple[Link, ...]:
        """Those that open."""
        return self.links[SHOWN:]


def address_of(selection: Selection) -> str:
    """Return the one address of a selection."""
    path = url_for("catalog.category", slug=selection.shelf) if selection.shelf else url_for("search.show")
    return f"{path}?{selection.query}" if selection.query else path


def groups_of(results: Results, catalog: ShopCatalog, currency: str) -> list[Group]:
    """Name the facets that help here: those with a choice, and those in use."""
    titles: Mapping[Facet, str] = {
        "category": _("Category"),
        "colour": _("Colour"),
        "price": _("Price"),
        "rating": _("Rating"),
    }
    groups = []
    for facet in FACETS:
        if facet == "category" and results.selection.shelf:
            continue
        options = results.options.get(facet, ())
        if len(options) > 1 or facet == "rating" or any(option.is_chosen for option in options):
            links = tuple(_link(results.selection, facet, option, catalog, currency) for option in options)
            groups.append(Group(facet, titles[facet], links))
    return [group for group in groups if group.links]


def chips_of(groups: list[Group]) -> list[Link]:
    """Return what is chosen, each with the address that lets it go."""
    return [link for group in groups for link in group.links if link.is_chosen]


def sorts_of(results: Results) -> list[tuple[Sort, str]]:
    """Name the orders that there are here."""
    named: list[tuple[Sort, str]] = [("price", _("Price, low to high")), ("price-desc", _("Price, high to low"))]
    if not results.selection.shelf:
        named = [("relevance", _("Best match")), ("best-selling", _("Best selling")), *named]
    else:
        named = [("relevance", _("Best selling")), *named]
    if results.has_stars:
        named.append(("top-rated", _("Top rated")))
    return [*named, ("newest", _("Newest"))]


def pages_around(results: Results) -> list[int]:
    """Return the numbers for a pager: the first, the last, and those near; 0 where some are left out."""
    page, last = results.selection.page, results.pages
    near = sorted({1, last, *(number for number in range(page - 1, page + 2) if 1 <= number <= last)})
    numbers: list[int] = []
    for number in near:
        if numbers and number - numbers[-1] == 2:
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 2:
            numbers.append(0)
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
    """Return what both the search page and a shelf show."""
    currency = results.hits[0].product.currency if results.hits else _currency(catalog)
    groups = groups_of(results, catalog, currency)
    return {
        "results": results,
        "selection": results.selection,
        "groups": groups,
        "chips": chips_of(groups),
        "sorts": sorts_of(results),
        "pages": pages_around(results),
        "address": address_of,
        "canonical": address_of(
            Selection(results.selection.text, results.selection.shelf, page=results.selection.page)
        ),
        "marked": marked,
        "stars_text": stars_text,
    }


def _currency(catalog: ShopCatalog) -> str:
    return next(iter(catalog.products.values())).currency if catalog.products else "GBP"


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
    """Write a price, without its smaller unit where there is none of it."""
    money = money_format(tag_of(number_locale()), currency)
    unit = 10**money.digits
    return money.write(amount) if amount % unit else msgspec.structs.replace(money, digits=0).write(amount // unit)
