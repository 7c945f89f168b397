"""The routes of search and autocomplete."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from online_models.schema.events import VisitorId
from online_models.schema.own_visitors import visitor_of
from storefront.api.keys.api_key import Scope
from storefront.api.lists.schema import listed
from storefront.api.route import Call, Route
from storefront.api.search.schema import (
    AutocompleteQuery,
    SearchedItem,
    SearchQuery,
    SearchResults,
    Suggested,
    SuggestedCategory,
)
from storefront.search.engine import Hit, Search
from storefront.search.selection import read_selection
from storefront.serving.serving_reader import ServingReader

TAG = "Search"
NOBODY = VisitorId("nobody")
"""Who searches without a name: nothing is kept of them."""


@dataclass(frozen=True, slots=True)
class SearchApiViews:
    """Answers the routes of search."""

    search: Search
    reader: ServingReader

    def find(self, call: Call) -> SearchResults:
        """Return a page of what a search finds."""
        query: SearchQuery = call.query
        self.search.prepare()
        arguments = [("q", query.q), ("sort", query.sort), ("page", str(query.page))]
        facets = {"category": query.category, "colour": query.color, "price": query.price}
        arguments += [(name, value) for name, values in facets.items() for value in values]
        selection = read_selection(MultiDict(arguments))
        if not selection.text:
            return SearchResults(items=(), total=0, page=query.page, pages=1)
        found = self.search.find(selection, _visitor(query.visitor))
        return SearchResults(
            items=tuple(_searched(hit) for hit in found.hits),
            total=found.total,
            page=query.page,
            pages=found.pages,
            corrected=found.corrected,
            is_relaxed=found.is_relaxed,
            is_by_meaning=found.is_by_meaning,
            is_personal=found.is_personal and query.visitor is not None,
        )

    def complete(self, call: Call) -> Suggested:
        """Return what to offer for a text that is being typed."""
        query: AutocompleteQuery = call.query
        self.search.prepare()
        text = read_selection(MultiDict([("q", query.q)])).text
        found = self.search.suggest(text, _visitor(query.visitor), query.count)
        categories = filter(None, map(self.reader.read_catalog().category, found.categories))
        return Suggested(
            texts=found.words[: query.count],
            categories=tuple(SuggestedCategory(category=one.slug, name=one.name, size=one.size) for one in categories),
            items=tuple(listed(hit.product) for hit in found.hits),
        )


def search_routes(views: SearchApiViews) -> Iterator[Route]:
    """Yield the routes of search. Each is read with a browser's key, too."""
    yield Route(
        method="GET",
        path="/search",
        name="search",
        tag=TAG,
        scope=Scope.BROWSER,
        summary="Search the catalog",
        description="Words are found in any form, with slips of the finger corrected, else by meaning.",
        handle=views.find,
        query=SearchQuery,
        answers={200: SearchResults},
    )
    yield Route(
        method="GET",
        path="/autocomplete",
        name="autocomplete",
        tag=TAG,
        scope=Scope.BROWSER,
        summary="Suggestions while somebody types",
        handle=views.complete,
        query=AutocompleteQuery,
        answers={200: Suggested},
    )


def _visitor(own_id: str | None) -> VisitorId:
    return NOBODY if own_id is None else visitor_of(own_id)


def _searched(hit: Hit) -> SearchedItem:
    item = listed(hit.product)
    fields = {name: getattr(item, name) for name in item.__struct_fields__}
    return SearchedItem(**fields, stars=round(hit.stars, 2), ratings=hit.ratings)
