"""Puts the learner together from its real parts. The only place that names them."""

import importlib.metadata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from consumers.clock import Clock
from consumers.jobs.dirty_items import DirtyItems
from consumers.jobs.explanations import Explanations
from consumers.jobs.rank_queue import RankQueue
from consumers.jobs.ranker import Jobs, Ranker
from consumers.jobs.related_lists import RelatedLists
from consumers.jobs.rewriting import Rewriting
from consumers.jobs.shared_lists import SharedLists
from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.event_log import EventLog
from consumers.kafka.update_publisher import UpdatePublisher
from consumers.learner.checkpoint import Checkpoint, SavePolicy
from consumers.learner.code_loading import CodeLoading, load
from consumers.learner.gc_tuning import GcTuning
from consumers.learner.learner import Learner
from consumers.learner.learner_report import LearnerReport, measure_memory
from consumers.learner.loop import LearnerLoop
from consumers.learner.ranker_exchange import RankerExchange
from consumers.learner.recent_events import RecentEvents
from consumers.learner.snapshot_store import SnapshotStore
from consumers.learner.weights_files import WeightsFiles
from consumers.learner.weights_uptake import WeightsUptake
from consumers.members.heartbeats import RedisHeartbeats
from consumers.members.membership import Membership
from consumers.redis.cards import Cards
from consumers.redis.catalog_reader import CatalogReader, CatalogWatcher
from consumers.redis.fences import Fences
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.recent_writes import RecentWrites
from consumers.redis.serving_writer import ServingWriter
from consumers.redis.store_watcher import StoreReader, StoreWatcher
from consumers.requests.request_loop import RequestLoop
from consumers.requests.request_queue import RequestQueue
from consumers.requests.turns import Turns
from consumers.settings import ConsumerSettings
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.keyspace import (
    DEAD_LETTERS,
    EVENT_TOPICS,
    LEARNER_GROUP,
    LEARNER_TOPICS,
    RANKER_UPDATES,
    WEIGHTS,
)


def build_code_loading(settings: ConsumerSettings) -> CodeLoading:
    """Build what loads the code that the learner's model will need."""
    return CodeLoading(Clock(), partial(load, _model_settings(settings), is_shared=settings.learners > 1))


def build_learner(settings: ConsumerSettings, is_warm: Callable[[], bool]) -> LearnerLoop:
    """Build the learner. Nothing connects before the loop runs. ``is_warm`` says when its code is loaded."""
    clock, cards, is_shared = Clock(), Cards(), settings.learners > 1
    kafka = settings.cluster_at(settings.kafka)
    members = Membership(settings.learner, clock, RedisHeartbeats(settings.redis) if is_shared else None)
    model = Hybrid(_model_settings(settings), owns=members.owns if is_shared else None)
    exchange = RankerExchange(model, clock)
    if is_shared:
        exchange.log = EventLog(kafka, RANKER_UPDATES.name, LEARNER_GROUP, "riverfront-learner-updates")
        exchange.publisher = UpdatePublisher(kafka, RANKER_UPDATES.name)
    weights = WeightsUptake(
        model,
        EventLog(kafka, WEIGHTS.name, LEARNER_GROUP, "riverfront-learner-weights"),
        WeightsFiles(settings.weights),
        ThreadPoolExecutor(1, "weights"),
        clock,
    )
    outbox = Outbox(settings.redis, clock)
    recent_writes, fences = RecentWrites(), Fences()
    writer, notifier = ServingWriter(outbox, recent_writes, fences), Notifier(outbox, fences)
    recent = RecentEvents()
    source, *further = (topic.name for topic in EVENT_TOPICS)
    dead_letters = DeadLetters(
        kafka, source, DEAD_LETTERS.name, settings.dead_letter_spool, clock, further=tuple(further)
    )
    jobs = Jobs(
        rank_queue=RankQueue(),
        related=RelatedLists(model, cards, writer, notifier, clock),
        explanations=Explanations(model, writer, clock),
        dirty_items=DirtyItems(),
    )
    learner = Learner(model, recent, jobs, dead_letters, writer, clock, members, exchange, weights=weights)
    ranker = Ranker(model, jobs, cards, writer, notifier, outbox, clock)
    checkpoint = Checkpoint(
        SnapshotStore(settings.snapshots, peers=settings.all_snapshots if is_shared else None),
        model,
        recent,
        ThreadPoolExecutor(1, "snapshot"),
        clock,
        importlib.metadata.version("riverfront"),
        SavePolicy(settings.snapshot_seconds, int(settings.snapshot_events)),
        exchange,
        weights=weights,
    )
    shared_lists = SharedLists(model, jobs.dirty_items, cards, writer, notifier, clock)
    turns = Turns()
    requests = RequestLoop(model, RequestQueue(settings.redis), turns, clock)
    return LearnerLoop(
        log=EventLog(
            *(kafka, source, LEARNER_GROUP, "riverfront-learner"),
            further=[topic.name for topic in LEARNER_TOPICS[1:]],
        ),
        learner=learner,
        ranker=ranker,
        shared_lists=shared_lists,
        rewriting=Rewriting(
            StoreWatcher(StoreReader(settings.redis)), shared_lists, recent_writes, writer, members.owns
        ),
        checkpoint=checkpoint,
        outbox=outbox,
        fences=fences,
        catalog=CatalogWatcher(CatalogReader(settings.redis)),
        cards=cards,
        report=LearnerReport(learner, ranker, checkpoint, measure_memory, is_warm, requests).run,
        gc_tuning=GcTuning(clock),
        members=members,
        exchange=exchange,
        turns=turns,
        requests=requests,
    )


def _model_settings(settings: ConsumerSettings) -> HybridSettings:
    return HybridSettings(varies=settings.varied_lists)
