"""The figures as Prometheus reads them: for operators, and for whoever brings the token."""

import hmac

from flask import Blueprint, Response, abort, request
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST

from storefront.app.shop import shop
from storefront.security.operators import may_see_figures

blueprint = Blueprint("metrics", __name__, url_prefix="/metrics")


@blueprint.get("")
def show() -> Response:
    """Answer with all figures in Prometheus' text format."""
    if not has_token() and not may_see_figures():
        if current_user.is_authenticated:
            abort(403)
        return Response("Bring RIVERFRONT_METRICS_TOKEN as a bearer token.\n", 401, {"WWW-Authenticate": "Bearer"})
    return Response(shop().figures.render(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def has_token() -> bool:
    """Return whether the request brings the token of the settings. Takes as long for any wrong one."""
    token = shop().settings.metrics_token
    kind, _, brought = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(brought.encode(), token.encode())
