"""Lists made for a request: what is asked, who makes it, and what is answered."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from online_models.schema.events import Item, Pennies, RankingId
from online_models.schema.own_visitors import OwnVisitor, visitor_of
from online_models.schema.requested_list import MOST_EXCLUDED, MOST_ITEMS, MOST_VALUES, ListFilter, ListRequest
from storefront.api.keys.api_key import Scope
from storefront.api.lists.schema import Count, ItemList, ListedItem, listed
from storefront.api.problems import Problem, ProblemType
from storefront.api.route import Call, Route
from storefront.serving.requested_lists import NoList, RequestedLists
from storefront.serving.serving_reader import ServingReader

COST = 4
"""Ready lists that a made one counts as."""

RETRY_SECONDS = 1

_Word = Annotated[str, Meta(min_length=1, max_length=128)]


class RequestFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which items may be in the list: those that keep to all that is said."""

    categories: Annotated[
        tuple[_Word, ...], Meta(max_length=MOST_VALUES, description="The item is in one of these categories.")
    ] = ()
    tags: Annotated[tuple[_Word, ...], Meta(max_length=MOST_VALUES, description="The item has all of these tags.")] = ()
    min_price: Annotated[Pennies | None, Meta(description="In the smallest unit of the currency, included.")] = None
    max_price: Annotated[Pennies | None, Meta(description="In the smallest unit of the currency, included.")] = None
    in_stock: Annotated[
        bool, Meta(description="Without preorders and backorders. What is sold out is never listed.")
    ] = False


class RecommendationRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a list is made from. All of it may be left out."""

    visitor: Annotated[OwnVisitor | None, Meta(description="Whose history counts, where it is known.")] = None
    session: Annotated[
        tuple[Item, ...],
        Meta(max_length=MOST_ITEMS, description="Items of the present visit, oldest first. They need not be known."),
    ] = ()
    item: Annotated[Item | None, Meta(description="The item on the page.")] = None
    basket: Annotated[tuple[Item, ...], Meta(max_length=MOST_ITEMS, description="Items in the basket.")] = ()
    exclude: Annotated[tuple[Item, ...], Meta(max_length=MOST_EXCLUDED, description="Items to leave out.")] = ()
    count: Count = 24
    filter: RequestFilter = RequestFilter()
    explain: Annotated[bool, Meta(description="Say what each model adds to the score of each item.")] = False


class MadeListItem(ListedItem, frozen=True, kw_only=True, omit_defaults=True, gc=True):
    """An item, and where it comes from.

    ``source`` is the model's source that added most to its score; ``scores`` says what each one added, where that was
    asked.
    """

    source: str = ""
    scores: dict[str, float] = msgspec.field(default_factory=dict)


class MadeItemList(ItemList, frozen=True, kw_only=True, omit_defaults=True):
    """A list that was made for the request. It is as long as was asked for while that many items may be in it."""

    items: tuple[MadeListItem, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeLists:
    """Answers the route of lists that are made."""

    requested_lists: RequestedLists
    reader: ServingReader

    def make(self, call: Call) -> MadeItemList:
        """Have a list made, and wait for it. Raises `Problem`."""
        asked: RecommendationRequest = call.body
        call.charge(COST - 1)
        name = RankingId(f"made.{uuid.uuid4().hex}")
        request = ListRequest(
            ranking_id=name,
            visitor=None if asked.visitor is None else visitor_of(asked.visitor),
            session=asked.session,
            item=asked.item,
            basket=asked.basket,
            exclude=asked.exclude,
            count=asked.count,
            filter=msgspec.convert(asked.filter, ListFilter, from_attributes=True),
            explain=asked.explain,
        )
        try:
            made = self.requested_lists.make(request)
        except NoList as error:
            if error.problem == "failed":
                raise Problem(ProblemType.INTERNAL) from error
            raise Problem(
                ProblemType.UNAVAILABLE, "No list was made in time. Ready lists are there.", retry_after=RETRY_SECONDS
            ) from error
        catalog, items = self.reader.read_catalog(), []
        for one in made.items:
            product = catalog.product(one.item)
            if product is not None and not product.is_sold_out:
                plain = listed(product, one.reason, one.score)
                fields = {field: getattr(plain, field) for field in plain.__struct_fields__}
                items.append(MadeListItem(**fields, source=one.member, scores=one.scores))
        return MadeItemList(
            ranking_id=name,
            surface="api",
            items=tuple(items),
            is_personal=bool(asked.visitor or asked.session or asked.item or asked.basket),
            ranked_at=made.ranked_at,
        )


def made_list_routes(views: MadeLists) -> Iterator[Route]:
    """Yield the route of lists that are made when they are asked for."""
    yield Route(
        method="POST",
        path="/recommendations",
        name="makeRecommendations",
        tag="Lists",
        scope=Scope.SERVER,
        summary="Recommendations made for this request",
        description="For an anonymous visit given as items, for a basket, for the item on the page, or for a known "
        "visitor. Filters are applied before the best are chosen: as many come as were asked for while the catalog has "
        f"that many. It counts as {COST} requests.",
        handle=views.make,
        body=RecommendationRequest,
        answers={200: MadeItemList},
    )
