"""The lives of one learner: real parts over a simulated outside, which it shares with other learners."""

from dataclasses import dataclass, field
from pathlib import Path

from connections.kafka_cluster import KafkaCluster
from consumers.kafka.dead_letter import DeadLetters
from consumers.learner.checkpoint import SavePolicy
from consumers.learner.ranker_exchange import RankerExchange
from consumers.learner.recent_events import RecentEvents
from consumers.learner.snapshot_store import SnapshotStore
from consumers.learner.weights_uptake import WeightsUptake
from consumers.members.heartbeats import Heartbeat
from consumers.members.membership import SECONDS_BETWEEN_BEATS, Membership
from consumers.redis.outbox import Outbox
from online_models.schema.keyspace import IMPRESSIONS
from tests.consumers.builders import NOW
from tests.consumers.fakes import MemoryCatalog, MemoryRedis, MemoryStore, MemoryTopic
from tests.consumers.harness import Life, Surroundings
from tests.consumers.simulation.disk import SimulatedDisk
from tests.consumers.simulation.log import SimulatedLog, SimulatedProducer, SimulatedPublisher
from tests.consumers.simulation.parts import SHELF, LaterExecutor, SimulatedModel
from tests.consumers.simulation.redis_server import SimulatedConnections, SimulatedHeartbeats, SimulatedStore
from tests.consumers.simulation.weights import PublishedWeights, WeightsLog
from tests.consumers.simulation.world import Killed, World

OFTEN = SavePolicy(seconds=3, events=6)
SNAPSHOTS, SPOOL = Path("/disk/snapshots"), Path("/disk/spool")
MOST_SNAPSHOTS = 10
"""Those that are kept, one that is being written, and those of which a power cut undid the deletion."""


@dataclass(slots=True)
class Build:
    """The parts that a life is built of: mutants replace some."""

    recent: type[RecentEvents] = RecentEvents
    store: type[SnapshotStore] = SnapshotStore
    model: type[SimulatedModel] = SimulatedModel
    letters: type[DeadLetters] = DeadLetters
    life: type[Life] = Life
    members: type[Membership] = Membership
    uptake: type[WeightsUptake] = WeightsUptake
    disk_syncs: bool = True


