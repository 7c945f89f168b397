"""What the features are built from: Redis, Kafka and the database or their stand-ins, and the services on top."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connections.circuit import Circuit
from connections.redis_client import connect
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.mail import ConsoleMail, Mail, SmtpMail
from storefront.accounts.passwords import GeventWorkers, Passwords, run_here
from storefront.accounts.sign_ins import DAY, SignInStore
from storefront.accounts.visitor_data import AccountMerge
from storefront.database.connection import Database
from storefront.events.event_publisher import EventPublisher
from storefront.events.intake import Intake, IntakeStores
from storefront.events.kafka_connection import connect_by
from storefront.events.spool import Spool
from storefront.extensions import socketio
from storefront.limits.connections import Connections
from storefront.limits.delays import Delays
from storefront.limits.event_allowance import EventAllowance
from storefront.limits.leaky_buckets import RateLimit
from storefront.limits.limits import Limits
from storefront.orders.order_store import OrderStore
from storefront.reviews.author import has_account
from storefront.reviews.review_store import ReviewStore
from storefront.reviews.star_record import StarRecord
from storefront.search.tastes import Tastes
from storefront.security.known_devices import Devices
from storefront.security.operators import Operators
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.settings import CONSOLE, StorefrontSettings
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_numbers import BASKET, RATINGS, VisitorNumbers
from storefront.visitor_state.visitor_store import VisitorStore
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.open_pages import hang_up, tell
from storefront.web.operations.gauges import Gauges
from storefront.web.operations.metrics_registry import MetricsRegistry


@dataclass(frozen=True, slots=True)
class Backends:
    """What outlives the process: Redis, Kafka and the database, or what the configuration has in their place."""

    reader: ServingReader
    baskets: VisitorNumbers
    ratings: VisitorNumbers
    viewed: Viewed
    publisher: EventPublisher
    database: Database
    limits: Limits
    delays: Delays


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores on top of the backends, and the lists that pages read."""

    orders: OrderStore
    reviews: ReviewStore
    star_record: StarRecord
    dismissals: Dismissals
    tastes: Tastes
    lists: Lists


@dataclass(frozen=True, slots=True)
class People:
    """Who is there: visitors, those of them who are signed in, and the operators."""

    visitors: VisitorCookies
    sign_ins: SignInStore
    authenticator: Authenticator
    devices: Devices
    operators: Operators
    visitor_stores: tuple[VisitorStore, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """What takes events in, bounds them and counts them."""

    intake: Intake
    allowance: EventAllowance
    figures: MetricsRegistry
    connections: Connections


def connect_backends(config: Mapping[str, Any], settings: StorefrontSettings) -> Backends:
    """Connect to the servers, but for what the configuration brings itself."""
    redis, circuit = connect(settings.redis), Circuit()
    publisher = config.get("EVENT_PUBLISHER") or EventPublisher(
        settings.kafka, Spool(settings.spool, settings.spool_bytes), connect_by(settings.kafka_client)
    )
    return Backends(
        reader=config.get("SERVING_READER") or ServingReader(redis, circuit),
        baskets=config.get("BASKETS") or VisitorNumbers(redis, BASKET, circuit),
        ratings=config.get("RATINGS") or VisitorNumbers(redis, RATINGS, circuit),
        viewed=config.get("VIEWED") or Viewed(redis, circuit),
        publisher=publisher,
        database=config.get("DATABASE") or Database(settings.database),
        limits=config.get("LIMITS") or Limits(redis, circuit),
        delays=config.get("DELAYS") or Delays(redis, circuit),
    )


def build_stores(backends: Backends) -> Stores:
    """Build the stores."""
    reviews, dismissals = ReviewStore(backends.database), Dismissals()
    return Stores(
        orders=OrderStore(backends.database),
        reviews=reviews,
        star_record=StarRecord(reviews, socketio.start_background_task, has_account),
        dismissals=dismissals,
        tastes=Tastes(backends.reader, backends.baskets, backends.ratings, backends.viewed),
        lists=Lists(backends.reader, dismissals),
    )


def build_people(config: Mapping[str, Any], settings: StorefrontSettings, backends: Backends, stores: Stores) -> People:
    """Build what knows visitors and accounts again."""
    secret = str(config["SECRET_KEY"])
    keys = [*settings.secret_old, secret]
    by_visitor: tuple[VisitorStore, ...] = (
        backends.baskets,
        backends.ratings,
        backends.viewed,
        stores.tastes,
        stores.dismissals,
        stores.orders,
        stores.star_record,
        stores.reviews,
    )
    visitors = VisitorCookies(keys, secure=settings.tls)
    sign_ins = SignInStore(backends.database, settings.session_idle_days * DAY, settings.session_days * DAY)
    now = config.get("NOW", time.time)
    account_merge = AccountMerge(by_visitor, backends.publisher)
    authenticator = Authenticator(sign_ins, visitors, account_merge, secret, hang_up, now)
    visitors.ask_first(authenticator.visitor)
    return People(
        visitors=visitors,
        sign_ins=sign_ins,
        authenticator=authenticator,
        devices=Devices(keys, secure=settings.tls),
        operators=Operators(settings.ops_open),
        visitor_stores=by_visitor,
    )


def build_events(config: Mapping[str, Any], settings: StorefrontSettings, backends: Backends, stores: Stores) -> Events:
    """Build the way in for events, and the figures that count them."""
    figures, connections = MetricsRegistry(), Connections(settings.sockets_per_address)
    figures.add(Gauges(backends.reader, backends.publisher, backends.database, connections))
    intake = Intake(
        publisher=backends.publisher,
        reader=backends.reader,
        stores=IntakeStores(backends.baskets, backends.ratings, stores.star_record, backends.viewed, stores.dismissals),
        limit=RateLimit(settings.events_per_second, settings.events_burst),
        tell=tell,
        count=figures.count_event,
        now=config.get("NOW", time.time),
    )
    return Events(intake, EventAllowance(backends.limits, settings.events_per_address), figures, connections)


def build_passwords(config: Mapping[str, Any]) -> Passwords:
    """Build what hashes passwords, away from the hub where gevent serves."""
    is_gevent = config.get("SOCKET_MODE", "gevent") == "gevent"
    return config.get("PASSWORDS") or Passwords(GeventWorkers() if is_gevent else run_here)


def connect_mail(config: Mapping[str, Any], settings: StorefrontSettings) -> Mail:
    """Return where emails go."""
    if config.get("MAIL"):
        mail: Mail = config["MAIL"]
        return mail
    if settings.mail == CONSOLE:
        return ConsoleMail()
    return SmtpMail(settings.mail, settings.mail_from, socketio.start_background_task)
