"""Why these recommendations: the list with its reasons, the visitor's activity, and the forms to change both."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import EventId, ItemId, VisitorId
from online_models.schema.messages import visitor_room
from online_models.schema.phrases import ReasonKind
from storefront.events.event_publisher import EventPublisher
from storefront.security.return_address import page_before
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.erasure_receipts import ErasureReceipt, ErasureReceipts, Kind
from storefront.visitor_state.profiling import OFF, ProfilingChoice
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import HttpEvents
from storefront.web.why.overview import OverviewReader

PATIENCE = 0.6
"""The most seconds that the page waits for the learner."""

STEP = 0.03


@dataclass(frozen=True, slots=True)
class WhyViews:
    """The page and its forms, with what they need.

    ``hang_up`` disconnects the pages in a room, which then load again. ``patience`` bounds the wait for the learner, in
    seconds.
    """

    overviews: OverviewReader
    reader: ServingReader
    publisher: EventPublisher
    visitors: VisitorCookies
    events: HttpEvents
    profiling: ProfilingChoice
    erasure_receipts: ErasureReceipts
    hang_up: Callable[[str], object]
    patience: float = PATIENCE

    def show(self) -> Response:
        """Show the page. Opening it asks the learner to explain the visitor's lists for a while."""
        visitor = self.visitors.present()
        event = EventId(request.args.get("after", "")[:64])
        is_off = self.profiling.is_off()
        # The page that brings itself up to date does not ask again.
        if not is_off and "live" not in request.args and not self.overviews.is_explained(visitor):
            event = self.events.note(visitor, {"kind": "reasons_requested"}) or event
        if event and not is_off:
            self._wait_for(visitor, event)
        overview, signature = self.overviews.read(visitor), request.args.get("receipt", "")
        receipt = self.erasure_receipts.read(signature)
        page = render_template(
            "why/show.html", overview=overview, labels=reason_labels(), receipt=receipt, signature=signature
        )
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
        """Reset what was learned about the visitor's taste, with a receipt of how much that was."""
        visitor = self.visitors.present()
        overview = self.overviews.read(visitor)
        counts: dict[Kind, int] = {"dismissed": len(overview.dismissed)}
        # Unless the learner has explained a list, the shop does not know what the models do.
        if self.overviews.is_explained(visitor):
            counts["activity"] = len(overview.done)
        receipt = ErasureReceipt(int(time.time()), counts, "recommendations")
        return self._take({"kind": "taste_reset"}, receipt=self.erasure_receipts.sign(receipt))

    def choose_profiling(self) -> BaseResponse:
        """Turn profiling on or off in this browser, and go back to the page that the form was on."""
        choice = request.form.get("profiling")
        if choice not in {"on", OFF}:
            abort(400)
        visitor = self.visitors.present()
        response = make_response(redirect(page_before(request, url_for("why.show")), 303))
        self.profiling.set_cookie(response, is_off=choice == OFF)
        # A connection keeps the cookies that it was opened with.
        self.hang_up(visitor_room(visitor))
        return response

    def _take(self, fields: dict[str, object], receipt: str | None = None) -> BaseResponse:
        """Take in an event, and redirect to the page as it is after the event."""
        after = self.events.take(**fields).event_id
        return redirect(url_for("why.show", after=after, done=fields["kind"], receipt=receipt), 303)

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
    blueprint.post("/profiling")(views.choose_profiling)
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
