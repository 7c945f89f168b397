"""The routes of ready lists."""

from collections.abc import Iterator
from dataclasses import dataclass

from online_models.schema.events import ItemId
from storefront.api.keys.api_key import Scope
from storefront.api.lists.ready_lists import ReadyLists
from storefront.api.lists.schema import ItemList, ListName, ListQuery, SharedListQuery
from storefront.api.problems import ProblemType, fail
from storefront.api.route import Call, Route
from storefront.serving.serving_reader import ServingReader

TAG = "Lists"


@dataclass(frozen=True, slots=True)
class ListViews:
    """Answers the routes of lists."""

    lists: ReadyLists
    reader: ServingReader

    def recommendations(self, call: Call, visitor: str) -> ItemList:
        """Return a visitor's own list."""
        return self.lists.recommendations(visitor, call.query)

    def similar(self, call: Call, item: ItemId) -> ItemList:
        """Return items that are similar to one."""
        self._check(item)
        return self.lists.similar(item, call.query)

    def bought_together(self, call: Call, item: ItemId) -> ItemList:
        """Return items that are taken together with one."""
        self._check(item)
        return self.lists.bought_together(item, call.query)

    def shared(self, call: Call, name: ListName) -> ItemList:
        """Return a list of the whole shop."""
        by_name = {"trending": self.lists.trending, "top-rated": self.lists.top_rated, "new": self.lists.new}
        return by_name[name](call.query)

    def _check(self, item: ItemId) -> None:
        if self.reader.read_catalog().product(item) is None:
            fail(ProblemType.UNKNOWN_ITEM, field="item")


def list_routes(views: ListViews) -> Iterator[Route]:
    """Yield the routes of lists. Each is read with a browser's key, too."""
    yield Route(
        method="GET",
        path="/visitors/{visitor}/recommendations",
        name="getRecommendations",
        tag=TAG,
        scope=Scope.BROWSER,
        summary="A visitor's recommendations",
        description="The list that the models made after the visitor's last event. Whoever is unknown gets what is "
        "trending. It is ready when it is asked for.",
        handle=views.recommendations,
        query=ListQuery,
        answers={200: ItemList},
        has_etag=True,
        is_ready=True,
    )
    yield Route(
        method="GET",
        path="/items/{item}/similar",
        name="getSimilarItems",
        tag=TAG,
        scope=Scope.BROWSER,
        summary="Items similar to an item",
        handle=views.similar,
        query=SharedListQuery,
        answers={200: ItemList},
        has_etag=True,
        is_ready=True,
    )
    yield Route(
        method="GET",
        path="/items/{item}/bought-together",
        name="getItemsBoughtTogether",
        tag=TAG,
        scope=Scope.BROWSER,
        summary="Items that are taken together with an item",
        handle=views.bought_together,
        query=SharedListQuery,
        answers={200: ItemList},
        has_etag=True,
        is_ready=True,
    )
    yield Route(
        method="GET",
        path="/lists/{name}",
        name="getList",
        tag=TAG,
        scope=Scope.BROWSER,
        summary="What is trending, top rated or new",
        handle=views.shared,
        query=SharedListQuery,
        answers={200: ItemList},
        has_etag=True,
        is_ready=True,
    )
