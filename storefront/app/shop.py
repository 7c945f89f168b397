"""Everything a page needs, wired once per application by the factory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from storefront.accounts.parts import Accounts
from storefront.database.connection import Database
from storefront.events.event_publisher import EventPublisher
from storefront.events.intake import Intake
from storefront.orders.checkout import Checkout
from storefront.orders.order_store import OrderStore
from storefront.reviews.product_reviews import Shelf
from storefront.reviews.review_store import ReviewStore
from storefront.reviews.star_record import StarRecord
from storefront.search.engine import Search
from storefront.security.connections import Connections
from storefront.security.event_allowance import EventAllowance
from storefront.security.known_devices import Devices
from storefront.security.limits import Limits
from storefront.security.rate_limit import RateLimit
from storefront.security.sign_in_guard import SignInGuard
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.settings import StorefrontSettings
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_numbers import VisitorNumbers
from storefront.visitor_state.visitors import Visitors
from storefront.web.operations.figures import Figures
from storefront.web.why.overview import Accounts as WhyAccounts

EXTENSION = "riverfront"


@dataclass(frozen=True, slots=True)
class Shop:
    """The parts of one storefront."""

    settings: StorefrontSettings
    visitors: Visitors
    accounts: Accounts
    reader: ServingReader
    lists: Lists
    why: WhyAccounts
    baskets: VisitorNumbers
    ratings: VisitorNumbers
    viewed: Viewed
    publisher: EventPublisher
    intake: Intake
    search: Search
    database: Database
    figures: Figures
    limits: Limits
    event_allowance: EventAllowance
    connections: Connections
    devices: Devices
    sign_in_guard: SignInGuard
    orders: OrderStore
    checkout: Checkout
    reviews: ReviewStore
    shelf: Shelf
    star_record: StarRecord
    now: Callable[[], float]
    catch_ups: RateLimit


def shop() -> Shop:
    """Return the parts of the application that answers this request."""
    return cast(Shop, current_app.extensions[EXTENSION])
