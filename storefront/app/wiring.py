"""Builds the services: Redis, Kafka and the database or their stand-ins, and on top of them what features need."""

import math
import time
from collections.abc import Mapping
from typing import Any

from connections.circuit import Circuit
from connections.redis_client import connect
from online_models.schema import keyspace
from storefront.accounts.account_store import AccountStore
from storefront.accounts.address_links import AddressLinks
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import AccountEmails
from storefront.accounts.mail import ConsoleMail, Mail, SmtpMail
from storefront.accounts.passwords import AT_ONCE as HASHES_AT_ONCE
from storefront.accounts.passwords import Passwords
from storefront.accounts.preferences import AccountPreferences
from storefront.accounts.reset_links import ResetLinks
from storefront.accounts.sign_ins import DAY, SignInStore
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.accounts.two_factor.secret_box import SecretBox
from storefront.accounts.visitor_data import AccountMerge, Deletion
from storefront.api.keys.credentials import Credentials
from storefront.api.keys.key_ring import KeyRing
from storefront.api.keys.key_store import KeyStore
from storefront.api.keys.visitor_tokens import VisitorTokens
from storefront.app.housekeeping import Housekeeping
from storefront.app.services import Services
from storefront.catalog_writing.catalog_topic import CatalogTopic
from storefront.catalog_writing.catalog_writer import CatalogWriter
from storefront.database.connection import Database
from storefront.events.effects import Effects
from storefront.events.event_publisher import EventPublisher
from storefront.events.intake import Intake
from storefront.events.kafka_connection import connect_by
from storefront.events.outbox import EventOutbox
from storefront.events.spool_folder import SpoolFolder
from storefront.extensions import socketio
from storefront.limits.connections import Connections
from storefront.limits.delays import Delays
from storefront.limits.event_allowance import EventAllowance
from storefront.limits.leaky_buckets import RateLimit
from storefront.limits.limits import Limits
from storefront.limits.message_allowance import MessageAllowance, Rate
from storefront.limits.network_digest import NetworkDigest
from storefront.limits.network_keys import NetworkKeys
from storefront.limits.push_causes import PushCauses
from storefront.limits.sign_in_guard import CODES, SignInGuard
from storefront.orders.checkout import Checkout
from storefront.orders.order_store import OrderStore
from storefront.reviews.own_stars import OwnStars
from storefront.reviews.product_reviews import ProductReviews
from storefront.reviews.review_store import ReviewStore
from storefront.search.engine import Search
from storefront.search.index.columns import StarTable
from storefront.search.index.index_holder import IndexHolder, start_aside
from storefront.search.taste import Tastes
from storefront.security.known_devices import Devices
from storefront.security.operators import Operators
from storefront.serving.lists import Lists
from storefront.serving.requested_lists import RequestedLists
from storefront.serving.serving_reader import ServingReader
from storefront.settings import CONSOLE, StorefrontSettings
from storefront.visitor_state.applied_events import AppliedEvents
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.erasure_receipts import ErasureReceipts
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.redis_move import RedisMove
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitors import VisitorCookies
from storefront.visitor_state.wishes import Wishes
from storefront.web.live.interactions import HttpEvents
from storefront.web.live.socket import hang_up, tell
from storefront.web.operations.gauges import Gauges
from storefront.web.operations.metrics_registry import MetricsRegistry
from storefront.web.seo.site_address import SiteAddress
from storefront.workers import GeventWorkers, Workers, run_here

COMMITS_AT_ONCE = 2

TABLES = ("baskets", "reviews", "dismissals", "wishes", "orders", "applied_events")
"""What moves to an account at sign-in, and goes with its deletion, in one transaction of the database."""

STORES = ("viewed", "tastes")
"""What does so elsewhere."""


