"""Whether the process is alive, and whether it can sell. It sells without Redis and Kafka once it has a catalog."""

from flask import Blueprint, Response, jsonify

from storefront.events.event_publisher import EventPublisher
from storefront.serving.serving_reader import ServingReader


def create_blueprint(*, reader: ServingReader, publisher: EventPublisher) -> Blueprint:
    """Return the routes of the health checks."""
    blueprint = Blueprint("health", __name__, url_prefix="/healthz")

    @blueprint.get("")
    def alive() -> Response:
        """Answer that the process is alive."""
        return jsonify(status="alive")

    @blueprint.get("/ready")
    def ready() -> tuple[Response, int]:
        """Answer with the state of each server; 503 until there is a catalog to sell from."""
        catalog = reader.read_catalog()
        checks = {"redis": reader.is_up, "kafka": publisher.is_up, "catalogue": bool(catalog.products)}
        status = "ready" if all(checks.values()) else "degraded" if checks["catalogue"] else "not ready"
        answer = jsonify(status=status, catalog_version=catalog.version, products=len(catalog.products), checks=checks)
        return answer, 200 if checks["catalogue"] else 503

    return blueprint
