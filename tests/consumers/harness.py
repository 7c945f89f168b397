"""The learner's loop with everything around it in memory, and a clock moved by hand."""

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from consumers.jobs.dirty_items import DirtyItems
from consumers.jobs.explanations import Explanations
from consumers.jobs.rank_queue import RankQueue
from consumers.jobs.ranker import Jobs, Ranker
from consumers.jobs.related_lists import RelatedLists
from consumers.jobs.rewriting import Rewriting
from consumers.jobs.shared_lists import SharedLists
from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import number_of
from consumers.learner.checkpoint import Checkpoint, SavePolicy
from consumers.learner.gc_tuning import GcTuning
from consumers.learner.learner import Learner
from consumers.learner.learner_report import LearnerReport, measure_memory
from consumers.learner.loop import LearnerLoop
from consumers.learner.ranker_exchange import RankerExchange
from consumers.learner.recent_events import RecentEvents
from consumers.learner.snapshot_store import SnapshotStore
from consumers.learner.weights_uptake import WeightsUptake
from consumers.members.heartbeats import Heartbeat
from consumers.members.membership import Membership
from consumers.redis.cards import Cards
from consumers.redis.catalog_reader import CatalogReader, CatalogWatcher, PublishedCatalog
from consumers.redis.fences import Fences
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.recent_writes import RecentWrites
from consumers.redis.serving_writer import ServingWriter
from consumers.redis.store_watcher import StoreReader, StoreWatcher
from online_models.arrays.state import State
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, RankingShown, VisitorId, encode
from online_models.schema.messages import LearnerStatus, RankingChanged, decode_statuses
from online_models.schema.recommendations import Ranking, decode_ranking
from online_models.snapshot import SnapshotHeader
from online_models.snapshot import encode as encode_snapshot
from tests.consumers.builders import NOW, a_product
from tests.consumers.fakes import (
    InlineExecutor,
    ManualClock,
    MemoryCatalog,
    MemoryDeadLetters,
    MemoryEventLog,
    MemoryHeartbeats,
    MemoryOutbox,
    MemoryPublisher,
    MemoryRedis,
    MemoryStore,
    MemoryTopic,
)

CATALOG = PublishedCatalog("v1", {p.item: p for p in (a_product(f"i{n}") for n in range(25))}, {})

PATIENT = SavePolicy(seconds=30, events=1_000_000)


@dataclass(slots=True)
class Surroundings:
    """What a learner's life depends on beside the log and the folder."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW + 1))
    outbox: Outbox = field(default_factory=MemoryOutbox)
    dead_letters: DeadLetters = field(default_factory=MemoryDeadLetters)
    executor: Executor = field(default_factory=InlineExecutor)
    recent: RecentEvents = field(default_factory=RecentEvents)
    store: StoreReader = field(default_factory=lambda: MemoryStore(MemoryRedis()))
    members: Membership = field(default_factory=lambda: Membership("1", ManualClock()))
    memory: Callable[[], int] = measure_memory
    weights: WeightsUptake | None = None


class Life:
    """One life of a learner, built of its real parts. A second one on the same log and folder is its next life."""

    def __init__(
        self,
        around: Surroundings,
        model: Hybrid,
        store: SnapshotStore,
        log: EventLog,
        policy: SavePolicy,
        catalog: CatalogReader,
        exchange: RankerExchange | None = None,
    ) -> None:
        self.clock, self.recent, self.model, self.members = around.clock, around.recent, model, around.members
        outbox, clock, cards = around.outbox, around.clock, Cards()
        self.exchange = exchange or RankerExchange(model, clock)
        recent_writes, fences = RecentWrites(), Fences()
        writer, notifier = ServingWriter(outbox, recent_writes, fences), Notifier(outbox, fences)
        jobs = Jobs(
            rank_queue=RankQueue(),
            related=RelatedLists(model, cards, writer, notifier, clock),
            explanations=Explanations(model, writer, clock),
            dirty_items=DirtyItems(),
        )
        self.learner = Learner(
            *(model, around.recent, jobs, around.dead_letters, writer, clock, self.members, self.exchange),
            weights=around.weights,
        )
        self.ranker = Ranker(model, jobs, cards, writer, notifier, outbox, clock)
        self.checkpoint = Checkpoint(
            *(store, model, around.recent, around.executor, clock, "0.0.0", policy, self.exchange),
            weights=around.weights,
        )
        shared_lists = SharedLists(model, jobs.dirty_items, cards, writer, notifier, clock)
        self.rewriting = Rewriting(StoreWatcher(around.store), shared_lists, recent_writes, writer, self.members.owns)
        self.loop = LearnerLoop(
            log=log,
            learner=self.learner,
            ranker=self.ranker,
            shared_lists=shared_lists,
            rewriting=self.rewriting,
            checkpoint=self.checkpoint,
            outbox=outbox,
            fences=fences,
            catalog=CatalogWatcher(catalog),
            cards=cards,
            report=LearnerReport(self.learner, self.ranker, self.checkpoint, around.memory, lambda: True).run,
            gc_tuning=GcTuning(clock),
            members=self.members,
            exchange=self.exchange,
        )
        self.loop.start()

    def dump(self) -> bytes:
        """Return everything that was learned from the log, as bytes that are equal if it is.

        What was learned from the lists that visitors had is left out: which lists those were is not in the log.
        """
        header = SnapshotHeader(
            positions=dict(sorted(self.learner.offsets.items())),
            recent_events=self.recent.ids(),
            saved_at=0.0,
            product_version="",
        )
        return b"".join(encode_snapshot(what_the_log_determines(self.model.dump()), header))


class Several:
    """What several learners share."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW + 1)
        self.heartbeats: dict[str, Heartbeat] = {}
        self.updates = MemoryTopic(1)
        self.store = MemoryOutbox()


