"""Puts the monitor together from its real parts. It does without the models, so that it starts fast and stays small."""

from connections.catalog_archive import CatalogArchive
from connections.redis_client import connect
from consumers.catalog.catalog_updater import CatalogUpdater
from consumers.catalog.served_catalog import ServedCatalog
from consumers.clock import Clock
from consumers.kafka.event_log import IN_BULK, EventLog
from consumers.monitor.catalog_guard import CatalogGuard
from consumers.monitor.hit_rate_watch import HitRateWatch, load_detector_aside
from consumers.monitor.monitor import Monitor
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from consumers.redis.status_reader import StatusReader
from consumers.settings import ConsumerSettings
from online_models.schema.keyspace import CATALOG, DEAD_LETTERS, EVENT_TOPICS, LEARNER_GROUP, MONITOR_GROUP

CATALOG_TIMEOUT = 5.0


def build_monitor(settings: ConsumerSettings) -> Monitor:
    """Build the monitor. Nothing connects before it runs."""
    clock, kafka = Clock(), settings.cluster_at(settings.kafka)
    outbox = Outbox(settings.redis, clock)
    # It commits nothing itself: the group is the one whose lag it shows.
    source, *further = (topic.name for topic in EVENT_TOPICS)
    log = EventLog(kafka, source, LEARNER_GROUP, "riverfront-monitor", IN_BULK, further)
    dead_letters = EventLog(kafka, DEAD_LETTERS.name, MONITOR_GROUP, "riverfront-monitor-dead")
    return Monitor(
        log=log,
        dead_letters=dead_letters,
        status=StatusReader(settings.redis),
        writer=ServingWriter(outbox),
        notifier=Notifier(outbox),
        outbox=outbox,
        clock=clock,
        hit_rate=HitRateWatch(load_detector_aside()),
    )


def build_catalog_guard(settings: ConsumerSettings) -> CatalogGuard:
    """Build what publishes the catalog again. Nothing connects before it runs."""
    client = connect(settings.redis, CATALOG_TIMEOUT, connect_timeout=1.0)
    return CatalogGuard(client, CatalogArchive(settings.catalog))


def build_catalog_updater(settings: ConsumerSettings) -> CatalogUpdater:
    """Build what applies changes to the catalog. Nothing connects before it runs."""
    log = EventLog(settings.cluster_at(settings.kafka), CATALOG.name, MONITOR_GROUP, "riverfront-monitor-catalog")
    archive = CatalogArchive(settings.catalog)
    return CatalogUpdater(
        log,
        ServedCatalog(connect(settings.redis, CATALOG_TIMEOUT, connect_timeout=1.0)),
        is_kept=lambda: archive.version() is not None,
    )
