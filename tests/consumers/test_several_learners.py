"""Several learners on one log: each learns everything, each ranks its share, and none is needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.learner.checkpoint import SavePolicy
from consumers.members.membership import DEAD_AFTER, SECONDS_BETWEEN_BEATS
from online_models.schema import keyspace
from online_models.schema.events import (
    AnyEvent,
    EventId,
    RankingId,
    RankingShown,
    ReasonsRequested,
    VisitorId,
)
from online_models.snapshot import SnapshotHeader
from online_models.snapshot import encode as encode_snapshot
from tests.consumers.builders import NOW, a_shopping_day, a_view, an_erasure, common
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import Harness, Several, append, in_pieces

VISITORS = [f"v{number}" for number in range(40)]


class Shop:
    """Learners on one topic. Time passes for all of them at once."""

    def __init__(self, folder: Path) -> None:
        self.topic = MemoryTopic()
        self.several = Several()
        self.folder = folder
        self.learners: dict[str, Harness] = {}

    def start(self, name: str, policy: SavePolicy | None = None) -> Harness:
        learner = Harness(
            self.topic, self.folder, name=name, among=self.several, policy=policy or SavePolicy(1e9, 1_000_000)
        )
        self.learners[name] = learner
        self.wait(3 * SECONDS_BETWEEN_BEATS)
        return learner

    def kill(self, name: str) -> None:
        del self.learners[name]

    def stop(self, name: str) -> None:
        learner = self.learners.pop(name)
        learner.loop.finish()

    def tell(self, *events: AnyEvent) -> None:
        append(self.topic, events)
        self.step()

    def step(self) -> None:
        for learner in self.learners.values():
            learner.loop.step()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / SECONDS_BETWEEN_BEATS)):
            self.several.clock.advance(SECONDS_BETWEEN_BEATS)
            for learner in self.learners.values():
                learner.members.beat()
            self.step()

    def clicks(self, item: str = "i1") -> list[AnyEvent]:
        """Return a click of each visitor, now."""
        return [a_view(visitor, item, at=self.several.clock.now()) for visitor in VISITORS]

    def lists(self) -> list[tuple[str, tuple[EventId, ...]]]:
        """Return whose list was pushed for which events, and forget it."""
        any_learner = next(iter(self.learners.values()))
        pushed = [(room.removeprefix("visitor:"), push.causes) for room, push in any_learner.lists_pushed()]
        self.several.store.published.clear()
        return pushed


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def state_of(learner: Harness) -> bytes:
    """Return all that a learner knows, of the ranker too, as bytes that are equal if it is."""
    header = SnapshotHeader(
        positions=dict(sorted(learner.learner.offsets.items())),
        recent_events=learner.recent.ids(),
        saved_at=0.0,
        product_version="",
        updates=learner.exchange.offset,
        updated=dict(sorted(learner.exchange.updated.items())),
    )
    return b"".join(encode_snapshot(learner.model.dump(), header))


def a_busy_day(shop: Shop, seed: int = 1, events: int = 150) -> Iterator[AnyEvent]:
    """Yield the events of a day on which visitors see their lists and click in them."""
    for number, event in enumerate(a_shopping_day(seed, events)):
        yield event
        ranking = next(iter(shop.learners.values())).ranking(event.visitor)
        if ranking is not None and ranking.items:
            drawn = tuple(ranked.item for ranked in ranking.items)
            yield RankingShown(items=drawn, surface="for_you", **common(event.visitor, event.occurred_at))
            yield a_view(event.visitor, drawn[number % 9 % len(drawn)], at=event.occurred_at + 0.5, surface="for_you")


def live_a_day(shop: Shop, seed: int = 1) -> None:
    for event in a_busy_day(shop, seed):
        shop.tell(event)
        shop.wait(SECONDS_BETWEEN_BEATS)
    shop.wait(1)


def test_each_visitor_is_ranked_by_one_learner(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    clicks = shop.clicks()
    shop.tell(*clicks)
    assert sorted(shop.lists()) == sorted((click.visitor, (click.event_id,)) for click in clicks)
    assert first.ranker.ranked + second.ranker.ranked == len(VISITORS)
    assert min(first.ranker.ranked, second.ranker.ranked) > len(VISITORS) / 5


def test_all_learn_the_same_the_ranker_too(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    live_a_day(shop)
    assert first.exchange.applied > 50
    quality = first.model.quality()
    assert quality.asked > 50
    assert quality.hybrid.clicked > 0
    assert quality == second.model.quality()
    assert state_of(first) == state_of(second)


def test_any_learner_ranks_a_visitor_alike(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    live_a_day(shop)
    now = shop.several.clock.now()
    for number in range(9):
        visitor = VisitorId(f"v{number}")
        assert first.model.rank(visitor, now) == second.model.rank(visitor, now)


def test_the_visitors_of_a_killed_learner_get_their_lists_from_another(shop: Shop) -> None:
    first = shop.start("1")
    shop.start("2")
    shop.kill("2")
    clicks = shop.clicks()
    shop.tell(*clicks)
    answered = shop.lists()
    assert 0 < len(answered) < len(clicks)
    shop.wait(DEAD_AFTER + 2 * SECONDS_BETWEEN_BEATS)
    causes = {cause for _, causes in (*answered, *shop.lists()) for cause in causes}
    assert causes == {click.event_id for click in clicks}
    more = shop.clicks("i2")
    shop.tell(*more)
    assert {cause for _, causes in shop.lists() for cause in causes} == {click.event_id for click in more}
    assert first.members.leads


def test_a_learner_that_takes_over_behind_the_log_replaces_no_newer_list(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    visitor = next(visitor for visitor in VISITORS if first.members.owns(VisitorId(visitor)))
    at = shop.several.clock.now()
    older, newer = a_view(visitor, "i1", at=at), a_view(visitor, "i2", at=at)
    append(shop.topic, [older])
    second.loop.step()
    append(shop.topic, [newer])
    first.loop.step()
    shop.kill("1")
    shop.topic.down = True
    shop.wait(DEAD_AFTER + 2 * SECONDS_BETWEEN_BEATS)
    assert second.ranker.ranked == 1
    ranking = second.ranking(visitor)
    assert ranking
    assert ranking.causes == (older.event_id, newer.event_id)
    shop.topic.down = False
    shop.step()
    assert [causes for _, causes in shop.lists()] == [(older.event_id, newer.event_id), (newer.event_id,)]


def test_a_learner_that_stops_leaves_nobody_without_a_list(shop: Shop) -> None:
    shop.start("1")
    shop.start("2")
    clicks = shop.clicks()
    append(shop.topic, clicks)
    shop.stop("2")
    shop.wait(2 * SECONDS_BETWEEN_BEATS)
    assert {cause for _, causes in shop.lists() for cause in causes} == {click.event_id for click in clicks}


def test_a_learner_that_comes_takes_over_its_share(shop: Shop) -> None:
    shop.start("1")
    shop.tell(*shop.clicks())
    second = shop.start("2")
    shop.lists()
    clicks = shop.clicks("i2")
    shop.tell(*clicks)
    assert second.ranker.ranked > 0
    assert len(shop.lists()) == len(clicks)


def test_a_learner_without_a_snapshot_takes_that_of_another(shop: Shop) -> None:
    first = shop.start("1", SavePolicy(seconds=1e9, events=150))
    shop.start("2")
    live_a_day(shop)
    shop.kill("2")
    third = shop.start("3")
    assert third.checkpoint.saved is not None
    live_a_day(shop, seed=2)
    assert state_of(first) == state_of(third)


def test_a_learner_without_any_snapshot_learns_everything_from_the_logs(shop: Shop) -> None:
    first = shop.start("1")
    shop.start("2")
    live_a_day(shop)
    third = shop.start("3")
    assert third.checkpoint.saved is None
    shop.wait(3)
    assert state_of(first) == state_of(third)


def test_killed_and_started_again_all_know_what_they_would_have_known(shop: Shop, tmp_path: Path) -> None:
    for name in ("1", "2"):
        shop.start(name, SavePolicy(seconds=1e9, events=70))
    for number, event in enumerate(a_busy_day(shop)):
        shop.tell(event)
        shop.wait(SECONDS_BETWEEN_BEATS)
        if number % 41 == 40:
            name = str(1 + number % 2)
            shop.kill(name)
            shop.start(name, SavePolicy(seconds=1e9, events=70))
    shop.wait(3)
    first, second = (shop.learners[name] for name in "12")
    assert state_of(first) == state_of(second)
    assert first.recent.ids() == second.recent.ids()
    fresh = shop.start("fresh")
    shop.wait(3)
    assert state_of(fresh) == state_of(first)


def test_what_was_learned_alone_is_kept_when_a_second_learner_comes(tmp_path: Path) -> None:
    topic, shop = MemoryTopic(), Shop(tmp_path)
    alone = Harness(topic, tmp_path)
    for piece in in_pieces(a_shopping_day(), 5):
        alone.tell(*piece)
    alone.loop.finish()
    shop.topic = topic
    first, second = shop.start("1"), shop.start("2")
    assert state_of(first) == state_of(second)
    assert first.model.quality() == alone.model.quality()


def test_the_shops_lists_are_written_by_one_and_taken_over(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    leader, other = (first, second) if first.members.leads else (second, first)
    shop.wait(1)
    assert (leader.status() is not None, leader.members.leads, other.members.leads) == (True, True, False)
    shop.kill(leader.members.name)
    shop.several.store.strings.clear()
    shop.wait(DEAD_AFTER + 2)
    assert other.members.leads
    assert shop.several.store.get(keyspace.popular()) is not None


def test_what_cannot_be_read_is_parked_once(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    shop.topic.append(b"nonsense")
    shop.step()
    assert len(first.dead_letters.letters) + len(second.dead_letters.letters) == 1


def test_what_a_dead_leader_did_not_park_another_does(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    leader, other = (first, second) if first.members.leads else (second, first)
    shop.kill(leader.members.name)
    shop.topic.append(b"nonsense", at=shop.several.clock.now())
    shop.wait(DEAD_AFTER + 1)
    assert [record.value for record, _ in other.dead_letters.letters] == [b"nonsense"]


def test_the_lists_of_a_visitor_who_was_erased_while_their_learner_died_are_deleted(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    shop.tell(*shop.clicks())
    visitor = next(v for v in VISITORS if second.members.owns(VisitorId(v)))
    assert first.ranking(visitor) is not None
    shop.kill("2")
    shop.tell(an_erasure(visitor, at=shop.several.clock.now()))
    shop.wait(DEAD_AFTER + 1)
    assert first.ranking(visitor) is None
    assert not first.model.rank(VisitorId(visitor), NOW)[:0]


def test_a_learner_that_learns_the_log_again_deletes_and_parks_nothing(shop: Shop) -> None:
    shop.start("1")
    visitor = VISITORS[0]
    shop.tell(a_view(visitor, at=NOW - 50), an_erasure(visitor, at=NOW - 40))
    shop.topic.append(b"nonsense", at=NOW - 40)
    shop.tell(a_view(visitor, "i2", at=shop.several.clock.now()))
    second = Harness(shop.topic, shop.folder, name="2", among=shop.several)
    second.members.beat()
    second.members.beat()
    second.loop.step()
    assert second.learner.learned == 3
    assert second.ranking(visitor) is not None
    assert second.dead_letters.letters == []


def test_whoever_ranks_a_visitor_explains_their_list(shop: Shop) -> None:
    first, second = shop.start("1"), shop.start("2")
    visitor = next(v for v in VISITORS if second.members.owns(VisitorId(v)))
    shop.tell(a_view(visitor, "i1"), ReasonsRequested(**common(visitor, shop.several.clock.now())))
    shop.step()
    assert shop.several.store.get(keyspace.why(VisitorId(visitor))) is not None
    shop.several.store.strings.clear()
    shop.kill("2")
    shop.wait(DEAD_AFTER + 1)
    shop.tell(a_view(visitor, "i2", at=shop.several.clock.now()))
    shop.step()
    assert first.model.explain(VisitorId(visitor), RankingId("r"), NOW) is not None
    assert shop.several.store.get(keyspace.why(VisitorId(visitor))) is not None
