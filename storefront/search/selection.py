"""A search or category with its filters, order and page, as in the URL. Each selection has one URL."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from online_models.schema.plain_text import one_line
from storefront.search.index.words import LONGEST_TEXT

Sort = Literal["relevance", "plain", "price", "price-desc", "best-selling", "top-rated", "newest"]
Facet = Literal["category", "colour", "price", "rating"]
FACETS: tuple[Facet, ...] = get_args(Facet)
MOST_CHOSEN = 20
MOST_PAGE = 10_000
RATINGS = ("4", "3")

_BAND = re.compile(r"(\d{1,9})-(\d{0,9})")


@dataclass(frozen=True, slots=True)
class Selection:
    """A search or a category, filtered, sorted and paged.

    Attributes
    ----------
    category_page
        The category whose own page this is; empty in search.
    chosen
        The values chosen in each facet, in the order of the URL.
    page
        From 1; may be beyond the last page.
    is_exact
        Whether the text is meant as it is typed.
    """

    text: str = ""
    category_page: str = ""
    chosen: Mapping[Facet, tuple[str, ...]] | None = None
    sort: Sort = "relevance"
    page: int = 1
    is_exact: bool = False

    def of(self, facet: Facet) -> tuple[str, ...]:
        """Return the values chosen in one facet."""
        return (self.chosen or {}).get(facet, ())

    @property
    def is_filtered(self) -> bool:
        """Whether any facet is used."""
        return any(self.of(facet) for facet in FACETS)

    def toggled(self, facet: Facet, value: str) -> "Selection":
        """Choose a value, or remove it; back to the first page."""
        there = self.of(facet)
        values = tuple(one for one in there if one != value) if value in there else (*there, value)
        if facet == "rating":
            values = values[-1:]
        return replace(self, chosen={**(self.chosen or {}), facet: values}, page=1)

    def cleared(self) -> "Selection":
        """Return the selection without filters."""
        return replace(self, chosen=None, page=1)

    def on_page(self, page: int) -> "Selection":
        """Return another page of the same."""
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> "Selection":
        """Return the same in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def as_typed(self) -> "Selection":
        """Return a search for the text as it is typed, without filters."""
        return Selection(text=self.text, sort=self.sort, is_exact=True)

    @property
    def query(self) -> str:
        """The query string: without empty values or defaults, always in the same order."""
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        if self.is_exact:
            pairs.append(("exact", "1"))
        pairs += [(facet, value) for facet in FACETS for value in self.of(facet)]
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)


def read_selection(arguments: MultiDict[str, str], category_page: str = "") -> Selection:
    """Read a selection from a query string; invalid values are ignored."""
    sort = arguments.get("sort", "")
    page = arguments.get("page", "")
    chosen: dict[Facet, tuple[str, ...]] = {
        facet: values
        for facet in FACETS
        if (values := _values(facet, arguments.getlist(facet))) and not (category_page and facet == "category")
    }
    return Selection(
        text="" if category_page else one_line(arguments.get("q", "")[: 4 * LONGEST_TEXT])[:LONGEST_TEXT].strip(),
        category_page=category_page,
        chosen=chosen or None,
        sort=sort if sort in get_args(Sort) else "relevance",  # type: ignore[arg-type]  # just checked
        page=min(int(page), MOST_PAGE) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
        is_exact=not category_page and arguments.get("exact") == "1",
    )


def band_of(value: str) -> tuple[int, int | None] | None:
    """Read a price band, in pennies: from the first to below the second.

    >>> band_of("250-500"), band_of("1000-"), band_of("cheap")
    ((250, 500), (1000, None), None)
    """
    match = _BAND.fullmatch(value)
    if match is None:
        return None
    low, high = int(match[1]), int(match[2]) if match[2] else None
    return (low, high) if high is None or low < high else None


def _values(facet: Facet, given: Iterable[str]) -> tuple[str, ...]:
    values = dict.fromkeys(text for value in given if (text := one_line(value[:256])[:64].strip()))
    if facet == "price":
        return tuple(value for value in values if band_of(value))[:MOST_CHOSEN]
    if facet == "rating":
        return tuple(value for value in values if value in RATINGS)[-1:]
    return tuple(values)[:MOST_CHOSEN]
