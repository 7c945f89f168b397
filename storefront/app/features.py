"""Every feature's blueprint, built from what it needs."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint

from storefront.app.services import Services
from storefront.settings import StorefrontSettings
from storefront.web.account import (
    auth,
    devices,
    email_confirmation,
    own_data,
    password_reset,
    profile,
    second_step,
    two_step,
)
from storefront.web.account.page import CodeAttempts, PasswordAttempts
from storefront.web.api_page import routes as api_page
from storefront.web.basket import routes as basket
from storefront.web.catalog import products, taste_picker
from storefront.web.catalog import routes as catalog
from storefront.web.catalog.home import HomeReader
from storefront.web.catalog.products import ProductPage
from storefront.web.languages import routes as languages
from storefront.web.live import interactions
from storefront.web.operations import key_page
from storefront.web.operations import routes as operations
from storefront.web.orders import routes as orders
from storefront.web.reviews import routes as reviews
from storefront.web.search import routes as search
from storefront.web.seo import routes as seo
from storefront.web.snippet import routes as snippet
from storefront.web.tour import routes as tour
from storefront.web.why import routes as why
from storefront.web.why.overview import OverviewReader
from storefront.web.wishlist import routes as wishlist

SNIPPET = Path(__file__).parents[1] / "static" / "vendor" / "riverfront"


def build_blueprints(
    services: Services, config: Mapping[str, Any], settings: StorefrontSettings
) -> Iterator[Blueprint]:
    """Yield the blueprint of every feature."""
    build = services.build
    page = build(ProductPage, reviews=services["product_reviews"])
    yield catalog.create_blueprint(build(catalog.CatalogViews, home_page=build(HomeReader)))
    yield taste_picker.create_blueprint(build(taste_picker.TastePickerViews))
    yield search.create_blueprint(build(search.SearchViews))
    yield seo.create_blueprint(build(seo.SeoViews))
    yield languages.create_blueprint(languages.LanguageViews(secure=settings.tls))
    yield products.create_blueprint(build(products.ProductViews, page=page))
    yield reviews.create_blueprint(build(reviews.ReviewViews, page=page))

    yield snippet.create_blueprint(snippet.SnippetViews(SNIPPET))
    yield tour.create_blueprint(build(tour.TourViews))
    yield basket.create_blueprint(build(basket.BasketViews))
    yield wishlist.create_blueprint(build(wishlist.WishlistViews))
    yield orders.create_blueprint(build(orders.OrderViews))
    yield interactions.create_blueprint(build(interactions.InteractionViews))
    patience = config.get("PATIENCE", why.PATIENCE)
    yield why.create_blueprint(build(why.WhyViews, overviews=build(OverviewReader), patience=patience))

    token = settings.metrics_token
    yield operations.create_blueprint(build(operations.OperationsViews, metrics_token=token))
    yield key_page.create_blueprint(build(key_page.KeyViews))
    yield api_page.create_blueprint()

    attempts = build(PasswordAttempts)
    confirmations = build(email_confirmation.ConfirmationRequests, are_required=bool(settings.confirm_addresses))
    step = second_step.SecondStep(services["accounts"], services["now"])
    yield auth.create_blueprint(build(auth.AuthViews, attempts=attempts, confirmations=confirmations, second_step=step))
    code_attempts = build(CodeAttempts)
    yield second_step.create_blueprint(
        build(second_step.SecondStepViews, second_step=step, code_attempts=code_attempts)
    )
    yield two_step.create_blueprint(build(two_step.TwoStepViews, attempts=attempts, code_attempts=code_attempts))
    yield email_confirmation.create_blueprint(
        build(email_confirmation.EmailConfirmationViews, attempts=attempts, confirmations=confirmations)
    )
    yield password_reset.create_blueprint(build(password_reset.PasswordResetViews))
    yield profile.create_blueprint(build(profile.ProfileViews))
    yield devices.create_blueprint(build(devices.DeviceViews, attempts=attempts))
    exports = build(own_data.AccountExport)
    yield own_data.create_blueprint(build(own_data.OwnDataViews, attempts=attempts, exports=exports))
