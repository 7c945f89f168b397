"""Finds, filters, sorts and pages: one engine for the search page, the categories and the suggestions."""

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from online_models.schema.events import VisitorId
from online_models.schema.product import Product
from storefront.search.facets import Option, filter_docs
from storefront.search.finding import Answer, Scores, answer
from storefront.search.highlight import Span, matched_spans
from storefront.search.index.columns import Columns, DocIds, Mask, StarColumns, StarTable
from storefront.search.index.index_holder import IndexedCatalog, IndexHolder
from storefront.search.index.words import Words, parse
from storefront.search.selection import Facet, Selection
from storefront.search.taste import Taste, Tastes
from storefront.serving.catalog import ShopCatalog

PAGE = 48


@dataclass(frozen=True, slots=True)
class Hit:
    """A product on a page of results, with its matched words and its stars."""

    product: Product
    spans: tuple[Span, ...] = ()
    stars: float = 0.0
    ratings: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    Attributes
    ----------
    total
        How many products pass text and filters.
    unfiltered
        How many match the text, or are in the category.
    corrected
        The text as it was probably meant; empty if words were found as typed.
    as_typed
        Where another text was probably meant: how many products the text as typed finds.
    is_relaxed
        Whether only most of the words were found.
    is_by_meaning
        Whether products are among them that are near in meaning, whatever their words.
    is_personal
        Whether the visitor's taste has sorted it.
    has_stars
        Whether any product of the shop has stars.
    """

    selection: Selection
    hits: tuple[Hit, ...] = ()
    total: int = 0
    unfiltered: int = 0
    options: dict[Facet, tuple[Option, ...]] = field(default_factory=dict)
    corrected: str = ""
    as_typed: int = 0
    is_relaxed: bool = False
    is_by_meaning: bool = False
    is_personal: bool = False
    has_stars: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to offer while somebody types: whole searches, categories by slug, products."""

    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()


class Search:
    """The shop's search."""

    def __init__(self, indexes: IndexHolder, stars: StarTable, tastes: Tastes) -> None:
        self._indexes = indexes
        self._stars = stars
        self._tastes = tastes

    def prepare(self) -> None:
        """See to it that a new version's index is fetched."""
        self._indexes.prepare()

    def browse(self, selection: Selection) -> Results:
        """Show a category."""
        columns = self._indexes.browse().columns
        base = columns.category.among(frozenset((selection.category_page,)))
        return self._results(selection, columns, base, Scores(columns))

    def find(self, selection: Selection, visitor: VisitorId) -> Results:
        """Answer a search. The order is the visitor's own unless they want another; all its pages have the same.

        What the visitor has dismissed comes last, but where they sort by price, stars or age.
        """
        indexed = self._indexes.search()
        answered = answer(indexed, parse(selection.text), selection.is_exact)
        found = answered.found
        base = np.zeros(indexed.columns.size, bool)
        base[found.docs] = True
        base &= indexed.columns.listed
        scores = Scores(indexed.columns, found, self._tastes.dismissed(visitor))
        taste = None
        if selection.sort == "relevance" and len(found.docs):
            taste = self._tastes.hold(visitor, selection.text, indexed.catalog)
        return self._results(selection, indexed.columns, base, scores, taste, indexed=indexed, answered=answered)

    def suggest(self, text: str, visitor: VisitorId, most: int = 8) -> Suggestions:
        """Offer whole words, categories and products for what is being typed, at most so many together.

        None of the products is one that the visitor has dismissed; whoever searches finds it all the same.
        """
        indexed, words = self._indexes.search(), parse(text, is_typing=True)
        if not words.terms:
            return Suggestions()
        slugs = _categories_named(indexed.catalog, words)[:2]
        completed = _completed(indexed, words)[:3]
        answered = answer(indexed, words)
        found = answered.found
        taste = self._tastes.read(visitor, indexed.catalog)
        listed = found.docs[indexed.columns.listed[found.docs]]
        order = Scores(indexed.columns, found).sort(np.sort(listed), taste)
        room = most - len(slugs) - len(completed)
        stars = self._stars.read(indexed.columns)
        dismissed, products = self._tastes.dismissed(visitor), indexed.columns.products
        wanted = islice((doc for doc in order.tolist() if products[doc].item not in dismissed), room)
        hits = tuple(_hit(indexed.columns, stars, doc, answered.words, indexed) for doc in wanted)
        return Suggestions(tuple(completed), tuple(slugs), hits)

    def _results(
        self,
        selection: Selection,
        columns: Columns,
        base: Mask,
        scores: Scores,
        taste: Taste | None = None,
        *,
        indexed: IndexedCatalog | None = None,
        answered: Answer | None = None,
    ) -> Results:
        stars = self._stars.read(columns)
        filtered = filter_docs(columns, stars.mean, selection, base)
        docs = np.flatnonzero(filtered.mask)
        if answered is not None and selection.sort in ("relevance", "plain"):
            order = scores.sort(docs, taste)
        else:
            order = _ordered(docs, columns, stars, selection)
        start = (selection.page - 1) * PAGE
        words = answered.words if answered else None
        results = Results(
            selection=selection,
            hits=tuple(_hit(columns, stars, doc, words, indexed) for doc in order[start : start + PAGE].tolist()),
            total=len(docs),
            unfiltered=int(base.sum()),
            options=filtered.options,
            is_personal=bool(taste),
            has_stars=bool(stars.count.any()),
        )
        if answered is None:
            return results
        return replace(
            results,
            corrected=answered.corrected,
            as_typed=answered.as_typed,
            is_relaxed=answered.is_relaxed,
            is_by_meaning=answered.is_by_meaning,
        )


def _ordered(docs: DocIds, columns: Columns, stars: StarColumns, selection: Selection) -> DocIds:
    keys: NDArray[Any]
    match selection.sort:
        case "price":
            keys = columns.price[docs]
        case "price-desc":
            keys = -columns.price[docs]
        case "top-rated":
            keys = -stars.sorting[docs]
        case "newest":
            keys = -columns.since[docs]
        case _:
            return docs
    return docs[np.lexsort((docs, keys))]


def _hit(columns: Columns, stars: StarColumns, doc: int, words: Words | None, indexed: IndexedCatalog | None) -> Hit:
    product = columns.products[doc]
    spans = matched_spans(product.title, words, indexed.text.stem) if words and indexed else []
    return Hit(product, tuple(spans), float(stars.mean[doc]), int(stars.count[doc]))


def _completed(indexed: IndexedCatalog, words: Words) -> list[str]:
    """Write the text with its last word completed, in the ways that most products have."""
    last, before = words.terms[-1], words.text.rpartition(" ")[0]
    whole: dict[str, str] = {}
    for term in indexed.text.complete(words, 12):
        if len(term) > 2 and term.isalpha() and term not in (last, f"{last}s", f"{last}es"):
            whole.setdefault(indexed.text.stem(term), term)
    return [f"{before} {term}".strip() for term in whole.values()]


def _categories_named(catalog: ShopCatalog, words: Words) -> list[str]:
    """Name the categories in whose name every term begins a word."""
    named = []
    for category in catalog.categories:
        name = " " + " ".join(parse(category.name).terms)
        if all(f" {term}" in name for term in words.terms):
            named.append(category.slug)
    return named
