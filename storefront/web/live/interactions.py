"""Events by HTTP: from browsers whose socket is closed, from those without scripts, and from the forms of pages."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from flask import Blueprint, Response, abort, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import EventId, ItemId, VisitorId
from storefront.accounts.authenticator import Authenticator
from storefront.events.form_id import event_id_of
from storefront.events.intake import Intake
from storefront.events.pending_receipt import PendingReceipt, known
from storefront.events.receipt import UNSTORED, Receipt, Refusal
from storefront.limits.client_address import client_network
from storefront.limits.event_allowance import EventAllowance, cost_of
from storefront.limits.limits import verdict_on
from storefront.limits.throttle import refuse
from storefront.security.csrf import EXPIRED, csrf, is_cross_site, is_same_origin
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.caller import is_made_for
from storefront.web.rendering.errors import NotSaved
from storefront.web.rendering.frame import FORM_ID

MOST = 50

SECONDS_TO_WAIT = 5
"""Said to who sends too many events: the buckets fill up again by the second."""
RETRY_SECONDS = 5
"""Said to whose event or change could not be stored."""

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@dataclass(frozen=True, slots=True)
class HttpEvents:
    """Takes in events that come with a request, each counted with those of the client's network.

    Cookies cost nothing, so a bound for each visitor is not enough.
    """

    visitors: VisitorCookies
    intake: Intake
    event_allowance: EventAllowance

    def report(self, visitor: VisitorId, fields: object) -> Receipt:
        """Take in an event, and return its receipt when it is safe."""
        return self.receipt(self.begin(visitor, fields))

    def begin(self, visitor: VisitorId, fields: object) -> PendingReceipt:
        """Send an event; `receipt` waits for it. Of several, all are sent before the first is waited for."""
        network = client_network()
        if not self.event_allowance.take(network, cost_of(fields)).allowed:
            return known(self.intake.refuse(fields, Refusal.TOO_MANY))
        return self.intake.begin(visitor, network, fields)

    def receipt(self, pending: PendingReceipt) -> Receipt:
        """Return the receipt of an event that was sent."""
        receipt = pending.wait()
        if receipt.reason in UNSTORED:
            self.event_allowance.give_back(client_network(), pending.cost)
        return receipt

    def note(self, visitor: VisitorId, fields: object) -> EventId | None:
        """Take in an event that comes with a page, which does not wait for it. Returns its id, if it was sent."""
        network = client_network()
        if not self.event_allowance.allow(network):
            return self.intake.refuse(fields, Refusal.TOO_MANY).event_id
        return self.intake.note(visitor, network, fields).event_id

    def take(self, **fields: object) -> Receipt:
        """Take in the event of a form, once however often the form is sent. One that is refused is an error page."""
        parts = (fields.get(name) for name in ("kind", "item", "quantity", "stars"))
        receipt = self.report(self.visitors.present(), fields | {"event_id": self.event_id_of_form(*parts)})
        check_receipt(receipt)
        return receipt

    def event_id_of_form(self, *parts: object) -> EventId | None:
        """Return the id of the event that the request's form makes; None if it names no page that it was on."""
        return event_id_of(request.form.get(FORM_ID, ""), self.intake.now(), *parts)

    def network_digest(self) -> str:
        """Return the digest of the client's network, with which the events of its requests are stamped."""
        return self.intake.network_digest.of(client_network(), self.intake.now())

    def check_allowance(self) -> None:
        """Count a form that is no single event; answer 429 where the client's network has sent enough."""
        if not self.event_allowance.allow(client_network()):
            raise TooManyRequests(retry_after=SECONDS_TO_WAIT)

    @contextmanager
    def charged(self, visitor: VisitorId, count: int) -> Iterator[None]:
        """Count what a form makes, event by event, before any of it is stored, for the network and for the visitor.

        Raises `TooManyRequests` where either has sent enough. Nothing counts if what follows fails.
        """
        network, limit = client_network(), self.intake.limit
        verdict = self.event_allowance.take(network, count)
        if verdict.allowed:
            verdict = verdict_on(limit.take(visitor, self.intake.now(), count))
            if not verdict.allowed:
                self.event_allowance.give_back(network, count)
        if not verdict.allowed:
            self.intake.refuse(None, Refusal.TOO_MANY)
            refuse(verdict)
        try:
            yield
        except BaseException:
            self.event_allowance.give_back(network, count)
            limit.give_back(visitor, count)
            raise

    def put_again(
        self, visitor: VisitorId, items: Mapping[ItemId, int], ids: Mapping[ItemId, EventId | None]
    ) -> list[Receipt]:
        """Put what was bought once into the basket again: an event for each item. Raises `TooManyRequests`."""
        with self.charged(visitor, len(items)):
            receipts = self.intake.put_again(visitor, client_network(), items, ids)
        unstored = sum(receipt.reason in UNSTORED for receipt in receipts)
        self.event_allowance.give_back(client_network(), unstored)
        return receipts


