"""What the storefront counts of itself, for Prometheus. Every label has a bounded set of values."""

import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.registry import Collector

from online_models.schema import events
from storefront.events.receipt import Refusal
from storefront.limits.connections import SocketRefusal
from storefront.web.operations.metric_names import MetricName

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
KINDS = frozenset(events.KINDS)
OTHER = "other"


class MetricsRegistry:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            MetricName.REQUEST_SECONDS,
            "Time from a request to its answer.",
            ("route", "method", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._accepted = Counter(MetricName.EVENTS_ACCEPTED, "Events taken in.", ("kind",), registry=self.registry)
        self._refused = Counter(
            MetricName.EVENTS_REFUSED, "Events refused.", ("kind", "reason"), registry=self.registry
        )
        self._sign_ins = Counter(MetricName.SIGN_INS, "Attempts to sign in.", ("outcome",), registry=self.registry)
        self._sockets = Counter(
            MetricName.SOCKETS_REFUSED, "Connections refused or closed.", ("reason",), registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def bind(self, app: Flask, prefix: str = "") -> None:
        """Time every request that Flask answers. Its routes are counted below a prefix."""

        @app.before_request
        def start() -> None:
            g.asked_at = time.perf_counter()

        @app.after_request
        def stop(response: Response) -> Response:
            method = request.method if request.method in METHODS else OTHER
            route = prefix + request.url_rule.rule if request.url_rule else "none"
            labels = (route, method, f"{response.status_code // 100}xx")
            self._requests.labels(*labels).observe(time.perf_counter() - g.get("asked_at", time.perf_counter()))
            return response

    def count_kept(self, route: str, seconds: float) -> None:
        """Count an answer that was given without Flask."""
        self._requests.labels(route, "GET", "2xx").observe(seconds)

    def count_socket(self, reason: SocketRefusal) -> None:
        """Count a connection of a page that was refused, or closed before its page was."""
        self._sockets.labels(reason).inc()

    def count_event(self, kind: object, refusal: Refusal | None = None) -> None:
        """Count an event that was taken in, or refused for a reason."""
        known = kind if isinstance(kind, str) and kind in KINDS else OTHER
        if refusal is None:
            self._accepted.labels(known).inc()
        else:
            self._refused.labels(known, refusal.label).inc()

    def count_sign_in(self, outcome: str) -> None:
        """Count how an attempt to sign in ended."""
        self._sign_ins.labels(outcome).inc()

    def add(self, collector: Collector) -> None:
        """Ask for more when the figures are read."""
        self.registry.register(collector)

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
