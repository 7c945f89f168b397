"""Makes a storefront: names the concrete parts, wires them, and binds blueprints and extensions."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from online_models import messages
from storefront import (
    basket,
    categories,
    errors,
    formatting,
    health,
    home,
    interactions,
    live,
    ops,
    pages,
    pictures,
    products,
    recommendations,
    security,
)
from storefront.assets import Assets
from storefront.circuit import Circuit, connect
from storefront.csrf import FormTokens
from storefront.database.connection import Database
from storefront.dismissals import Dismissals
from storefront.event_publisher import KafkaEventPublisher
from storefront.extensions import socketio
from storefront.intake import Intake
from storefront.lists import Lists
from storefront.patience import PatientEnvironment, remember_addresses
from storefront.rate_limit import RateLimit
from storefront.serving_reader import RedisServingReader
from storefront.settings import Settings, read_settings
from storefront.shop import EXTENSION, Shop
from storefront.spool import Spool
from storefront.visitor_numbers import BASKET, RATINGS, RedisVisitorNumbers
from storefront.visitors import Visitors, read_secret

STATIC = Path(__file__).parent / "static"
MODULES = (home, categories, products, basket, interactions, recommendations, pictures, ops, health)

CATCH_UPS_PER_SECOND, CATCH_UPS_BURST = 0.5, 20
"""How often one visitor's pages may ask for all their lists: at each connection, and when they wake."""


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make a storefront.

    ``config`` may hold, besides Flask's own settings: ``SETTINGS`` (a `Settings`; else the environment is read), and
    ``SERVING_READER``, ``EVENT_PUBLISHER``, ``BASKETS``, ``RATINGS`` in place of Redis and Kafka, ``DATABASE`` (a
    `Database`), ``MESSAGE_QUEUE`` (a Redis address; an empty one joins no other process), ``SOCKET_MODE`` (Socket.IO's
    async mode).
    """
    app = Flask(__name__, static_folder=None)
    app.jinja_environment = PatientEnvironment
    app.config.from_mapping(MAX_CONTENT_LENGTH=256 * 1024)
    app.config.from_mapping(config or {})
    settings: Settings = app.config.get("SETTINGS") or read_settings()
    logging.getLogger("storefront").setLevel(settings.log_level)
    app.config["SECRET_KEY"] = read_secret(settings.secret, settings.home)
    parts = _wire(app, settings)
    app.extensions[EXTENSION] = parts
    app.jinja_env.filters.update(price=formatting.price, count=formatting.count)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app)
    remember_addresses(app)
    Assets(STATIC).bind(app)
    security.bind(app, tls=settings.tls)
    parts.visitors.bind(app)
    pages.bind(app)
    errors.bind(app)
    for module in MODULES:
        app.register_blueprint(module.blueprint)

    socketio.init_app(
        app,
        async_mode=app.config.get("SOCKET_MODE", "gevent"),
        async_handlers=False,
        manage_session=False,
        message_queue=app.config.get("MESSAGE_QUEUE", settings.redis) or None,
        channel=messages.PUSH_CHANNEL,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask's own documented way to wrap an application
    return app


def _wire(app: Flask, settings: Settings) -> Shop:
    config = app.config
    redis = connect(settings.redis)
    circuit = Circuit()
    secret = str(config["SECRET_KEY"])
    reader = config.get("SERVING_READER") or RedisServingReader(redis, circuit)
    baskets = config.get("BASKETS") or RedisVisitorNumbers(redis, BASKET, circuit)
    ratings = config.get("RATINGS") or RedisVisitorNumbers(redis, RATINGS, circuit)
    publisher = config.get("EVENT_PUBLISHER") or KafkaEventPublisher(
        settings.kafka, Spool(settings.spool, settings.spool_bytes)
    )
    dismissals = Dismissals()
    return Shop(
        settings=settings,
        visitors=Visitors(secret, secure=settings.tls),
        form_tokens=FormTokens(secret),
        reader=reader,
        lists=Lists(reader, dismissals),
        baskets=baskets,
        ratings=ratings,
        publisher=publisher,
        intake=Intake(
            publisher=publisher,
            reader=reader,
            baskets=baskets,
            ratings=ratings,
            dismissals=dismissals,
            limit=RateLimit(settings.events_per_second, settings.events_burst),
            tell=live.tell,
        ),
        database=config.get("DATABASE") or Database(settings.database),
        catch_ups=RateLimit(CATCH_UPS_PER_SECOND, CATCH_UPS_BURST),
    )
