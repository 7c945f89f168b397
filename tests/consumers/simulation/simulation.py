"""One seed: a learner of real parts lives, is killed and lives again, until all that happened is learned."""

from dataclasses import dataclass, field
from pathlib import Path

from connections.kafka_cluster import KafkaCluster
from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.record import number_of
from consumers.learner.checkpoint import SavePolicy
from consumers.learner.recent_events import RecentEvents
from consumers.learner.snapshot_store import SnapshotStore
from consumers.redis.outbox import Outbox
from online_models.schema.events import AnyEvent, VisitorId, encode
from online_models.schema.keyspace import IMPRESSIONS
from tests.consumers.builders import NOW, a_shopping_day, a_view, with_impressions
from tests.consumers.fakes import MemoryCatalog, MemoryRedis, MemoryStore, MemoryTopic
from tests.consumers.harness import CATALOG, Life, Surroundings, hash_of
from tests.consumers.simulation.disk import SimulatedDisk
from tests.consumers.simulation.log import SimulatedLog, SimulatedProducer
from tests.consumers.simulation.parts import ODD, LaterExecutor, SimulatedModel
from tests.consumers.simulation.redis_server import SimulatedConnections
from tests.consumers.simulation.world import Killed, World

EVENTS = 24
OFTEN = SavePolicy(seconds=3, events=6)
SNAPSHOTS, SPOOL = Path("/disk/snapshots"), Path("/disk/spool/dead-letters.jsonl")
PACE, HURRY = 0.4, 4.0
"""Seconds between two events, and between two steps of a learner that nothing holds up."""

MOST_SNAPSHOTS = 10
"""Those that are kept, one that is being written, and those of which a power cut undid the deletion."""

SETTLED_WITHIN = 400
"""Steps in which a learner that nothing holds up must be done."""

GARBAGE = (
    *(b"nonsense", b"", None, b"\xff\xfe"),
    *(b'{"kind":"item_sniffed"}', b'{"kind":"item_viewed","event_id":"x"}', b'{"kind":"ranking_shown","items":7}'),
)


@dataclass(frozen=True, slots=True)
class Odds:
    """How likely something is, within a turn."""

    late: float = 0.25
    twice: float = 0.12
    garbage: float = 0.06
    power_cut: float = 0.4
    fault: float = 0.05
    repair: float = 0.3
    partition: float = 0.01
    stop: float = 0.03
    start: float = 0.6


@dataclass(slots=True)
class Build:
    """The parts that a life is built of: mutants replace some."""

    recent: type[RecentEvents] = RecentEvents
    store: type[SnapshotStore] = SnapshotStore
    model: type[SimulatedModel] = SimulatedModel
    letters: type[DeadLetters] = DeadLetters
    life: type[Life] = Life
    disk_syncs: bool = True


