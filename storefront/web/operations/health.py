"""Whether the process lives, and whether it can sell. It sells without Redis and Kafka once it has a catalogue."""

from flask import Blueprint, Response, jsonify

from storefront.app.shop import shop

blueprint = Blueprint("health", __name__, url_prefix="/healthz")


@blueprint.get("")
def alive() -> Response:
    """Answer that the process lives."""
    return jsonify(status="alive")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Answer with the state of each server; 503 until there is a catalogue to sell from."""
    parts = shop()
    catalogue = parts.reader.read_catalogue()
    checks = {"redis": parts.reader.is_up, "kafka": parts.publisher.is_up, "catalogue": bool(catalogue.products)}
    status = "ready" if all(checks.values()) else "degraded" if checks["catalogue"] else "not ready"
    answer = jsonify(
        status=status, catalogue_version=catalogue.version, products=len(catalogue.products), checks=checks
    )
    return answer, 200 if checks["catalogue"] else 503
