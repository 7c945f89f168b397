"""Every route of the API, built from what it needs."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flask import Flask

from storefront.api.application import create_api
from storefront.api.documents import add_document
from storefront.api.events.event_status import EventStatusReader
from storefront.api.events.known_events import KnownEvents
from storefront.api.events.routes import EventViews, event_routes
from storefront.api.events.taking import EventDesk
from storefront.api.fast_lane import FastLane
from storefront.api.idempotency import IdempotencyKeys
from storefront.api.items.routes import ItemViews, item_routes
from storefront.api.lists.made_lists import MadeLists, made_list_routes
from storefront.api.lists.ready_lists import ReadyLists
from storefront.api.lists.routes import ListViews, list_routes
from storefront.api.route import Route
from storefront.api.search.routes import SearchApiViews, search_routes
from storefront.api.visitors.routes import VisitorViews, visitor_routes
from storefront.api.visitors.visitor_records import VisitorRecords
from storefront.app.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build_api(services: Services, watch: Callable[[Flask], object]) -> "WSGIApplication":
    """Build the API's application, with a watch that times what it answers."""
    routes = list(build_routes(services))
    api = create_api(routes, services["credentials"], watch)
    add_document(api, routes)
    return FastLane(api, routes, services["credentials"], services["figures"].count_kept)


def build_routes(services: Services) -> Iterator[Route]:
    """Yield the routes of every part of the API, in the order of the document."""
    build = services.build
    known_events, keys, lists = build(KnownEvents), build(IdempotencyKeys), build(ReadyLists)
    desk, statuses = build(EventDesk, known_events=known_events), build(EventStatusReader, known_events=known_events)
    yield from event_routes(build(EventViews, desk=desk, idempotency_keys=keys, statuses=statuses))
    yield from list_routes(build(ListViews, lists=lists))
    yield from made_list_routes(build(MadeLists))
    yield from item_routes(build(ItemViews))
    yield from search_routes(build(SearchApiViews))
    yield from visitor_routes(build(VisitorViews, records=build(VisitorRecords, lists=lists)))