@dataclass(slots=True)
class Simulation:
    """The lives of one learner. What they leave is judged by `tests.consumers.simulation.invariants`."""

    seed: int
    build: Build = field(default_factory=Build)
    odds: Odds = field(default_factory=Odds)
    world: World = field(init=False)
    disk: SimulatedDisk = field(init=False)
    topic: MemoryTopic = field(init=False)
    redis: MemoryRedis = field(default_factory=MemoryRedis)
    letters: list[tuple[bytes, bytes | None, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    life: Life | None = None
    lives: int = 0
    _executor: LaterExecutor = field(default_factory=LaterExecutor)
    _coming: list[tuple[float, bytes | None, str]] = field(default_factory=list)
    _saved_at: float = 0.0
    _restored_at: float = 0.0

    def __post_init__(self) -> None:
        self.world = World(self.seed)
        self.disk = SimulatedDisk(self.world, syncs=self.build.disk_syncs)
        self.topic = MemoryTopic(self.world.chance.choice((1, 2, 3)), self.world.chance.choice((0, 1, 2)))

    def run(self) -> None:
        """Let all events happen among faults; then let a learner that nothing disturbs finish."""
        self._coming = sorted(self._plan(), key=lambda coming: coming[0])
        while self._coming:
            self._take_turn()
        self.world.heal()
        settled = 0
        for _ in range(SETTLED_WITHIN):
            self._live(deadly=False)
            self.world.clock.advance(HURRY)
            settled = settled + 1 if self._is_settled() else 0
            if settled > 1:
                return
        self.broken.append(f"not done within {SETTLED_WITHIN} steps")

    def _plan(self) -> list[tuple[float, bytes | None, str]]:
        """Say what arrives at the log, and when: late, twice, broken, and now and then what no model can take."""
        chance, plan = self.world.chance, list[tuple[float, bytes | None, str]]()
        for event in with_impressions(a_shopping_day(self.seed, EVENTS), self.seed):
            at = NOW + PACE * len(plan) + (chance.uniform(0, 8) if self.world.happens(self.odds.late) else 0.1)
            plan.append((at, encode(event), event.visitor))
            while self.world.happens(self.odds.twice):
                at += chance.uniform(0, 10)
                plan.append((at, encode(event), event.visitor))
            if self.world.happens(self.odds.garbage):
                plan.append((at, chance.choice(GARBAGE), chance.choice("abcdef")))
            if self.world.happens(self.odds.garbage):
                odd: AnyEvent = a_view(VisitorId(ODD), at=at, event_id=f"odd{len(plan)}")
                plan.append((at, encode(odd), ODD))
        return plan

    def _take_turn(self) -> None:
        world, odds = self.world, self.odds
        world.clock.advance(world.chance.choice((0.02, 0.1, 0.4, 1.0)))
        while self._coming and self._coming[0][0] <= world.clock.now():
            _, value, visitor = self._coming.pop(0)
            self.topic.append(value, self._partition_of(value, visitor), world.clock.now())
        for fault in ("log_down", "redis_down", "disk_full"):
            if world.happens(odds.repair if getattr(world, fault) else odds.fault):
                setattr(world, fault, not getattr(world, fault))
                world.tell(f"{fault}: {getattr(world, fault)}")
        if world.happens(odds.partition):
            world.chance.choice((self.topic.add_partition, self.topic.add_impressions))()
            world.tell(f"the topics have {self.topic.partitions} and {self.topic.impressions} partitions")
        if self.life is not None or world.happens(odds.start):
            self._live(deadly=world.happens(0.8))
            if self.life is not None and world.happens(odds.stop):
                self._stop()

    def _partition_of(self, value: bytes | None, visitor: str) -> int:
        """Impressions have a topic of their own, but for those that an older shop has sent."""
        if value is not None and b"ranking_shown" in value and self.topic.impressions and self.world.happens(0.8):
            return number_of(1, hash_of(visitor) % self.topic.impressions)
        return hash_of(visitor) % self.topic.partitions

    def _live(self, *, deadly: bool) -> None:
        """Start if there is no learner, else take a step. Either may end in its death."""
        try:
            if self.life is None:
                self._start(deadly=deadly)
            else:
                self.life.loop.step()
                if not deadly or self.world.happens(0.5):
                    self._executor.run()
                self._note_saved()
                self.broken.extend(self._unbounded())
        except Killed:
            self._note_saved()
            self.life, self._executor = None, LaterExecutor()
            if self.world.happens(self.odds.power_cut):
                self.disk.cut_power()

    def _start(self, *, deadly: bool) -> None:
        world, build = self.world, self.build
        self.lives += 1
        world.tell(f"life {self.lives} begins")
        world.arm(deadly=deadly)
        catalog = MemoryCatalog()
        catalog.published = CATALOG
        letters = build.letters(
            KafkaCluster("log:9092"),
            "interactions",
            "interactions.dead",
            SPOOL,
            world.clock,
            lambda _: SimulatedProducer(world, self.letters),  # type: ignore[arg-type,return-value]
            self.disk,
            further=(IMPRESSIONS.name,),
        )
        around = Surroundings(
            clock=world.clock,
            outbox=Outbox("redis://redis", world.clock, SimulatedConnections(self.redis, world)),
            dead_letters=letters,
            executor=self._executor,
            recent=build.recent(),
            store=MemoryStore(self.redis),
        )
        store = build.store(SNAPSHOTS, files=self.disk)
        log = SimulatedLog(self.topic, world)
        self.life = build.life(around, build.model(world), store, log, OFTEN, catalog)
        saved = self.life.checkpoint.saved
        world.tell(f"restored a snapshot of {saved.at - NOW:.3f}" if saved else "no snapshot")
        self._restored_at = saved.at if saved else 0.0
        if self._restored_at < self._saved_at:
            self.broken.append(f"life {self.lives}: a snapshot that was said to be saved is lost")

    def _stop(self) -> None:
        """Stop the learner in order, or kill it on the way."""
        assert self.life is not None
        self.world.tell("asked to stop")
        try:
            self.life.loop.finish()
            self._note_saved()
        except Killed:
            if self.world.happens(self.odds.power_cut):
                self.disk.cut_power()
        self.life, self._executor = None, LaterExecutor()

    def _note_saved(self) -> None:
        """Remember what this life was told to be on disk. What it restored may not be there for good yet."""
        saved = self.life.checkpoint.saved if self.life is not None else None
        if saved is not None and saved.at > self._restored_at:
            self._saved_at = max(self._saved_at, saved.at)

    def _is_settled(self) -> bool:
        life = self.life
        return (
            life is not None
            and self.is_read()
            and not life.learner.again
            and not life.ranker.is_busy
            and not life.loop.outbox.pending
            and not self.disk.size(SPOOL)
            and not self.disk.size(SPOOL.with_suffix(".sending"))
        )

    def is_read(self) -> bool:
        """Say whether the learner is at the end of every partition. Of an added one, it hears with its first record."""
        offsets = self.life.learner.offsets if self.life is not None else {}
        return all(offsets.get(partition, 0) == end for partition, end in self.topic.ends().items())

    def _unbounded(self) -> list[str]:
        life = self.life
        assert life is not None
        sizes = {
            "snapshots": (len(self.disk.names(SNAPSHOTS)), MOST_SNAPSHOTS),
            "rank queue": (life.ranker.pending, EVENTS),
            "outbox": (life.loop.outbox.pending, 400),
            "recent events": (len(life.recent.ids()), EVENTS + len(self._coming) + 200),
        }
        return [f"{name}: {size} of {most}" for name, (size, most) in sizes.items() if size > most]