def build_services(config: Mapping[str, Any], settings: StorefrontSettings) -> Services:
    """Build all services, in the order in which they need one another."""
    secret, now = str(config["SECRET_KEY"]), config.get("NOW", time.time)
    keys = [*settings.secret_old, secret]
    services = connect_backends(config, settings)
    add, build = services.update, services.build
    add(secret=secret, now=now, tell=tell, hang_up=hang_up, public_address=settings.public_address)
    secure, prefix = settings.tls, settings.prefix
    add(site_address=SiteAddress(settings.public_address if settings.address else ""))
    add(profiling=ProfilingChoice(secure=secure, prefix=prefix))
    add(network_digest=NetworkDigest(secret, services["network_keys"]))

    add(outbox=build(EventOutbox, now=now), belongings=build(BelongingsReader))
    add(baskets=Baskets(), reviews=build(ReviewStore), own_stars=build(OwnStars))
    add(dismissals=build(Dismissals), wishes=Wishes(), applied_events=AppliedEvents(), orders=build(OrderStore))
    add(
        stars=build(StarTable),
        tastes=build(Tastes),
        lists=build(Lists, varies=settings.varied_lists),
        checkout=build(Checkout),
    )
    indexes = build(IndexHolder, folder=settings.home / "search", start=config.get("START_ASIDE", start_aside))
    add(search=build(Search, indexes=indexes), product_reviews=build(ProductReviews))
    add(catalog_writer=config.get("CATALOG_WRITER") or build(CatalogWriter))

    add(visitors=VisitorCookies(keys, secure=secure, prefix=prefix), effects=build(Effects))
    add(tables=tuple(services[name] for name in TABLES), stores=tuple(services[name] for name in STORES))
    idle, absolute = settings.session_idle_days * DAY, settings.session_days * DAY
    add(sign_ins=build(SignInStore, idle=idle, absolute=absolute), account_merge=build(AccountMerge))
    add(authenticator=build(Authenticator, hang_up=hang_up, now=now))
    services["visitors"].ask_first(services["authenticator"].visitor)

    add(figures=MetricsRegistry(), connections=Connections(settings.sockets, settings.sockets_per_address))
    services["figures"].add(build(Gauges))
    limit = RateLimit(settings.events_per_second, settings.events_burst)
    count = services["figures"].count_event
    add(push_causes=PushCauses(now))
    add(intake=build(Intake, limit=limit, start=socketio.start_background_task, count=count, now=now))
    add(event_allowance=build(EventAllowance, per_second=settings.events_per_address))
    add(message_allowance=build_message_allowance(settings))
    add(events=build(HttpEvents))

    add(
        accounts=build(AccountStore),
        devices=Devices(keys, secure=secure, prefix=prefix),
        preferences=build(AccountPreferences),
    )
    add(address_links=build(AddressLinks, now=now), reset_links=ResetLinks(keys, services["accounts"]))
    add(emails=AccountEmails(connect_mail(config, settings)), passwords=build_passwords(config))
    add(factors=build(SecondFactors, box=SecretBox(keys), now=now))
    add(operators=Operators(settings.ops_open, services["factors"].is_on))
    move = RedisMove(services["redis"], services["database"])
    chores = services["factors"].seal_again, services["network_keys"].drop_old
    add(housekeeping=Housekeeping(services["database"], move, now, *chores))
    count = services["figures"].count_sign_in
    add(guard=build(SignInGuard, count=count), code_guard=build(SignInGuard, count=count, guessed=CODES))
    add(erasure_receipts=ErasureReceipts(keys))
    add(key_store=build(KeyStore, now=now))
    add(key_ring=KeyRing(services["key_store"]))
    add(visitor_tokens=build(VisitorTokens, secrets=keys, now=now))
    add(credentials=build(Credentials))
    add(deletion=build(Deletion, store=services["accounts"], end_all=services["authenticator"].end_all))
    return services


def connect_backends(config: Mapping[str, Any], settings: StorefrontSettings) -> Services:
    """Connect to what outlives the process, but for what the configuration has in its place."""
    redis, circuit = connect(settings.redis), Circuit()
    publisher = config.get("EVENT_PUBLISHER") or connect_publisher(config, settings)
    return Services(
        reader=config.get("SERVING_READER") or ServingReader(redis, circuit),
        requested_lists=config.get("REQUESTED_LISTS") or RequestedLists(settings.redis),
        viewed=config.get("VIEWED") or Viewed(redis, circuit),
        publisher=publisher,
        redis=redis,
        catalog_topic=CatalogTopic(settings.cluster_at(settings.kafka), connect_by(settings.kafka_client)),
        database=config.get("DATABASE") or Database(settings.database, _workers(config, COMMITS_AT_ONCE)),
        limits=config.get("LIMITS") or Limits(redis, circuit),
        delays=config.get("DELAYS") or Delays(redis, circuit),
        network_keys=config.get("NETWORK_KEYS") or NetworkKeys(redis, circuit),
    )


def connect_publisher(config: Mapping[str, Any], settings: StorefrontSettings) -> EventPublisher:
    """Return what publishes events. It waits for the spool's disk in one thread aside."""
    spools = SpoolFolder(settings.spool, settings.spool_bytes)
    return EventPublisher(
        settings.cluster_at(settings.kafka),
        spools.own,
        connect_by(settings.kafka_client),
        impressions=keyspace.IMPRESSIONS.name,
        workers=_workers(config, at_once=1),
        orphans=spools.claim_orphans,
    )


def build_message_allowance(settings: StorefrontSettings) -> MessageAllowance:
    """Allow four times the messages that a page, or a network, may send events: events over it are told so."""
    of_page = Rate(math.ceil(4 * settings.events_per_second), 4 * settings.events_burst)
    # All pages of a network may come back at once, with a few messages each.
    of_network = Rate(2 * settings.events_per_address, max(8 * settings.sockets_per_address, 4 * settings.events_burst))
    return MessageAllowance(of_page, of_network, opened_a_minute=2 * settings.sockets_per_address)


def build_passwords(config: Mapping[str, Any]) -> Passwords:
    """Build what hashes and judges passwords, away from the hub where gevent serves."""
    return config.get("PASSWORDS") or Passwords(_workers(config, HASHES_AT_ONCE), _workers(config, at_once=1))


def _workers(config: Mapping[str, Any], at_once: int) -> Workers:
    return GeventWorkers(at_once) if config.get("SOCKET_MODE", "gevent") == "gevent" else run_here


def connect_mail(config: Mapping[str, Any], settings: StorefrontSettings) -> Mail:
    """Return where emails go."""
    if config.get("MAIL"):
        mail: Mail = config["MAIL"]
        return mail
    if settings.mail == CONSOLE:
        return ConsoleMail()
    return SmtpMail(settings.mail, settings.mail_from, socketio.start_background_task)
