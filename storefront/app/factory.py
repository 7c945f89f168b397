"""Makes a storefront: connects its backends, builds each feature from what it needs, and binds it all to Flask."""

import logging
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from connections.picture_hosts import allowed_hosts, missing_hosts
from online_models.schema import messages
from online_models.schema.product import Product, all_pictures
from storefront.accounts.sign_ins import DAY
from storefront.api.mount import PREFIX, Mount
from storefront.app.api import build_api
from storefront.app.features import build_blueprints
from storefront.app.own_segments import OwnSegments
from storefront.app.path_prefix import PathPrefix
from storefront.app.services import Services
from storefront.app.wiring import build_services
from storefront.cookie_scope import CookieScope
from storefront.extensions import socketio
from storefront.limits.leaky_buckets import RateLimit
from storefront.production import exemptions, read_served_settings
from storefront.security import csrf
from storefront.security import headers as security
from storefront.security.bounded_json import BoundedJSONProvider, SocketJSON
from storefront.security.own_hosts import HostCheck, OwnHosts
from storefront.security.own_origin import OverHttps
from storefront.security.proxy_proof import ProxyProof
from storefront.settings import CONSOLE, StorefrontSettings
from storefront.visitor_state.visitors import read_secret
from storefront.web.account import page as account_page
from storefront.web.live import catch_up
from storefront.web.live.caller import Identify
from storefront.web.live.engine import Engine
from storefront.web.live.gate import SocketGate, by_cookie
from storefront.web.live.later_acks import LaterAcks
from storefront.web.live.operators_room import OperatorsRoom
from storefront.web.live.push import TextPacket
from storefront.web.live.reports import Reports
from storefront.web.live.rooms import rooms_of
from storefront.web.live.socket import SocketHandlers
from storefront.web.live.vouched import AddressProof
from storefront.web.live.websocket import WebSockets
from storefront.web.rendering import errors, formatting, fragment_cache, frame, languages
from storefront.web.rendering.assets import Assets
from storefront.web.rendering.cooperative_rendering import CooperativeEnvironment
from storefront.web.rendering.one_segment import OneSegment
from storefront.web.rendering.response_cache import ResponseCache
from storefront.web.seo import page_metadata
from storefront.workers import call_later_by

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

