"""The way in for events by HTTP: for browsers whose socket is closed, and for those without scripts."""

from base64 import b64decode

import msgspec
from flask import Blueprint, Response, abort, jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import VisitorId
from storefront.app.shop import shop
from storefront.events.receipt import Receipt, Refusal
from storefront.security.client_address import client_network
from storefront.security.csrf import csrf, is_cross_site, is_same_origin
from storefront.web.account.account_token import is_theirs, present_mark
from storefront.web.rendering.frame import SECONDS_TO_WAIT, check_form

blueprint = Blueprint("interactions", __name__, url_prefix="/interactions")

MOST = 50
_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@blueprint.post("")
def take() -> tuple[BaseResponse, int]:
    """Take one event, or ``{"events": [...]}`` with at most 50, as JSON or as a form. Answers with a receipt each."""
    visitor = shop().visitors.present()
    if not request.is_json:
        check_form()
        return _answer(_take(visitor, request.form.to_dict()))
    if not is_same_origin(request):
        abort(403, _("Events are only accepted from the shop’s own pages."))
    body = request.get_json()
    if not isinstance(body, dict) or "events" not in body:
        return _answer(_take(visitor, body))
    events = body["events"]
    if not isinstance(events, list) or len(events) > MOST:
        abort(400, f"Please send a list of at most {MOST} events.")
    receipts = [_take(visitor, fields) for fields in events]
    return jsonify(receipts=[msgspec.to_builtins(receipt) for receipt in receipts]), 202


csrf.exempt(take)


@blueprint.get("/view.gif")
def view() -> Response:
    """Count the view of a product in a browser without scripts."""
    known = shop().visitors.known()
    if known is not None and not is_cross_site(request):
        fields = {"kind": "item_viewed", "item": request.args.get("item", ""), "surface": "product"}
        _take(known, fields)
    return Response(_PIXEL, mimetype="image/gif", headers={"Cache-Control": "no-store"})


def _take(visitor: VisitorId, fields: object) -> Receipt:
    parts = shop()
    if not parts.event_allowance.allow(client_network()):
        return parts.intake.refuse(fields, Refusal.TOO_MANY)
    if not is_theirs(fields, present_mark()):
        return parts.intake.refuse(fields, Refusal.OTHER_ACCOUNT)
    return parts.intake.take(visitor, fields)


def _answer(receipt: Receipt) -> tuple[BaseResponse, int]:
    answer = jsonify(msgspec.to_builtins(receipt))
    if receipt.reason == Refusal.TOO_MANY:
        answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
        return answer, 429
    return answer, 202 if receipt.accepted else 422