class Harness(Life):
    """A life with everything around it in memory."""

    def __init__(
        self,
        topic: MemoryTopic,
        folder: Path,
        model: Hybrid | None = None,
        store: SnapshotStore | None = None,
        log: EventLog | None = None,
        policy: SavePolicy = PATIENT,
        catalog: PublishedCatalog | None = CATALOG,
        name: str = "1",
        among: Several | None = None,
    ) -> None:
        self.topic = topic
        clock = among.clock if among else ManualClock(NOW + 1)
        self.outbox = MemoryOutbox(among.store if among else None)
        self.dead_letters = MemoryDeadLetters()
        self.catalog = MemoryCatalog()
        self.catalog.published = catalog
        self.store = MemoryStore(self.outbox)
        members = Membership(name, clock, MemoryHeartbeats(among.heartbeats) if among else None)
        model = model or Hybrid(owns=members.owns if among else None)
        around = Surroundings(clock, self.outbox, self.dead_letters, store=self.store, members=members)
        super().__init__(
            around,
            model,
            store or SnapshotStore(folder / name if among else folder, peers=folder if among else None),
            log or MemoryEventLog(topic, keyspace.LEARNER_GROUP),
            policy,
            self.catalog,
            RankerExchange(
                model,
                clock,
                MemoryEventLog(among.updates) if among else None,
                MemoryPublisher(among.updates) if among else None,
            ),
        )

    def tell(self, *events: AnyEvent) -> None:
        """Append events, and let the loop take one step."""
        append(self.topic, events)
        self.loop.step()

    def wait(self, seconds: float) -> None:
        """Let time pass, and the loop take one step."""
        self.clock.advance(seconds)
        self.loop.step()

    def ranking(self, visitor: str) -> Ranking | None:
        payload = self.outbox.get(keyspace.ranking(VisitorId(visitor)))
        return None if payload is None else decode_ranking(payload)

    def pushes(self, event: str = "ranking_changed") -> list[dict[str, object]]:
        messages = [json.loads(payload) for _, payload in self.outbox.published]
        return [message for message in messages if message["event"] == event]

    def lists_pushed(self) -> list[tuple[str, RankingChanged]]:
        """Return each pushed list with the room that it went to."""
        return [
            (str(message["room"]), msgspec.convert(message["data"][0], RankingChanged))  # type: ignore[index]
            for message in self.pushes()
        ]

    def status(self) -> LearnerStatus | None:
        fields = self.outbox.fields(keyspace.learner_statuses())
        return next(iter(decode_statuses({name.encode(): payload for name, payload in fields.items()})), None)


def what_the_log_determines(state: State) -> State:
    """Leave out what was learned from lists, and what tests have added."""
    return {name: part for name, part in state.items() if name not in {"ranker", "lineage", "last"}}


def append(topic: MemoryTopic, events: Iterable[AnyEvent]) -> None:
    for event in events:
        topic.append(encode(event), partition=partition_of(topic, event), at=event.occurred_at)


def partition_of(topic: MemoryTopic, event: AnyEvent) -> int:
    """Return where the storefront would send an event."""
    if isinstance(event, RankingShown) and topic.impressions:
        return number_of(1, hash_of(event.visitor) % topic.impressions)
    return hash_of(event.visitor) % topic.partitions


def hash_of(text: str) -> int:
    return sum(text.encode())


def in_pieces(events: Sequence[AnyEvent], size: int) -> list[Sequence[AnyEvent]]:
    return [events[start : start + size] for start in range(0, len(events), size)]
