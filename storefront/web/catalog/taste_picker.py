"""The taste picker: some categories on a newcomer's home page. What is picked there changes their list at once."""

from dataclasses import dataclass, replace

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from online_models.schema.product import Category
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.preferences import AccountPreferences, Preferences
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import HttpEvents, check_form
from storefront.web.rendering.frame import wants_json
from storefront.web.rendering.rooted import rooted

TILES = 6

COOKIE = "riverfront_taste"
"""What was picked, for as long as the browser runs: the picker shows it again."""


@dataclass(frozen=True, slots=True)
class TastePickerViews:
    """The form of the picker, with what it needs."""

    authenticator: Authenticator
    preferences: AccountPreferences
    reader: ServingReader
    visitors: VisitorCookies
    events: HttpEvents

    def pick(self) -> Response:
        """Declare that the visitor likes the categories that are ticked, and none of the picker's others."""
        check_form()
        offered = {category.slug for category in tiles_of(self.reader.read_catalog())}
        picked = tuple(slug for slug in dict.fromkeys(request.form.getlist("categories")) if slug in offered)
        visitor, account = self.visitors.present(), self.authenticator.present()
        with self.events.charged(visitor, 1):
            if account:
                declared = self.preferences.read(visitor)
                others = tuple(slug for slug in declared.categories if slug not in offered)
                event_id = self.preferences.declare(visitor, replace(declared, categories=others + picked))
            else:
                event_id = self.preferences.publish(visitor, Preferences(categories=picked))
        answer: Response = jsonify(event_id=event_id) if wants_json() else redirect(url_for("catalog.home"), 303)
        answer.set_cookie(
            COOKIE, " ".join(picked), httponly=True, samesite="Lax", secure=request.is_secure, path=rooted("/")
        )
        return answer


def tiles_of(catalog: ShopCatalog) -> tuple[Category, ...]:
    """Return the categories to pick from: those with most products; none where there is no choice."""
    largest = sorted(catalog.categories, key=lambda category: (-category.size, category.slug))[:TILES]
    return tuple(largest) if len(largest) > 1 else ()


def picked_before() -> tuple[str, ...]:
    """Return what this browser has picked, or says that it has."""
    return tuple(request.cookies.get(COOKIE, "").split())


def create_blueprint(views: TastePickerViews) -> Blueprint:
    """Return the picker's route."""
    blueprint = Blueprint("taste_picker", __name__)
    blueprint.post("/taste")(views.pick)
    return blueprint
