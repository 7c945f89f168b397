"""The routes of visitors: a server's key alone opens them."""

from collections.abc import Iterator
from dataclasses import dataclass

from storefront.api.route import Call, Reply, Route
from storefront.api.visitors.schema import HistoryQuery, VisitorExport, VisitorHistory
from storefront.api.visitors.visitor_records import VisitorRecords

TAG = "Visitors"


@dataclass(frozen=True, slots=True)
class VisitorViews:
    """Answers the routes of visitors."""

    records: VisitorRecords

    def history(self, call: Call, visitor: str) -> VisitorHistory:
        """Return what a visitor did."""
        return self.records.history(visitor, call.query)

    def export(self, call: Call, visitor: str) -> VisitorExport:  # noqa: ARG002
        """Return all that is kept of a visitor."""
        return self.records.export(visitor)

    def forget(self, call: Call, visitor: str) -> Reply:  # noqa: ARG002
        """Erase a visitor."""
        self.records.forget(visitor)
        return Reply(status=204)


def visitor_routes(views: VisitorViews) -> Iterator[Route]:
    """Yield the routes of visitors."""
    yield Route(
        method="GET",
        path="/visitors/{visitor}/history",
        name="getHistory",
        tag=TAG,
        summary="What a visitor did",
        handle=views.history,
        query=HistoryQuery,
        answers={200: VisitorHistory},
    )
    yield Route(
        method="GET",
        path="/visitors/{visitor}/export",
        name="exportVisitor",
        tag=TAG,
        summary="All that is kept of a visitor",
        handle=views.export,
        answers={200: VisitorExport},
    )
    yield Route(
        method="DELETE",
        path="/visitors/{visitor}",
        name="forgetVisitor",
        tag=TAG,
        summary="Erase a visitor",
        description="Basket, ratings and the rest are gone at once; models and lists forget the visitor when the "
        "learner has read it, mostly within a second. Somebody who is unknown is erased just the same.",
        handle=views.forget,
        answers={204: None},
    )
