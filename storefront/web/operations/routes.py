"""What operators and machines ask: the operators' page, the metrics as Prometheus reads them, and the health checks."""

import hmac
from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST

from storefront.events.event_publisher import EventPublisher
from storefront.security.operators import Operators
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.operations.metrics_registry import MetricsRegistry


@dataclass(frozen=True, slots=True)
class OperationsViews:
    """The operators' page, metrics and health, with what they need.

    ``metrics_token`` is the bearer token that opens the metrics; empty for none.
    """

    reader: ServingReader
    publisher: EventPublisher
    visitors: VisitorCookies
    operators: Operators
    figures: MetricsRegistry
    metrics_token: str

    def show(self) -> str:
        """Show the operators' page. Its figures come with the history and over the socket."""
        self.operators.check()
        self.visitors.present()  # Its socket is let in by the visitor's cookie, also where the shop was never open.
        return render_template("operations/show.html")

    def history(self) -> Response:
        """Answer with the last minutes, oldest first, one object a second."""
        self.operators.check()
        seconds = b",".join(reversed(self.reader.read_ops_history()))
        return Response(b"[" + seconds + b"]", mimetype="application/json", headers={"Cache-Control": "no-store"})

    def metrics(self) -> Response:
        """Answer operators, and whoever brings the token, with all metrics in Prometheus' text format."""
        if not has_token(self.metrics_token) and not self.operators.may_see_figures():
            if current_user.is_authenticated:
                abort(403)
            return Response("Bring RIVERFRONT_METRICS_TOKEN as a bearer token.\n", 401, {"WWW-Authenticate": "Bearer"})
        text = self.figures.render()
        return Response(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    def alive(self) -> Response:
        """Answer that the process is alive."""
        return jsonify(status="alive")

    def ready(self) -> tuple[Response, int]:
        """Answer with the state of each server; 503 until there is a catalog to sell from.

        The shop sells without Redis and Kafka once it has a catalog.
        """
        catalog = self.reader.read_catalog()
        checks = {"redis": self.reader.is_up, "kafka": self.publisher.is_up, "catalogue": bool(catalog.products)}
        status = "ready" if all(checks.values()) else "degraded" if checks["catalogue"] else "not ready"
        answer = jsonify(
            status=status, catalogue_version=catalog.version, products=len(catalog.products), checks=checks
        )
        return answer, 200 if checks["catalogue"] else 503


def create_blueprint(views: OperationsViews) -> Blueprint:
    """Return the routes of operations."""
    blueprint = Blueprint("operations", __name__)
    blueprint.get("/ops")(views.show)
    blueprint.get("/ops/history.json")(views.history)
    blueprint.get("/metrics")(views.metrics)
    blueprint.get("/healthz")(views.alive)
    blueprint.get("/healthz/ready")(views.ready)
    return blueprint


def has_token(token: str) -> bool:
    """Return whether the request brings the token. Takes as long for any wrong one."""
    kind, _, brought = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(brought.encode(), token.encode())