def check_receipt(receipt: Receipt) -> None:
    """Turn a refused event into an error page."""
    if receipt.reason == Refusal.TOO_MANY:
        raise TooManyRequests(retry_after=SECONDS_TO_WAIT)
    if receipt.reason in UNSTORED:
        raise NotSaved(retry_after=RETRY_SECONDS)
    if receipt.reason == Refusal.SOLD_OUT:
        abort(400, str(_("This product is out of stock.")))
    if not receipt.accepted:
        abort(400)


def check_form() -> None:
    """Refuse a form that did not come from one of this visitor's own pages.

    Every POST is checked for its token before its view runs; a view that is exempt calls this where it takes a form.
    """
    if is_cross_site(request):
        abort(400, str(EXPIRED))
    csrf.protect()


@dataclass(frozen=True, slots=True)
class InteractionViews:
    """The routes for events of scripts."""

    authenticator: Authenticator
    events: HttpEvents

    def take(self) -> tuple[BaseResponse, int]:
        """Take an event, or ``{"events": [...]}`` with at most 50, as JSON or a form. Answers with a receipt each."""
        visitor = self.events.visitors.present()
        if not request.is_json:
            check_form()
            return _answer(self._take(visitor, request.form.to_dict()))
        if not is_same_origin(request):
            abort(403, _("Events are only accepted from the shop’s own pages."))
        body = request.get_json()
        if not isinstance(body, dict) or "events" not in body:
            return _answer(self._take(visitor, body))
        events = body["events"]
        if not isinstance(events, list) or len(events) > MOST:
            abort(400, f"Send a list of no more than {MOST} events.")
        sent = [self._begin(visitor, fields) for fields in events]
        receipts = [self.events.receipt(pending) for pending in sent]
        answer = jsonify(receipts=[msgspec.to_builtins(receipt) for receipt in receipts])
        is_any_stored = not receipts or any(receipt.reason not in UNSTORED for receipt in receipts)
        return (answer, 202) if is_any_stored else _later(answer, 503, RETRY_SECONDS)

    def view(self) -> Response:
        """Count the view of a product in a browser without scripts."""
        visitor = self.events.visitors.known()
        is_ahead = "Sec-Purpose" in request.headers  # prefetched or prerendered, maybe never seen
        if visitor is not None and not is_ahead and not is_cross_site(request):
            fields = {"kind": "item_viewed", "item": request.args.get("item", ""), "surface": "product"}
            self.events.note(visitor, fields)
        return Response(_PIXEL, mimetype="image/gif", headers={"Cache-Control": "no-store"})

    def _take(self, visitor: VisitorId, fields: object) -> Receipt:
        return self.events.receipt(self._begin(visitor, fields))

    def _begin(self, visitor: VisitorId, fields: object) -> PendingReceipt:
        if not is_made_for(fields, self.authenticator.account_token()):
            return known(self.events.intake.refuse(fields, Refusal.OTHER_ACCOUNT))
        return self.events.begin(visitor, fields)


def create_blueprint(views: InteractionViews) -> Blueprint:
    """Return the routes for events."""
    blueprint = Blueprint("interactions", __name__, url_prefix="/interactions")
    blueprint.post("")(csrf.exempt(views.take))
    blueprint.get("/view.gif")(views.view)
    return blueprint


def _answer(receipt: Receipt) -> tuple[BaseResponse, int]:
    answer = jsonify(msgspec.to_builtins(receipt))
    if receipt.reason == Refusal.TOO_MANY:
        return _later(answer, 429, SECONDS_TO_WAIT)
    if receipt.reason in UNSTORED:
        return _later(answer, 503, RETRY_SECONDS)
    return answer, 202 if receipt.accepted else 422


def _later(answer: BaseResponse, code: int, seconds: int) -> tuple[BaseResponse, int]:
    answer.headers["Retry-After"] = str(seconds)
    return answer, code
