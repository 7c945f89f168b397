"""The metrics as Prometheus reads them: for operators, and for whoever brings the token."""

import hmac

from flask import Blueprint, Response, abort, request
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST

from storefront.security.operators import Operators
from storefront.web.operations.metrics_registry import MetricsRegistry


def create_blueprint(*, figures: MetricsRegistry, operators: Operators, token: str) -> Blueprint:
    """Return the route of the metrics. ``token`` is the bearer token that opens it; empty for none."""
    blueprint = Blueprint("metrics", __name__, url_prefix="/metrics")

    @blueprint.get("")
    def show() -> Response:
        """Answer with all metrics in Prometheus' text format."""
        if not has_token(token) and not operators.may_see_figures():
            if current_user.is_authenticated:
                abort(403)
            return Response("Bring RIVERFRONT_METRICS_TOKEN as a bearer token.\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response(figures.render(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return blueprint


def has_token(token: str) -> bool:
    """Return whether the request brings the token. Takes as long for any wrong one."""
    kind, _, brought = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(brought.encode(), token.encode())
