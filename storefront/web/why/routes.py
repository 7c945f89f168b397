"""Why these recommendations: the list with its reasons, what the shop knows, and the switches to change it."""

import time

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import EventId, ItemId, VisitorId
from online_models.schema.phrases import ReasonKind
from storefront.app.shop import shop
from storefront.web.account.page import ways_of_present
from storefront.web.rendering.frame import check_allowance, check_receipt, has_allowance

blueprint = Blueprint("why", __name__, url_prefix="/account/recommendations")

PATIENCE = 0.6
"""Seconds that the page waits at most for the learner to answer what the visitor has just asked."""

STEP = 0.03


@blueprint.get("")
def show() -> Response:
    """Show the page. Opening it asks the learner to say what lies behind the visitor's lists for a while."""
    parts = shop()
    visitor = parts.visitors.present()
    event = EventId(request.args.get("after", "")[:64])
    # The page that brings itself up to date does not ask again.
    if "live" not in request.args and not parts.why.is_explained(visitor) and has_allowance():
        event = parts.intake.take(visitor, {"kind": "reasons_requested"}).event_id or event
    if event:
        _wait_for(visitor, event)
    page = render_template("why/show.html", told=parts.why.read(visitor), words=words(), ways=ways_of_present())
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/forgotten")
def forget() -> BaseResponse:
    """Forget what the visitor did with one product, also that they did not want to see it."""
    item = request.form.get("item", "")
    if not item:
        abort(400, _("Choose a product."))
    return _take({"kind": "item_forgotten", "item": item})


@blueprint.post("/dismissed")
def dismiss() -> BaseResponse:
    """Take a "not interested"."""
    product = shop().reader.read_catalogue().product(ItemId(request.form.get("item", "")))
    if product is None:
        abort(404)
    return _take({"kind": "item_dismissed", "item": product.item, "surface": "for_you"})


@blueprint.get("/reset")
def ask_to_reset() -> str:
    """Ask whether the visitor means it."""
    return render_template("why/reset.html", ways=ways_of_present())


@blueprint.post("/reset")
def reset() -> BaseResponse:
    """Forget the visitor's taste."""
    return _take({"kind": "taste_reset"})


def words() -> dict[ReasonKind, str]:
    """Return each kind of reason in plain words."""
    return {
        "often_next": _("Often chosen together"),
        "shoppers_like_you": _("Shoppers like you"),
        "because_you_viewed": _("Similar to what you viewed"),
        "matches_your_taste": _("Your preferences"),
        "again": _("Viewed or bought before"),
        "popular": _("Popular"),
        "trending": _("Trending now"),
        "top_rated": _("Top rated"),
        "new": _("New products"),
    }


def _take(fields: dict[str, object]) -> BaseResponse:
    """Take an event, and go back to the page as it is after it."""
    check_allowance()
    parts = shop()
    receipt = parts.intake.take(parts.visitors.present(), fields)
    check_receipt(receipt)
    return redirect(url_for("why.show", after=receipt.event_id, done=fields["kind"]), 303)


def _wait_for(visitor: VisitorId, event: EventId) -> None:
    """Give the learner a moment to answer. With a server down nobody waits."""
    parts = shop()
    until = time.monotonic() + current_app.config.get("PATIENCE", PATIENCE)
    while parts.publisher.is_up and not parts.why.has_answered(visitor, event) and time.monotonic() < until:
        time.sleep(STEP)
