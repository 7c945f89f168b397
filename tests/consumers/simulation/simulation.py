"""One seed: learners of real parts live, are killed and live again, until all that happened is learned."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from consumers.kafka.record import number_of
from online_models.schema.events import AnyEvent, VisitorId, encode
from tests.consumers.builders import NOW, a_shopping_day, a_view, with_impressions
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import hash_of
from tests.consumers.simulation.disk import SimulatedDisk
from tests.consumers.simulation.learner import Build, Outside, SimulatedLearner
from tests.consumers.simulation.parts import ITEMS, ODD
from tests.consumers.simulation.weights import PublishedWeights
from tests.consumers.simulation.world import World

EVENTS = (4, 8, 16)
"""How many there may be, beside the lists that are shown."""

PACE, HURRY = 0.4, 4.0
"""Seconds between two events, and between two steps of learners that nothing holds up."""

LATE_BY = 5 / 6
"""Of the time that a story takes: so much later some events arrive at most."""

BEATS = 13
"""Heartbeats between two such steps."""

SETTLED_WITHIN = 400
"""Steps in which learners that nothing holds up must be done."""

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
    flush: float = 0.01
    pause: float = 0.03
    stop: float = 0.03
    start: float = 0.6
    trained: float = 0.4
    """That there is a process that trains, in the whole story."""

    weights: float = 0.08


@dataclass(slots=True)
class Simulation:
    """The lives of some learners. What they leave is judged by `tests.consumers.simulation.invariants`."""

    seed: int
    build: Build = field(default_factory=Build)
    size: int = 1
    odds: Odds = field(default_factory=Odds)
    outside: Outside = field(init=False)
    learners: list[SimulatedLearner] = field(init=False)
    flushed_at: float = 0.0
    _coming: list[tuple[float, bytes | None, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = World(self.seed)
        disk = SimulatedDisk(world, syncs=self.build.disk_syncs)
        topic = MemoryTopic(world.chance.choice((1, 2, 3)), world.chance.choice((0, 1, 2)))
        weights = PublishedWeights(world) if world.happens(self.odds.trained) else None
        self.outside = Outside(world, disk, topic, is_shared=self.size > 1, weights=weights)
        self.learners = [SimulatedLearner(str(n), self.outside, self.build) for n in range(1, self.size + 1)]

    @property
    def world(self) -> World:
        return self.outside.world

    @property
    def lives(self) -> int:
        """How many there were."""
        return sum(learner.lives for learner in self.learners)

    def run(self) -> None:
        """Let all events happen among faults; then let learners that nothing disturbs finish."""
        self._coming = sorted(self._plan(), key=lambda coming: coming[0])
        while self._coming:
            self._take_turn()
        self.world.active = ""
        self.world.heal()
        settled = 0
        for _ in range(SETTLED_WITHIN):
            for learner in self.learners:
                learner.live(deadly=False)
            self._wait(HURRY)
            settled = settled + 1 if all(learner.is_settled() for learner in self.learners) else 0
            if settled > 1:
                return
        self.outside.broken.append(f"not done within {SETTLED_WITHIN} steps")

    def _plan(self) -> list[tuple[float, bytes | None, str]]:
        """Say what arrives at the log, and when: late, twice, broken, and now and then what no model can take."""
        chance, plan = self.world.chance, list[tuple[float, bytes | None, str]]()
        events = chance.choice(EVENTS)
        day, latest = a_shopping_day(self.seed, events, len(ITEMS)), LATE_BY * PACE * events
        for event in with_impressions(day, self.seed, len(ITEMS)):
            at = NOW + PACE * len(plan) + (chance.uniform(0, latest) if self.world.happens(self.odds.late) else 0.1)
            plan.append((at, encode(event), event.visitor))
            while self.world.happens(self.odds.twice):
                at += chance.uniform(0, latest)
                plan.append((at, encode(event), event.visitor))
            if self.world.happens(self.odds.garbage):
                plan.append((at, chance.choice(GARBAGE), chance.choice("abcdef")))
            if self.world.happens(self.odds.garbage):
                odd: AnyEvent = a_view(VisitorId(ODD), at=at, event_id=f"odd{len(plan)}")
                plan.append((at, encode(odd), ODD))
        return plan

    def _take_turn(self) -> None:
        world = self.world
        world.active = ""
        self._wait(world.chance.choice((0.02, 0.1, 0.4, 1.0)))
        while self._coming and self._coming[0][0] <= world.clock.now():
            _, value, visitor = self._coming.pop(0)
            self.outside.topic.append(value, self._partition_of(value, visitor), world.clock.now())
        self._trouble()
        for learner in world.chance.sample(self.learners, self.size):
            if world.clock.now() >= learner.paused_until:
                self._live(learner)

    def _partition_of(self, value: bytes | None, visitor: str) -> int:
        """Impressions have a topic of their own, but for those that an older shop has sent."""
        topic = self.outside.topic
        if value is not None and b"ranking_shown" in value and topic.impressions and self.world.happens(0.8):
            return number_of(1, hash_of(visitor) % topic.impressions)
        return hash_of(visitor) % topic.partitions

    def _trouble(self) -> None:
        """Let things fail, recover, grow and vanish."""
        world, odds = self.world, self.odds
        for fault in ("log_down", "redis_down", "disk_full"):
            if world.happens(odds.repair if getattr(world, fault) else odds.fault):
                setattr(world, fault, not getattr(world, fault))
                world.tell(f"{fault}: {getattr(world, fault)}")
        if world.happens(odds.partition):
            topic = self.outside.topic
            world.chance.choice((topic.add_partition, topic.add_impressions))()
            world.tell(f"the topics have {topic.partitions} and {topic.impressions} partitions")
        if self.outside.weights is not None and not world.log_down and world.happens(odds.weights):
            self.outside.weights.publish(self.outside.topic.ends())
        if world.happens(odds.flush):
            self.outside.store.flush()
            self.outside.heartbeats.clear()
            self.flushed_at = world.clock.now()
            world.tell("Redis is flushed")

    def _live(self, learner: SimulatedLearner) -> None:
        world, odds = self.world, self.odds
        if learner.life is None and not world.happens(odds.start):
            return
        lives = learner.live(deadly=world.happens(0.8))
        if lives and learner.life is not None:
            if world.happens(odds.stop):
                lives = learner.stop()
            elif self.size > 1 and world.happens(odds.pause):
                learner.paused_until = world.clock.now() + world.chance.uniform(0, 6)
                world.tell(f"does nothing until {learner.paused_until - NOW:.3f}")
        if not lives and world.happens(odds.power_cut):
            self._cut_power(self.learners)

    def _cut_power(self, learners: Iterable[SimulatedLearner]) -> None:
        for learner in learners:
            learner.die()
        self.outside.disk.cut_power()

    def _wait(self, seconds: float) -> None:
        """Let time pass. Heartbeats are sent meanwhile, by threads of their own."""
        world = self.world
        pieces = BEATS if self.size > 1 and seconds == HURRY else 1
        for _ in range(pieces):
            world.clock.advance(seconds / pieces)
            if pieces > 1:
                for learner in self.learners:
                    world.active = learner.name
                    learner.beat()