@dataclass(slots=True)
class Outside:
    """What all learners share."""

    world: World
    disk: SimulatedDisk
    topic: MemoryTopic
    is_shared: bool
    """Whether there are several learners."""

    redis: MemoryRedis = field(default_factory=MemoryRedis)
    updates: MemoryTopic = field(default_factory=lambda: MemoryTopic(1))
    heartbeats: dict[str, Heartbeat] = field(default_factory=dict)
    letters: list[tuple[bytes, bytes | None, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    weights: PublishedWeights | None = None
    """What a refit process publishes; None where there is no such process."""

    store: MemoryStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = SimulatedStore(self.redis, self.world)


@dataclass(slots=True)
class SimulatedLearner:
    """A learner by its name. ``life`` is None while it is dead."""

    name: str
    outside: Outside
    build: Build
    life: Life | None = None
    lives: int = 0
    paused_until: float = 0.0
    _executor: LaterExecutor = field(default_factory=LaterExecutor)
    _weights_log: WeightsLog | None = None
    _beat_at: float = 0.0
    _saved_at: float = 0.0
    _restored_at: float = 0.0

    def live(self, *, deadly: bool) -> bool:
        """Start if there is no learner, else take a step. Returns False if that was its death."""
        self.outside.world.active = self.name
        try:
            if self.life is None:
                self._start(deadly=deadly)
            else:
                self.beat()
                self.life.loop.step()
                if not deadly or self.outside.world.happens(0.5):
                    self._executor.run()
                self._note_saved()
                self.outside.broken.extend(self._unbounded(self.life))
        except Killed:
            self.die()
            return False
        return True

    def beat(self) -> None:
        """Send and hear heartbeats, and ask Redis who it is, as threads of their own do, if it is time."""
        now = self.outside.world.clock.now()
        if self.life is not None and now >= self._beat_at:
            self._beat_at = now + SECONDS_BETWEEN_BEATS
            self.life.members.beat()
            self.life.rewriting.store.check()

    def stop(self) -> bool:
        """Stop in order. Returns False if it is killed on the way."""
        assert self.life is not None
        world = self.outside.world
        world.active = self.name
        world.tell("asked to stop")
        try:
            if self.life.members.is_shared:
                self.life.members.beat(is_leaving=True)
            self.life.loop.finish()
        except Killed:
            self.die()
            return False
        self.die()
        return True

    def die(self) -> None:
        """Lose everything but what is on disk."""
        if self.life is not None:
            self._note_saved()
        self.life, self._executor = None, LaterExecutor()

    def is_settled(self) -> bool:
        """Say whether nothing is left to do."""
        life, disk = self.life, self.outside.disk
        return (
            life is not None
            and self.is_read()
            and (self._weights_log is None or self._weights_log.is_read)
            and life.exchange.is_caught_up
            and (life.exchange.log is None or life.exchange.offset == self.outside.updates.ends()[0])
            and not life.learner.again
            and not life.ranker.is_busy
            and not life.rewriting.is_busy
            and not life.loop.outbox.pending
            and not disk.size(self._spool)
            and not disk.size(self._spool.with_suffix(".sending"))
        )

    def is_read(self) -> bool:
        """Say whether the learner is at the end of every partition. Of an added one, it hears with its first record."""
        offsets = self.life.learner.offsets if self.life is not None else {}
        return all(offsets.get(partition, 0) == end for partition, end in self.outside.topic.ends().items())

    @property
    def _spool(self) -> Path:
        return SPOOL / f"dead-letters-{self.name}.jsonl"

    @property
    def _snapshots(self) -> Path:
        return SNAPSHOTS / self.name if self.outside.is_shared else SNAPSHOTS

    def _start(self, *, deadly: bool) -> None:
        outside, build = self.outside, self.build
        world, is_shared = outside.world, outside.is_shared
        self.lives += 1
        world.tell(f"life {self.lives} begins")
        world.arm(deadly=deadly)
        catalog = MemoryCatalog()
        catalog.published = SHELF
        members = build.members(
            self.name, world.clock, SimulatedHeartbeats(outside.heartbeats, world) if is_shared else None
        )
        letters = build.letters(
            KafkaCluster("log:9092"),
            "interactions",
            "interactions.dead",
            self._spool,
            world.clock,
            lambda _: SimulatedProducer(world, outside.letters),  # type: ignore[arg-type,return-value]
            outside.disk,
            further=(IMPRESSIONS.name,),
        )
        model = build.model(world, members.owns if is_shared else None)
        around = Surroundings(
            clock=world.clock,
            outbox=Outbox("redis://redis", world.clock, SimulatedConnections(outside.redis, world)),
            dead_letters=letters,
            executor=self._executor,
            recent=build.recent(),
            store=outside.store,
            members=members,
            memory=lambda: 1,
            weights=self._follow_weights(model),
        )
        store = build.store(self._snapshots, peers=SNAPSHOTS if is_shared else None, files=outside.disk)
        exchange = RankerExchange(model, world.clock)
        if is_shared:
            exchange.log = SimulatedLog(outside.updates, world)
            exchange.publisher = SimulatedPublisher(outside.updates, world)
        log = SimulatedLog(outside.topic, world)
        self.life = build.life(around, model, store, log, OFTEN, catalog, exchange)
        if self._weights_log is not None:
            learner, self._weights_log.read_offsets = self.life.learner, lambda: learner.offsets
        saved = self.life.checkpoint.saved
        world.tell(f"restored a snapshot of {saved.at - NOW:.3f}" if saved else "no snapshot")
        self._restored_at = saved.at if saved else 0.0
        # With several, the newest file may be another learner's, and hold a little less.
        if self._restored_at < self._saved_at and not is_shared:
            outside.broken.append(f"life {self.lives} of {self.name}: a snapshot that was said to be saved is lost")

    def _follow_weights(self, model: SimulatedModel) -> WeightsUptake | None:
        outside, published = self.outside, self.outside.weights
        if published is None:
            return None
        log = self._weights_log = WeightsLog(published, outside.world, outside.broken)
        model.on_take_up = log.note_taken
        return self.build.uptake(model, log, published, self._executor, outside.world.clock)

    def _note_saved(self) -> None:
        """Remember what this life was told to be on disk. What it restored may not be there for good yet."""
        saved = self.life.checkpoint.saved if self.life is not None else None
        if saved is not None and saved.at > self._restored_at:
            self._saved_at = max(self._saved_at, saved.at)

    def _unbounded(self, life: Life) -> list[str]:
        events = len(self.outside.topic.records)
        sizes = {
            "snapshots": (len(self.outside.disk.names(self._snapshots)), MOST_SNAPSHOTS),
            "rank queue": (life.ranker.pending, events),
            "outbox": (life.loop.outbox.pending, 400),
            "recent events": (len(life.recent.ids()), events),
            "standby work": (len(life.learner.standby), 2 * events),
        }
        return [f"{name}: {size} of {most}" for name, (size, most) in sizes.items() if size > most]