PICTURE_HOSTS_NAMED = 20
MOST_BYTES_OF_A_MESSAGE = 64 * 1024
PING_SECONDS, PONG_SECONDS = 25, 20
STATIC = Path(__file__).parents[1] / "static"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make a storefront.

    ``config`` may hold, besides Flask's own settings: ``SETTINGS`` (else the environment is read), and
    ``SERVING_READER``, ``EVENT_PUBLISHER``, ``VIEWED``, ``LIMITS``, ``DELAYS`` in place of Redis and Kafka,
    ``DATABASE`` (a `Database`), ``PASSWORDS`` (`Passwords`), ``MAIL`` (a `Mail`), ``TRANSLATIONS`` (a
    folder), ``MESSAGE_QUEUE`` (a Redis address; an empty one joins no other process), ``SOCKET_MODE`` (Socket.IO's
    async mode), ``CALL_LATER`` (calls a function after so many seconds), ``START_ASIDE`` (runs what no request waits
    for), ``PATIENCE`` (seconds that a page waits for the learner at most), ``NOW`` (the clock of sign-ins, of links in
    emails and of events).
    """
    app = Flask("storefront", static_folder=None)
    settings = _configure(app, config or {})
    services = build_services(app.config, settings)
    bind = partial(services.build, app=app)
    app.extensions["event_publisher"] = services["publisher"]
    app.extensions["outbox"] = services["outbox"]
    app.extensions["housekeeping"] = services["housekeeping"]
    # Before any request comes in: those that came while the first one loaded it would find the shop empty.
    _check_pictures(services["reader"].read_catalog().products.values(), settings.picture_hosts)

    _bind_rendering(app, settings.language)
    services["figures"].bind(app)
    Assets(STATIC).bind(app)
    security.bind(app, tls=settings.tls, picture_hosts=settings.picture_hosts)
    csrf.bind(app)
    services["visitors"].bind(app)
    scope = CookieScope(settings.tls, settings.prefix)
    services["authenticator"].bind(app, idle=settings.session_idle_days * DAY, scope=scope)
    bind(account_page.bind)
    bind(frame.bind)
    bind(page_metadata.bind)
    fragment_cache.bind(app)
    errors.bind(app)
    for blueprint in build_blueprints(services, app.config, settings):
        app.register_blueprint(blueprint)

    _bind_sockets(app, settings, services)
    # Flask's own documented way to wrap an application.
    app.wsgi_app = _wrapped(app.wsgi_app, settings, services)  # type: ignore[method-assign, assignment]
    return app


def _wrapped(application: "WSGIApplication", settings: StorefrontSettings, services: Services) -> "WSGIApplication":
    """Put around Flask and Socket.IO what holds for both, the outermost last."""
    application = ResponseCache(application, services["figures"].count_kept)
    application = Mount(build_api(services, partial(services["figures"].bind, prefix=PREFIX)), application)
    application = security.OtherAnswers(HostCheck(application, OwnHosts(settings.own_hosts)), tls=settings.tls)
    application = OwnSegments(application)
    if settings.prefix:
        application = PathPrefix(application, settings.prefix)
    if settings.tls:
        application = OverHttps(application)
    if hops := settings.trusted_proxies:
        application = ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops)
    if settings.proxy_secret:
        application = ProxyProof(application, settings.proxy_secret)
    return application


def _configure(app: Flask, config: Mapping[str, Any]) -> StorefrontSettings:
    app.config.from_mapping(MAX_CONTENT_LENGTH=256 * 1024, MAX_FORM_MEMORY_SIZE=128 * 1024, MAX_FORM_PARTS=200)
    app.config.from_mapping(config)
    settings: StorefrontSettings = app.config.get("SETTINGS") or read_served_settings(os.environ)
    logging.getLogger("storefront").setLevel(settings.log_level)
    app.config["SECRET_KEY"] = read_secret(settings.secret, settings.home)
    app.config["SECRET_KEY_FALLBACKS"] = list(settings.secret_old)
    if settings.demo:
        log.warning("Demo mode: this shop is for trying on one machine. Do not open it to others.")
    for exemption in exemptions(settings):
        log.warning("%s", exemption)
    if settings.mail != CONSOLE and not settings.address:
        log.warning("Links in emails lead to %s: set RIVERFRONT_ADDRESS to the shop's own.", settings.public_address)
    return settings


def _check_pictures(products: Iterable[Product], allowed: Sequence[str]) -> None:
    hosts = missing_hosts(all_pictures(products), allowed_hosts(allowed))
    if hosts:
        shown = ",".join(hosts[:PICTURE_HOSTS_NAMED])
        log.warning("Browsers do not show pictures on %s: RIVERFRONT_PICTURE_HOSTS does not name them.", shown)


def _bind_rendering(app: Flask, language: str) -> None:
    app.jinja_environment = CooperativeEnvironment
    app.url_map.converters["default"] = OneSegment
    languages.bind(app, language)
    formatting.bind(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json = BoundedJSONProvider(app)


def _bind_sockets(app: Flask, settings: StorefrontSettings, services: Services) -> None:
    # Given loggers, Socket.IO writes by the process' own handler.
    for name in ("socketio.server", "engineio.server"):
        logging.getLogger(name).setLevel(logging.ERROR)
    rooms = rooms_of(app.config.get("MESSAGE_QUEUE", settings.redis), messages.PUSH_CHANNEL)
    proof = services.build(AddressProof, otherwise=by_cookie(app, services["visitors"]))
    rooms.answered = lambda answered: services["push_causes"].note(*answered)
    socketio.init_app(
        app,
        async_mode=app.config.get("SOCKET_MODE", "gevent"),
        async_handlers=False,
        cors_allowed_origins=proof.is_origin_allowed,
        manage_session=False,
        client_manager=rooms,
        json=SocketJSON,
        serializer=TextPacket,
        logger=logging.getLogger("socketio.server"),
        engineio_logger=logging.getLogger("engineio.server"),
        max_http_buffer_size=MOST_BYTES_OF_A_MESSAGE,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
    )
    build, now = services.build, app.config.get("NOW", time.time)
    manager = socketio.server.manager
    manager.operators_room = build(OperatorsRoom, start=socketio.start_background_task)
    # Socket.IO would do this with the first connection, which could then miss a push.
    manager.initialize()
    socketio.server.manager_initialized = True
    gate = _bind_gate(app, services, proof)
    build(SocketHandlers, gate=gate).bind(socketio)
    limit = RateLimit(catch_up.PER_SECOND, catch_up.BURST)
    build(catch_up.CatchUp, page_state=build(catch_up.PageState), limit=limit, now=now).bind(socketio)
    LaterAcks(socketio.server).bind()
    build(Reports, server=socketio.server, now=now).bind()


def _bind_gate(app: Flask, services: Services, identify: Identify) -> SocketGate:
    """Put the gate before Engine.IO, and what the shop has in place of its parts into it."""
    later = app.config.get("CALL_LATER") or call_later_by(app.config.get("SOCKET_MODE", "gevent"))
    count = services["figures"].count_socket
    build = partial(services.build, later=later, count_socket=count, most_bytes=MOST_BYTES_OF_A_MESSAGE)
    gate = build(SocketGate, application=app.wsgi_app, identify=identify)
    app.wsgi_app = gate  # type: ignore[method-assign]  # Flask's own documented way to wrap an application
    websockets = build(WebSockets, idle=PING_SECONDS + PONG_SECONDS)
    engine = Engine(socketio.server, gate, websockets, later)
    engine.bind()
    app.extensions["socket_engine"] = engine
    return gate
