"""Gauges read when `/metrics` is: servers, sockets, the catalog, and the monitor's latest figures."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from online_models.schema.json_reader import UNREADABLE
from online_models.schema.messages import OpsStats, Percentiles
from storefront.database.connection import Database, DatabaseDown
from storefront.events.event_publisher import EventPublisher
from storefront.events.outbox import EventOutbox
from storefront.limits.connections import Connections
from storefront.serving.serving_reader import ServingReader
from storefront.web.operations.metric_names import MetricName
from storefront.web.operations.metrics_registry import KINDS, OTHER

_stats = msgspec.json.Decoder(OpsStats)


class Gauges(Collector):
    """Reads the present state when it is collected. What is not known is left out."""

    def __init__(
        self,
        reader: ServingReader,
        publisher: EventPublisher,
        outbox: EventOutbox,
        database: Database,
        connections: Connections,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._reader = reader
        self._publisher = publisher
        self._outbox = outbox
        self._database = database
        self._connections = connections
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Describe nothing in advance: registration must not ask the servers."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Return the state of this moment."""
        up = GaugeMetricFamily(MetricName.UP, "Whether a server answers this storefront.", labels=["server"])
        up.add_metric(["redis"], float(self._reader.is_up))
        up.add_metric(["kafka"], float(self._publisher.is_up))
        up.add_metric(["database"], float(self._database.is_up))
        yield up
        yield _gauge(MetricName.SPOOL_BYTES, "Events that wait on disk for Kafka.", self._publisher.waiting_bytes)
        with suppress(DatabaseDown):
            yield _gauge(MetricName.OUTBOX_ROWS, "Events in the database that are not sent yet.", self._outbox.count())
        yield _gauge(MetricName.SOCKETS, "Open pages with a live connection.", len(self._connections))
        catalog = self._reader.read_catalog()
        yield _gauge(MetricName.CATALOG_PRODUCTS, "Products in the catalog that is served.", len(catalog.products))
        published_at = published(catalog.version)
        if published_at is not None:
            yield _gauge(MetricName.CATALOG_AGE_SECONDS, "Time since the catalog was made.", self._now() - published_at)
        stats = self._read_stats()
        if stats is not None:
            yield from _of_monitor(stats, self._now())

    def _read_stats(self) -> OpsStats | None:
        payload = self._reader.read_ops_latest()
        try:
            return _stats.decode(payload) if payload else None
        except UNREADABLE:
            return None


def published(version: str) -> float | None:
    """Return when a version of the catalog was made, if its name contains the time.

    >>> published("19700101T000100-abcdef"), published("v1")
    (60.0, None)
    """
    try:
        return datetime.strptime(version.partition("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _of_monitor(stats: OpsStats, now: float) -> Iterator[Metric]:
    yield _gauge(MetricName.MONITOR_AGE_SECONDS, "Time since the monitor's last figures.", now - stats.at)
    rates = dict.fromkeys((*sorted(KINDS), OTHER), 0.0)
    for kind, rate in stats.events_per_second.items():
        rates[kind if kind in KINDS else OTHER] += rate
    events = GaugeMetricFamily(MetricName.SHOP_EVENTS_PER_SECOND, "Events in the whole shop.", labels=["kind"])
    for kind, rate in rates.items():
        events.add_metric([kind], rate)
    yield events
    yield _gauge(MetricName.LEARNER_LAG_EVENTS, "Events that the learner has not learned yet.", stats.total_lag)
    yield _gauge(MetricName.DEAD_LETTERS, "Events that could not be read.", stats.dead_letters)
    yield from _quantiles(
        MetricName.CLICK_TO_DRAWN_SECONDS, "From a click to the list that it changed.", stats.click_to_drawn_ms, 1e3
    )
    learner = stats.learner
    if learner is None:
        return
    yield from _quantiles(MetricName.LEARN_SECONDS, "Time to learn one event.", learner.learn_us, 1e6)
    yield from _quantiles(MetricName.RANK_SECONDS, "Time to rank one visitor's list.", learner.rank_us, 1e6)
    yield from _quantiles(MetricName.MADE_LIST_SECONDS, "Time to make one list for a request.", learner.request_us, 1e6)
    yield _gauge(MetricName.EXPIRED_EVENTS, "Events that Kafka deleted before they were learned.", learner.expired)
    memory = GaugeMetricFamily(MetricName.LEARNER_MEMORY_BYTES, "Memory of each learner.", labels=["learner"])
    behind = GaugeMetricFamily(MetricName.LEARNER_BEHIND_EVENTS, "Events not learned by each.", labels=["learner"])
    for one in stats.learners or (learner,):
        memory.add_metric([one.name], one.memory_bytes)
        if one.lag is not None:
            behind.add_metric([one.name], one.lag)
    yield from (memory, behind)
    if learner.quality is not None:
        hit_rate = learner.quality.hybrid.hit_rate
        yield _gauge(MetricName.HIT_RATE, "Share of events whose item was in the list served.", hit_rate)


def _gauge(name: MetricName, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)


def _quantiles(name: MetricName, help_text: str, values: Percentiles | None, per_second: float) -> Iterator[Metric]:
    if values is None:
        return
    family = GaugeMetricFamily(name, f"{help_text} Quantiles of the last minutes.", labels=["quantile"])
    for quantile, value in (("0.5", values.p50), ("0.9", values.p90), ("0.99", values.p99)):
        family.add_metric([quantile], value / per_second)
    yield family
