"""What the routes of search take and answer."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from online_models.schema.own_visitors import OwnVisitor
from storefront.api.lists.schema import ListedItem

Text = Annotated[str, Meta(min_length=1, max_length=200, description="What the visitor typed.")]
_Facet = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(max_length=20)]


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A search.

    ``category`` (its slug), ``color`` and ``price`` (``250-500``, in the smallest unit; the second may be left out)
    may be given several times: any of them will do.
    """

    q: Text
    visitor: OwnVisitor | None = None
    category: _Facet = ()
    color: _Facet = ()
    price: Annotated[tuple[Annotated[str, Meta(pattern=r"^[0-9]{1,9}-[0-9]{0,9}\Z")], ...], Meta(max_length=20)] = ()
    sort: Literal["relevance", "price", "price-desc", "top-rated", "newest"] = "relevance"
    page: Annotated[int, Meta(ge=1, le=200, description="From 1; a page has 48 items.")] = 1


class SearchedItem(ListedItem, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An item that was found, with its stars."""

    stars: float = 0.0
    ratings: int = 0


class SearchResults(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One page of what was found.

    Attributes
    ----------
    total
        How many items pass text and filters.
    corrected
        The text as it was probably meant, where that was searched for instead.
    is_relaxed, is_by_meaning
        Whether only most of the words were found, or items near in meaning.
    is_personal
        Whether the visitor's taste has sorted it.
    """

    items: tuple[SearchedItem, ...]
    total: int
    page: int
    pages: int
    corrected: str = ""
    is_relaxed: bool = False
    is_by_meaning: bool = False
    is_personal: bool = False


class AutocompleteQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is being typed."""

    q: Text
    visitor: OwnVisitor | None = None
    count: Annotated[int, Meta(ge=1, le=20, description="How many suggestions at most.")] = 8


class SuggestedCategory(msgspec.Struct, frozen=True, kw_only=True):
    """A category to offer."""

    category: str
    name: str
    size: int


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """What to offer while somebody types: whole searches, categories, items."""

    texts: tuple[str, ...]
    categories: tuple[SuggestedCategory, ...]
    items: tuple[ListedItem, ...]
