"""Two learners as they run in production, on real Kafka and Redis: killed, started again, and compared."""

import random
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from consumers.kafka.event_log import EventLog
from consumers.learner.snapshot_store import SnapshotStore
from online_models.arrays.state import read_part
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, EventId, ItemId, RankingShown, VisitorId, encode
from online_models.schema.recommendations import decode_ranking
from online_models.snapshot import SnapshotHeader, decode
from online_models.snapshot import encode as encode_snapshot
from tests.consumers.builders import a_product, a_view, common
from tests.consumers.processes import Shop, a_click, a_visitor, open_shop, running, stop, wait_for

pytestmark = pytest.mark.integration

NAMES = ("1", "2")
ROUNDS = 30


@pytest.fixture
def shop(kafka_servers: str, redis_url: str, process_redis_url: str, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(kafka_servers, redis_url, tmp_path, process_redis_url) as shop:
        yield shop


class Learners:
    """Learners by name, started and killed at will."""

    def __init__(self, shop: Shop, stack: ExitStack) -> None:
        self._shop = shop
        self._stack = stack
        self.processes: dict[str, subprocess.Popen[str]] = {}

    def start(self, *names: str) -> None:
        for name in names:
            child = running(self._shop, "learn", RIVERFRONT_LEARNERS="2", RIVERFRONT_LEARNER=name)
            self.processes[name] = self._stack.enter_context(child)

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        process.wait()
        self._shop.store.hdel(keyspace.learner_statuses(), name)

    def wait_until_they_share(self) -> None:
        """Wait until each of those that run ranks some visitors, and together they rank all."""

        def is_shared() -> bool | None:
            found = {status.name: status.share for status in self._shop.statuses()}
            shares = [found[name] for name in self.processes if name in found]
            return (len(shares) == len(self.processes) and min(shares) > 0 and sum(shares) == 1) or None

        wait_for(is_shared)

    def stop_all(self) -> None:
        for process in self.processes.values():
            stop(process)


@pytest.fixture
def learners(shop: Shop) -> Iterator[Learners]:
    with ExitStack() as stack:
        yield Learners(shop, stack)


def wait_for_answers(shop: Shop, events: Sequence[AnyEvent]) -> None:
    """Wait until each event has been answered by a pushed list."""
    missing = {event.event_id for event in events}

    def is_answered() -> bool | None:
        push = shop.next_push("ranking_changed")
        missing.difference_update(push["data"][0]["causes"] if push else ())
        return not missing or None

    wait_for(is_answered)


def clicks_of_many(item: str, visitors: int = 40) -> list[AnyEvent]:
    return [a_click(a_visitor(), item) for _ in range(visitors)]


def append_all(shop: Shop, events: Sequence[AnyEvent], partition: int | None = None) -> None:
    for event in events:
        key = event.visitor.encode()
        shop.producer.send(keyspace.INTERACTIONS.name, encode(event), key=key, partition=partition)
    shop.producer.flush()


def test_each_learner_answers_its_share_of_the_visitors(shop: Shop, learners: Learners) -> None:
    learners.start(*NAMES)
    learners.wait_until_they_share()
    for _ in range(ROUNDS):
        append_all(shop, clicks := clicks_of_many("i1"))
        wait_for_answers(shop, clicks)
        ranked = wait_for(partial(_when_all, shop, len(clicks)))
        if min(ranked.values()) > 0:
            break
        # One that got no processor time was taken for dead, and the other did its share.
        learners.wait_until_they_share()
    learners.stop_all()
    assert set(ranked) == set(NAMES)
    assert min(ranked.values()) > 0


def _when_all(shop: Shop, count: int) -> dict[str, int] | None:
    ranked = {status.name: status.ranked for status in shop.statuses()}
    return ranked if sum(ranked.values()) >= count else None


def test_a_killed_learner_leaves_nobody_without_a_list(shop: Shop, learners: Learners) -> None:
    learners.start(*NAMES)
    learners.wait_until_they_share()
    append_all(shop, before := clicks_of_many("i1"))
    learners.kill("2")
    append_all(shop, after := clicks_of_many("i2"))
    wait_for_answers(shop, [*before, *after])
    learners.start("2")
    learners.wait_until_they_share()
    append_all(shop, again := clicks_of_many("i3"))
    wait_for_answers(shop, again)
    learners.stop_all()


def test_both_killed_nothing_is_lost(shop: Shop, learners: Learners) -> None:
    learners.start(*NAMES)
    learners.wait_until_they_share()
    append_all(shop, before := clicks_of_many("i1"))
    wait_for_answers(shop, before)
    for name in NAMES:
        learners.kill(name)
    append_all(shop, after := clicks_of_many("i2"))
    learners.start(*NAMES)
    wait_for_answers(shop, after)
    learners.stop_all()


def saved_by(shop: Shop, name: str) -> tuple[SnapshotHeader, Hybrid]:
    """Return what a learner that has stopped knew, as a model that sells the shop's products."""
    folder = shop.home / "snapshots" if name == "1" else shop.home / "snapshots" / name
    _, payload = next(iter(SnapshotStore(folder).read_newest_first()))
    header, state = decode(payload)
    model = Hybrid(owns=lambda _: True)
    model.use_catalog([a_product(f"i{number}") for number in range(30)], {})
    model.load(state)
    return header, model


def a_browsing_crowd(shop: Shop, visitors: Sequence[VisitorId], rounds: int, seed: int) -> Iterator[list[AnyEvent]]:
    """Yield what a crowd does: each looks at the list that they have, and mostly clicks in it."""
    chance = random.Random(seed)
    for _ in range(rounds):
        told: list[AnyEvent] = []
        for visitor in visitors:
            payload = shop.store.get(keyspace.ranking(visitor))
            items = [ranked.item for ranked in decode_ranking(payload).items] if payload else []
            now = time.time()
            if items:
                shown = common(visitor, now, event_id=EventId(f"shown-{uuid.uuid4().hex}"))
                told.append(RankingShown(items=tuple(items), surface="for_you", **shown))
            item = chance.choice(items[:8]) if items and chance.random() < 0.7 else ItemId(f"i{chance.randrange(30)}")
            surface = "for_you" if item in items else "category"
            told.append(a_view(visitor, item, at=now, event_id=f"view-{uuid.uuid4().hex}", surface=surface))
        yield told


def ranker_of(model: Hybrid) -> bytes:
    """Return weights, fallback and live quality, as bytes that are equal if they are."""
    ranker = read_part(model.dump(), "ranker")
    learned = {name: ranker[name] for name in ("linear", "fallback", "quality")}
    return b"".join(encode_snapshot(learned, SnapshotHeader(positions={}, saved_at=0.0, product_version="")))


def items_of(model: Hybrid, visitor: VisitorId, now: float) -> list[ItemId]:
    return [ranked.item for ranked in model.rank(visitor, now)]


def test_lists_are_the_same_before_and_after_a_failover(shop: Shop, learners: Learners) -> None:
    visitors = [a_visitor() for _ in range(60)]
    learners.start(*NAMES)
    learners.wait_until_they_share()
    partitions = keyspace.INTERACTIONS.partitions
    # Partition by partition, so that there is one order in which events can be learned.
    crowds = [a_browsing_crowd(shop, visitors[number::partitions], ROUNDS, number) for number in range(partitions)]
    for number in range(ROUNDS * partitions):
        events = next(crowds[number % partitions])
        append_all(shop, events, number % partitions)
        wait_for_answers(shop, [event for event in events if not isinstance(event, RankingShown)])
        if number == 50:
            learners.kill("2")
        if number == 70:
            learners.start("2")
            learners.wait_until_they_share()
    with closing(EventLog(shop.kafka, keyspace.RANKER_UPDATES.name, "test")) as updates:
        end = updates.end_offsets()[0]
    wait_for(lambda: {status.updates for status in shop.statuses()} == {end} or None)
    learners.stop_all()

    (first_header, first), (second_header, second) = (saved_by(shop, name) for name in NAMES)
    assert first_header.positions == second_header.positions
    quality = first.quality()
    assert quality.asked > 1_000
    assert quality.hybrid.clicked > 100
    assert second.quality() == quality
    assert ranker_of(second) == ranker_of(first)
    now = time.time()
    for visitor in visitors:
        assert items_of(second, visitor, now) == items_of(first, visitor, now)


def test_a_learner_that_lost_its_snapshots_takes_those_of_another(shop: Shop, learners: Learners) -> None:
    learners.start("1")
    learners.wait_until_they_share()
    append_all(shop, clicks := clicks_of_many("i1"))
    wait_for_answers(shop, clicks)
    learners.stop_all()
    learners.processes.clear()
    learners.start("2")
    learners.wait_until_they_share()
    errors = stop(learners.processes["2"])
    assert f"restored {shop.home / 'snapshots' / 'snapshot-'}" in errors
