"""Makes a storefront: names the concrete parts, wires them, and binds blueprints and extensions."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from connections.circuit import Circuit
from connections.redis_client import connect
from online_models.schema import messages
from storefront.accounts.account_store import AccountStore
from storefront.accounts.address_links import AddressLinks
from storefront.accounts.deletion import Deletion
from storefront.accounts.emails import Letters
from storefront.accounts.identity import Identity
from storefront.accounts.mail import ConsoleMail, Mail, SmtpMail
from storefront.accounts.merging import Joining
from storefront.accounts.parts import Accounts
from storefront.accounts.passwords import GeventWorkers, Passwords, run_here
from storefront.accounts.preference_store import PreferenceStore
from storefront.accounts.reset_links import ResetLinks
from storefront.accounts.sign_ins import DAY, SignInStore
from storefront.app.shop import EXTENSION, Shop
from storefront.database.connection import Database
from storefront.events.event_publisher import EventPublisher, KafkaEventPublisher
from storefront.events.intake import Intake
from storefront.events.kafka_connection import connect_by
from storefront.events.spool import Spool
from storefront.extensions import socketio
from storefront.orders.checkout import Checkout
from storefront.orders.order_store import OrderStore
from storefront.reviews.author import has_account
from storefront.reviews.product_reviews import Shelf
from storefront.reviews.review_store import ReviewStore
from storefront.reviews.star_record import StarRecord
from storefront.search.engine import Search
from storefront.search.index.shelves import Shelves, start_aside
from storefront.search.stars import StarTable
from storefront.search.tastes import Tastes
from storefront.security import csrf
from storefront.security import headers as security
from storefront.security.bounded_json import BoundedJSONProvider, SocketJSON
from storefront.security.connections import Connections
from storefront.security.delays import RedisDelays
from storefront.security.event_allowance import EventAllowance
from storefront.security.known_devices import Devices
from storefront.security.limits import RedisLimits
from storefront.security.rate_limit import RateLimit
from storefront.security.sign_in_guard import SignInGuard
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import RedisServingReader
from storefront.settings import CONSOLE, StorefrontSettings, read_settings
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.viewed import RedisViewed
from storefront.visitor_state.visitor_numbers import BASKET, RATINGS, RedisVisitorNumbers
from storefront.visitor_state.visitor_store import Keeper
from storefront.visitor_state.visitors import Visitors, read_secret
from storefront.web.account import auth as entrance
from storefront.web.account import devices as account_devices
from storefront.web.account import email_confirmation as openings
from storefront.web.account import own_data, profile
from storefront.web.account import password_reset as resets
from storefront.web.basket import routes as basket
from storefront.web.catalog import categories, home, pictures, products, recommendations
from storefront.web.live import interactions, reports
from storefront.web.live import socket as live
from storefront.web.live.push import TextPacket
from storefront.web.live.shared_rooms import rooms_of
from storefront.web.operations import health, metrics, ops
from storefront.web.operations.figures import Figures
from storefront.web.operations.gauges import Gauges
from storefront.web.orders import routes as order_pages
from storefront.web.rendering import errors, formatting, languages, reasons
from storefront.web.rendering import fragment_cache as kept
from storefront.web.rendering import frame as pages
from storefront.web.rendering.assets import Assets
from storefront.web.rendering.cooperative_rendering import CooperativeEnvironment
from storefront.web.rendering.one_segment import OneSegment
from storefront.web.rendering.response_cache import ResponseCache
from storefront.web.reviews import routes as review_pages
from storefront.web.search import routes as search
from storefront.web.why import routes as why
from storefront.web.why.overview import Accounts as WhyAccounts

log = logging.getLogger(__name__)

MOST_BYTES_OF_A_MESSAGE = 64 * 1024
STATIC = Path(__file__).parents[1] / "static"
MODULES = (
    home,
    search,
    categories,
    products,
    review_pages,
    basket,
    order_pages,
    interactions,
    recommendations,
    pictures,
    ops,
    metrics,
    health,
    entrance,
    openings,
    resets,
    profile,
    account_devices,
    own_data,
    why,
)

CATCH_UPS_PER_SECOND, CATCH_UPS_BURST = 0.5, 20
"""How often one visitor's pages may ask for all their lists: at each connection, and when they wake."""


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make a storefront.

    ``config`` may hold, besides Flask's own settings: ``SETTINGS`` (else the environment is read), and
    ``SERVING_READER``, ``EVENT_PUBLISHER``, ``BASKETS``, ``RATINGS``, ``VIEWED``, ``LIMITS``, ``DELAYS`` in place of
    Redis and Kafka, ``DATABASE`` (a `Database`), ``PASSWORDS`` (`Passwords`), ``MAIL`` (a `Mail`), ``TRANSLATIONS`` (a
    folder), ``MESSAGE_QUEUE`` (a Redis address; an empty one joins no other process), ``SOCKET_MODE`` (Socket.IO's
    async mode), ``START_ASIDE`` (runs what no request waits for), ``PATIENCE`` (seconds that a page waits for the
    learner at most), ``NOW`` (the clock of sign-ins and of links
    in letters).
    """
    app = Flask("storefront", static_folder=None)
    app.jinja_environment = CooperativeEnvironment
    app.url_map.converters["default"] = OneSegment
    app.config.from_mapping(MAX_CONTENT_LENGTH=256 * 1024, MAX_FORM_MEMORY_SIZE=128 * 1024, MAX_FORM_PARTS=200)
    app.config.from_mapping(config or {})
    settings: StorefrontSettings = app.config.get("SETTINGS") or read_settings()
    logging.getLogger("storefront").setLevel(settings.log_level)
    app.config["SECRET_KEY"] = read_secret(settings.secret, settings.home)
    app.config["SECRET_KEY_FALLBACKS"] = list(settings.secret_old)
    if settings.demo:
        log.warning("Demo mode: this shop is for trying on one machine. Do not open it to others.")
    if settings.mail != CONSOLE and not settings.address:
        log.warning("Links in letters lead to %s: set RIVERFRONT_ADDRESS to the shop's own.", settings.public_address)
    parts = _wire(app, settings)
    app.extensions[EXTENSION] = parts
    languages.bind(app)
    formatting.bind(app)
    reasons.bind(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json = BoundedJSONProvider(app)
    parts.figures.bind(app)
    Assets(STATIC).bind(app)
    security.bind(app, tls=settings.tls, hosts=settings.hosts)
    csrf.bind(app)
    parts.visitors.bind(app)
    parts.accounts.identity.bind(app, idle=settings.session_idle_days * DAY, tls=settings.tls)
    pages.bind(app)
    kept.bind(app)
    errors.bind(app)
    for module in MODULES:
        app.register_blueprint(module.blueprint)

    socketio.init_app(
        app,
        async_mode=app.config.get("SOCKET_MODE", "gevent"),
        async_handlers=False,
        manage_session=False,
        client_manager=rooms_of(app.config.get("MESSAGE_QUEUE", settings.redis), messages.PUSH_CHANNEL),
        json=SocketJSON,
        serializer=TextPacket,
        max_http_buffer_size=MOST_BYTES_OF_A_MESSAGE,
        ping_interval=25,
        ping_timeout=20,
    )
    reports.bind(socketio.server, parts)
    # Flask's own documented way to wrap an application.
    app.wsgi_app = ResponseCache(app.wsgi_app, parts.figures.count_kept)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _wire(app: Flask, settings: StorefrontSettings) -> Shop:
    config = app.config
    redis = connect(settings.redis)
    circuit = Circuit()
    secret = str(config["SECRET_KEY"])
    keys = [*settings.secret_old, secret]
    reader = config.get("SERVING_READER") or RedisServingReader(redis, circuit)
    baskets = config.get("BASKETS") or RedisVisitorNumbers(redis, BASKET, circuit)
    ratings = config.get("RATINGS") or RedisVisitorNumbers(redis, RATINGS, circuit)
    viewed = config.get("VIEWED") or RedisViewed(redis, circuit)
    database = config.get("DATABASE") or Database(settings.database)
    orders, reviews = OrderStore(database), ReviewStore(database)
    star_record = StarRecord(reviews, socketio.start_background_task, has_account)
    publisher = config.get("EVENT_PUBLISHER") or KafkaEventPublisher(
        settings.kafka, Spool(settings.spool, settings.spool_bytes), connect_by(settings.kafka_client)
    )
    # One that has counted nothing yet is empty, and so false.
    limits = RedisLimits(redis, circuit) if config.get("LIMITS") is None else config["LIMITS"]
    delays = RedisDelays(redis, circuit) if config.get("DELAYS") is None else config["DELAYS"]
    dismissals = Dismissals()
    visitors = Visitors(keys, secure=settings.tls)
    figures, connections = Figures(), Connections(settings.sockets_per_address)
    figures.add(Gauges(reader, publisher, database, connections))
    lists = Lists(reader, dismissals)
    tastes = Tastes(reader, baskets, ratings, viewed)
    keepers: tuple[Keeper, ...] = (baskets, ratings, viewed, tastes, dismissals, orders, star_record, reviews)
    return Shop(
        settings=settings,
        visitors=visitors,
        accounts=_wire_accounts(config, settings, database, visitors, keepers, publisher),
        reader=reader,
        lists=lists,
        why=WhyAccounts(reader, lists, ratings, dismissals),
        baskets=baskets,
        ratings=ratings,
        viewed=viewed,
        publisher=publisher,
        intake=Intake(
            publisher=publisher,
            reader=reader,
            baskets=baskets,
            ratings=ratings,
            star_record=star_record,
            viewed=viewed,
            dismissals=dismissals,
            limit=RateLimit(settings.events_per_second, settings.events_burst),
            tell=live.tell,
            count=figures.count_event,
        ),
        search=Search(
            Shelves(reader, settings.home / "search", config.get("START_ASIDE", start_aside)),
            StarTable(reader),
            tastes,
        ),
        database=database,
        limits=limits,
        event_allowance=EventAllowance(limits, settings.events_per_address),
        connections=connections,
        figures=figures,
        devices=Devices(keys, secure=settings.tls),
        sign_in_guard=SignInGuard(limits, delays, figures.count_sign_in),
        orders=orders,
        checkout=Checkout(orders=orders, baskets=baskets, reader=reader, publisher=publisher, tell=live.tell),
        reviews=reviews,
        shelf=Shelf(reviews),
        star_record=star_record,
        now=time.time,
        catch_ups=RateLimit(CATCH_UPS_PER_SECOND, CATCH_UPS_BURST),
    )


def _wire_accounts(
    config: Mapping[str, Any],
    settings: StorefrontSettings,
    database: Database,
    visitors: Visitors,
    keepers: tuple[Keeper, ...],
    publisher: EventPublisher,
) -> Accounts:
    is_gevent = config.get("SOCKET_MODE", "gevent") == "gevent"
    sign_ins = SignInStore(database, settings.session_idle_days * DAY, settings.session_days * DAY)
    store, now = AccountStore(database), config.get("NOW", time.time)
    identity = Identity(sign_ins, visitors, Joining(keepers, publisher), live.hang_up, now)
    visitors.ask_first(identity.visitor)
    return Accounts(
        store=store,
        sign_ins=sign_ins,
        passwords=config.get("PASSWORDS") or Passwords(GeventWorkers() if is_gevent else run_here),
        identity=identity,
        preferences=PreferenceStore(database),
        letters=Letters(config.get("MAIL") or _mail(settings)),
        reset_links=ResetLinks([*settings.secret_old, str(config["SECRET_KEY"])], store),
        address_links=AddressLinks(database, now),
        deletion=Deletion(keepers, store, publisher, identity.end_all),
    )


def _mail(settings: StorefrontSettings) -> Mail:
    if settings.mail == CONSOLE:
        return ConsoleMail()
    return SmtpMail(settings.mail, settings.mail_from, socketio.start_background_task)
