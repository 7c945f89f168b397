"""Why these recommendations: the list with its reasons, the visitor's activity, and the forms to change both."""

import time
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import EventId, ItemId, VisitorId
from online_models.schema.phrases import ReasonKind
from storefront.events.event_publisher import EventPublisher
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import HttpEvents
from storefront.web.why.overview import OverviewReader

PATIENCE = 0.6
"""The most seconds that the page waits for the learner."""

STEP = 0.03


@dataclass(frozen=True, slots=True)
class WhyViews:
    """The page and its forms, with what they need. ``patience`` bounds the wait for the learner, in seconds."""

    overviews: OverviewReader
    reader: ServingReader
    publisher: EventPublisher
    visitors: VisitorCookies
    events: HttpEvents
    patience: float = PATIENCE

    def show(self) -> Response:
        """Show the page. Opening it asks the learner to explain the visitor's lists for a while."""
        visitor = self.visitors.present()
        event = EventId(request.args.get("after", "")[:64])
        # The page that brings itself up to date does not ask again.
        if "live" not in request.args and not self.overviews.is_explained(visitor):
            event = self.events.note(visitor, {"kind": "reasons_requested"}) or event
        if event:
            self._wait_for(visitor, event)
        page = render_template("why/show.html", overview=self.overviews.read(visitor), labels=reason_labels())
        response = make_response(page)
        response.headers["Cache-Control"] = "no-store"
        return response

    def forget(self) -> BaseResponse:
        """Forget what the visitor did with a product, including its dismissal."""
        item = request.form.get("item", "")
        if not item:
            abort(400, _("Choose a product."))
        return self._take({"kind": "item_forgotten", "item": item})

    def dismiss(self) -> BaseResponse:
        """Dismiss a product."""
        product = self.reader.read_catalog().product(ItemId(request.form.get("item", "")))
        if product is None:
            abort(404)
        return self._take({"kind": "item_dismissed", "item": product.item, "surface": "for_you"})

    def ask_to_reset(self) -> str:
        """Ask for confirmation."""
        return render_template("why/reset.html")

    def reset(self) -> BaseResponse:
        """Reset what was learned about the visitor's taste."""
        return self._take({"kind": "taste_reset"})

    def _take(self, fields: dict[str, object]) -> BaseResponse:
        """Take in an event, and redirect to the page as it is after the event."""
        return redirect(url_for("why.show", after=self.events.take(**fields).event_id, done=fields["kind"]), 303)

    def _wait_for(self, visitor: VisitorId, event: EventId) -> None:
        """Wait a moment for the learner to answer, unless a server is down."""
        until = time.monotonic() + self.patience
        while self.publisher.is_up and not self.overviews.has_answered(visitor, event) and time.monotonic() < until:
            time.sleep(STEP)


def create_blueprint(views: WhyViews) -> Blueprint:
    """Return the routes of the page about recommendations."""
    blueprint = Blueprint("why", __name__, url_prefix="/account/recommendations")
    blueprint.get("")(views.show)
    blueprint.post("/forgotten")(views.forget)
    blueprint.post("/dismissed")(views.dismiss)
    blueprint.get("/reset")(views.ask_to_reset)
    blueprint.post("/reset")(views.reset)
    return blueprint


def reason_labels() -> dict[ReasonKind, str]:
    """Return the label of each kind of reason."""
    return {
        "often_next": _("Often chosen together"),
        "shoppers_like_you": _("Shoppers like you"),
        "because_you_viewed": _("Similar to products you viewed"),
        "matches_your_taste": _("Your preferences"),
        "again": _("Viewed or bought before"),
        "popular": _("Popular"),
        "trending": _("Trending now"),
        "top_rated": _("Top rated"),
        "new": _("New products"),
    }
