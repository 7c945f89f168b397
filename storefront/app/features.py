"""Every feature's blueprint, built from what it needs."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint

from storefront.accounts.account_store import AccountStore
from storefront.accounts.address_links import AddressLinks
from storefront.accounts.emails import AccountEmails
from storefront.accounts.preferences import AccountPreferences
from storefront.accounts.reset_links import ResetLinks
from storefront.accounts.visitor_data import Deletion
from storefront.app.wiring import Backends, Events, People, Stores, build_passwords, connect_mail
from storefront.limits.sign_in_guard import SignInGuard
from storefront.orders.checkout import Checkout
from storefront.reviews.history import RatingHistory
from storefront.reviews.product_reviews import ProductReviews
from storefront.search.engine import Search
from storefront.search.index.index_holder import IndexHolder, start_aside
from storefront.search.stars import StarTable
from storefront.settings import StorefrontSettings
from storefront.web.account import auth, devices, email_confirmation, own_data, password_reset, profile
from storefront.web.account.page import PasswordAttempts
from storefront.web.basket import routes as basket
from storefront.web.catalog import categories, home, pictures, products, recommendations
from storefront.web.catalog.product_page import ProductPage
from storefront.web.live import interactions
from storefront.web.live.open_pages import tell
from storefront.web.operations import health, metrics, ops
from storefront.web.orders import routes as orders
from storefront.web.reviews import history
from storefront.web.reviews import routes as reviews
from storefront.web.search import routes as search_routes
from storefront.web.why import routes as why
from storefront.web.why.overview import OverviewReader


def catalog_blueprints(
    config: Mapping[str, Any],
    settings: StorefrontSettings,
    backends: Backends,
    stores: Stores,
    people: People,
    events: Events,
) -> Iterator[Blueprint]:
    """Yield the features of the catalog: lists, search, categories, products and their reviews."""
    reader, lists, visitors = backends.reader, stores.lists, people.visitors
    start = config.get("START_ASIDE", start_aside)
    search = Search(IndexHolder(reader, settings.home / "search", start), StarTable(reader), stores.tastes)
    page = ProductPage(reader, lists, visitors, backends.ratings, backends.viewed, ProductReviews(stores.reviews))
    yield home.create_blueprint(reader=reader, lists=lists, visitors=visitors)
    yield search_routes.create_blueprint(
        search_routes.SearchViews(search, reader, lists, visitors, limits=backends.limits)
    )
    yield categories.create_blueprint(reader=reader, search=search)
    yield products.create_blueprint(products.ProductViews(page, visitors, events.intake, events.allowance))
    yield history.add_history(
        reviews.create_blueprint(
            reviews.ReviewViews(
                page=page,
                reviews=stores.reviews,
                ratings=backends.ratings,
                limits=backends.limits,
                intake=events.intake,
                event_allowance=events.allowance,
            )
        ),
        history=RatingHistory(backends.ratings, stores.star_record, stores.reviews),
        reader=reader,
        visitors=visitors,
    )
    yield recommendations.create_blueprint(
        recommendations.RecommendationViews(reader, lists, backends.baskets, visitors)
    )
    yield pictures.create_blueprint(reader=reader)


def shopping_blueprints(
    config: Mapping[str, Any], backends: Backends, stores: Stores, people: People, events: Events
) -> Iterator[Blueprint]:
    """Yield what visitors do: the basket, orders, events, and the page about their recommendations."""
    reader, lists, visitors = backends.reader, stores.lists, people.visitors
    checkout = Checkout(
        orders=stores.orders, baskets=backends.baskets, reader=reader, publisher=backends.publisher, tell=tell
    )
    yield basket.create_blueprint(
        basket.BasketViews(
            visitors=visitors,
            checkout=checkout,
            baskets=backends.baskets,
            viewed=backends.viewed,
            lists=lists,
            intake=events.intake,
            event_allowance=events.allowance,
        )
    )
    yield orders.create_blueprint(
        orders.OrderViews(
            visitors=visitors,
            checkout=checkout,
            orders=stores.orders,
            ratings=backends.ratings,
            reader=reader,
            lists=lists,
            intake=events.intake,
            event_allowance=events.allowance,
        )
    )
    yield interactions.create_blueprint(
        interactions.InteractionViews(visitors, people.authenticator, events.intake, events.allowance)
    )
    yield why.create_blueprint(
        why.WhyViews(
            overviews=OverviewReader(reader, lists, backends.ratings, stores.dismissals),
            reader=reader,
            publisher=backends.publisher,
            visitors=visitors,
            intake=events.intake,
            event_allowance=events.allowance,
            patience=config.get("PATIENCE", why.PATIENCE),
        )
    )


def operations_blueprints(
    settings: StorefrontSettings, backends: Backends, people: People, events: Events
) -> Iterator[Blueprint]:
    """Yield what operators and machines ask."""
    yield ops.create_blueprint(reader=backends.reader, visitors=people.visitors, operators=people.operators)
    yield metrics.create_blueprint(figures=events.figures, operators=people.operators, token=settings.metrics_token)
    yield health.create_blueprint(reader=backends.reader, publisher=backends.publisher)


def account_blueprints(
    config: Mapping[str, Any],
    settings: StorefrontSettings,
    backends: Backends,
    stores: Stores,
    people: People,
    events: Events,
) -> Iterator[Blueprint]:
    """Yield the pages of accounts."""
    authenticator, known_devices, limits = people.authenticator, people.devices, backends.limits
    accounts, passwords = AccountStore(backends.database), build_passwords(config)
    emails = AccountEmails(connect_mail(config, settings))
    address_links = AddressLinks(backends.database, config.get("NOW", time.time))
    preferences = AccountPreferences(backends.database, backends.publisher)
    guard = SignInGuard(limits, backends.delays, events.figures.count_sign_in)
    attempts = PasswordAttempts(passwords, guard, known_devices)
    confirmations = email_confirmation.ConfirmationRequests(
        accounts=accounts,
        address_links=address_links,
        passwords=passwords,
        emails=emails,
        limits=limits,
        public_address=settings.public_address,
        are_required=bool(settings.confirm_addresses),
    )
    yield auth.create_blueprint(
        auth.AuthViews(authenticator, accounts, passwords, attempts, confirmations, known_devices)
    )
    yield email_confirmation.create_blueprint(
        email_confirmation.EmailConfirmationViews(
            authenticator=authenticator,
            accounts=accounts,
            address_links=address_links,
            attempts=attempts,
            emails=emails,
            devices=known_devices,
            confirmations=confirmations,
        )
    )
    yield password_reset.create_blueprint(
        password_reset.PasswordResetViews(
            authenticator=authenticator,
            accounts=accounts,
            passwords=passwords,
            reset_links=ResetLinks([*settings.secret_old, str(config["SECRET_KEY"])], accounts),
            emails=emails,
            limits=limits,
            devices=known_devices,
            public_address=settings.public_address,
        )
    )
    yield profile.create_blueprint(
        profile.ProfileViews(authenticator, accounts, preferences, backends.reader, stores.lists, events.allowance)
    )
    yield devices.create_blueprint(
        devices.DeviceViews(authenticator, accounts, passwords, people.sign_ins, attempts, limits, emails)
    )
    deletion = Deletion(people.visitor_stores, accounts, backends.publisher, authenticator.end_all)
    exports = own_data.AccountExport(
        database=backends.database,
        address_links=address_links,
        preferences=preferences,
        sign_ins=people.sign_ins,
        ratings=backends.ratings,
        baskets=backends.baskets,
        viewed=backends.viewed,
        lists=stores.lists,
    )
    yield own_data.create_blueprint(own_data.OwnDataViews(authenticator, attempts, deletion, exports))
