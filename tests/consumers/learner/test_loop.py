"""What the learner does with events: who is ranked, what is written and pushed, and what is not."""

from pathlib import Path

import pytest

from consumers.jobs.rank_queue import MAX_CAUSES
from consumers.jobs.ranker import BUDGET_SECONDS
from consumers.learner.snapshot_store import KEPT
from consumers.redis.catalog_reader import PublishedCatalog
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, ItemId, VisitorId
from online_models.schema.own_visitors import visitor_of
from online_models.schema.recommendations import RankedItem, decode_items
from online_models.schema.records.cloud_event import event_id_of
from online_models.snapshot import decode
from online_models.update_result import UpdateResult
from tests.consumers.builders import NOW, a_drawn_list, a_product, a_view, an_erasure
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import CATALOG, Harness, Several, append


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(MemoryTopic(), tmp_path)


def test_a_click_changes_the_list_in_redis_and_on_the_page(harness: Harness) -> None:
    click = a_view("v1", "i1")
    harness.tell(click)
    ranking = harness.ranking("v1")
    assert ranking is not None
    assert ranking.causes == (click.event_id,)
    assert ranking.items
    ((room, pushed),) = harness.lists_pushed()
    assert room == "visitor:v1"
    assert pushed.ranking_id == ranking.ranking_id
    assert pushed.causes == (click.event_id,)
    assert [card.item for card in pushed.items] == [item.item for item in ranking.items]
    assert {card.title for card in pushed.items} <= {f"The i{n}" for n in range(25)}


def test_the_push_tells_the_journey_of_its_click(harness: Harness) -> None:
    click = a_view("v1", received_at=NOW + 0.25)
    harness.tell(click)
    ((_, pushed),) = harness.lists_pushed()
    journey = pushed.journey
    assert journey is not None
    assert (journey.event_id, journey.received_at) == (click.event_id, NOW + 0.25)
    assert (journey.partition, journey.offset, journey.appended_at) == (1, 0, NOW)
    assert journey.polled_at <= journey.learned_at <= journey.ranked_at <= journey.pushed_at


def test_several_clicks_of_one_poll_make_one_list_that_names_them_all(harness: Harness) -> None:
    clicks = [a_view("v1", f"i{n}") for n in range(5)]
    harness.tell(*clicks)
    ((_, pushed),) = harness.lists_pushed()
    assert pushed.causes == tuple(click.event_id for click in clicks)


def test_causes_are_bounded_to_the_newest(harness: Harness) -> None:
    clicks = [a_view("v1", f"i{n % 20}") for n in range(MAX_CAUSES + 20)]
    harness.tell(*clicks)
    ((_, pushed),) = harness.lists_pushed()
    assert pushed.causes == tuple(click.event_id for click in clicks[-MAX_CAUSES:])


def test_each_visitor_gets_a_list_of_their_own(harness: Harness) -> None:
    harness.tell(a_view("v1"), a_view("v2"))
    assert {room for room, _ in harness.lists_pushed()} == {"visitor:v1", "visitor:v2"}


def test_history_is_learned_but_ranks_nobody(harness: Harness) -> None:
    harness.tell(*(a_view(f"v{n}", f"i{n}", at=NOW - 3600) for n in range(5)))
    assert harness.learner.learned == 5
    assert not harness.pushes()


def test_an_old_event_that_was_spooled_ranks_nobody(harness: Harness) -> None:
    harness.tell(a_view("v1", at=NOW, received_at=NOW - 3600))
    assert not harness.pushes()


def test_a_drawn_list_is_read_but_ranks_nobody(harness: Harness) -> None:
    harness.tell(a_drawn_list("v1"))
    assert harness.learner.learned == 1
    assert not harness.pushes()


def test_a_forgotten_visitor_is_neither_ranked_nor_kept(harness: Harness) -> None:
    harness.tell(a_view("v1"))
    harness.tell(a_view("v1"), an_erasure("v1"))
    assert harness.ranking("v1") is None
    assert len(harness.pushes()) == 1


def test_a_retry_is_learned_once(harness: Harness) -> None:
    click = a_view("v1")
    harness.tell(click)
    harness.tell(click)
    assert (harness.learner.learned, harness.learner.duplicates) == (1, 1)
    assert len(harness.pushes()) == 1


def test_what_cannot_be_read_is_parked_and_the_rest_is_learned(harness: Harness) -> None:
    append(harness.topic, [a_view("v1")])
    bad = harness.topic.append(b'{"kind":"item_sniffed"}')
    harness.topic.append(None)
    harness.tell(a_view("v1", "i2"))
    assert harness.learner.learned == 2
    assert [record.value for record, _ in harness.dead_letters.letters] == [bad.value, None]
    assert "$.kind" in harness.dead_letters.letters[0][1]
    assert harness.ranking("v1") is not None


def test_an_event_that_the_model_cannot_take_is_parked_and_the_rest_is_learned(tmp_path: Path) -> None:
    class Picky(Hybrid):
        well = False

        def learn_one(self, event: AnyEvent) -> UpdateResult:
            if event.visitor == "odd" and not self.well:
                raise ArithmeticError("cannot do that")
            return super().learn_one(event)

    model, odd = Picky(), a_view("odd")
    harness = Harness(MemoryTopic(), tmp_path, model)
    harness.tell(odd, a_view("v1"))
    assert harness.learner.learned == 1
    assert "cannot do that" in harness.dead_letters.letters[0][1]
    assert harness.ranking("v1") is not None
    model.well = True
    harness.tell(odd)
    assert harness.learner.learned == 2, "replayed later, it is learned"


def test_a_list_that_the_model_cannot_make_does_not_stop_the_others(tmp_path: Path) -> None:
    class Picky(Hybrid):
        def rank(self, visitor: VisitorId, now: float, n: int = keyspace.RANKING_LENGTH) -> tuple[RankedItem, ...]:
            if visitor == "odd":
                raise ArithmeticError("cannot do that")
            return super().rank(visitor, now, n)

    harness = Harness(MemoryTopic(), tmp_path, Picky())
    harness.tell(a_view("v1"), a_view("odd"))
    harness.loop.step()
    assert [room for room, _ in harness.lists_pushed()] == ["visitor:v1"]


class SlowModel(Hybrid):
    """Takes 4 ms for each list."""

    harness: Harness

    def rank(self, visitor: VisitorId, now: float, n: int = keyspace.RANKING_LENGTH) -> tuple[RankedItem, ...]:
        self.harness.clock.advance(0.004)
        return super().rank(visitor, now, n)


@pytest.fixture
def slow(tmp_path: Path) -> Harness:
    model = SlowModel()
    model.harness = Harness(MemoryTopic(), tmp_path, model)
    return model.harness


def test_ranking_stops_at_its_budget_and_goes_on_in_the_next_step(slow: Harness) -> None:
    slow.tell(*(a_view(f"v{n}") for n in range(10)))
    first = len(slow.lists_pushed())
    assert 0 < first <= BUDGET_SECONDS / 0.004 + 1
    assert slow.ranker.pending == 10 - first
    for _ in range(10):
        slow.loop.step()
    assert len(slow.lists_pushed()) == 10
    assert slow.ranker.pending == 0


def test_real_visitors_come_before_simulated_ones_and_the_newest_first(slow: Harness) -> None:
    slow.tell(
        a_view("old"), a_view("bot1", simulated=True), a_view("new"), a_view("bot2", simulated=True), a_view("newest")
    )
    for _ in range(5):
        slow.loop.step()
    rooms = [room.removeprefix("visitor:") for room, _ in slow.lists_pushed()]
    assert rooms == ["newest", "new", "old", "bot2", "bot1"]


def test_who_waited_until_the_click_was_old_is_not_ranked_any_more(slow: Harness) -> None:
    slow.tell(*(a_view(f"v{n}") for n in range(10)))
    pushed = len(slow.lists_pushed())
    slow.wait(3600)
    assert len(slow.lists_pushed()) == pushed
    assert slow.ranker.pending == 0


def test_with_redis_down_learning_goes_on_and_the_newest_lists_come_later(harness: Harness) -> None:
    harness.outbox.down = True
    harness.tell(a_view("v1", "i1"))
    harness.tell(last := a_view("v1", "i2"))
    assert harness.learner.learned == 2
    assert harness.ranking("v1") is None
    harness.outbox.down = False
    harness.wait(1)
    ranking = harness.ranking("v1")
    assert ranking is not None
    assert ranking.causes == (last.event_id,)
    assert len(harness.pushes()) == 1


def test_with_the_log_down_the_learner_waits_and_goes_on(harness: Harness) -> None:
    harness.tell(a_view("v1"))
    harness.topic.down = True
    append(harness.topic, [a_view("v1", "i2")])
    harness.wait(1)
    assert harness.learner.learned == 1
    harness.topic.down = False
    harness.wait(1)
    assert harness.learner.learned == 2


def test_a_log_that_is_not_there_at_the_start_is_waited_for(tmp_path: Path) -> None:
    topic = MemoryTopic()
    topic.down = True
    harness = Harness(topic, tmp_path)
    harness.loop.step()
    topic.down = False
    harness.tell(a_view("v1"))
    assert harness.ranking("v1") is not None


def test_without_a_catalog_it_learns_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    harness = Harness(MemoryTopic(), tmp_path, catalog=None)
    harness.loop.catalog.check()
    harness.tell(a_view("v1"))
    assert harness.learner.learned == 1
    assert caplog.text.count("there is no catalog yet") == 1


def test_a_new_catalog_is_used_from_the_next_list_on(harness: Harness) -> None:
    harness.tell(a_view("v1"))
    product = a_product("novelty")
    harness.catalog.published = PublishedCatalog("v2", {product.item: product}, {})
    harness.loop.catalog.check()
    harness.tell(a_view("v1", "i2"))
    (_, _), (_, pushed) = harness.lists_pushed()
    assert {card.item for card in pushed.items} <= {ItemId("novelty")}
    assert pushed.ranking_id.endswith("~v2")


def test_what_goes_well_with_an_item_is_written_when_it_has_settled(harness: Harness) -> None:
    key = keyspace.goes_well_with(ItemId("i1"))
    harness.tell(a_view("v1", "i1"), a_view("v1", "i2"))
    assert harness.outbox.get(key) is None
    harness.wait(4)
    written = harness.outbox.get(key)
    assert written is not None
    assert [item.item for item in decode_items(written)][:1] == ["i2"]


def test_related_lists_come_when_a_backlog_has_been_learned(tmp_path: Path) -> None:
    topic = MemoryTopic()
    append(topic, [a_view(f"v{n % 50}", f"i{n % 25}", at=NOW - 3600) for n in range(1_000)])
    harness = Harness(topic, tmp_path)
    while harness.learner.learned < 1_000:
        harness.loop.step()
    harness.wait(4)
    while harness.loop.shared_lists.is_due:
        harness.loop.step()
    assert all(harness.outbox.get(keyspace.goes_well_with(ItemId(f"i{n}"))) for n in range(25))


def test_trending_is_written_and_pushed_to_everyone_when_its_order_changes(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"))
    harness.wait(1)
    assert harness.outbox.get(keyspace.trending()) is not None
    pushed = len(harness.pushes("trending_changed"))
    for number in range(9):
        harness.tell(a_view(f"v{number}", "i7", at=harness.clock.now()))
    harness.wait(0.1)
    assert len(harness.pushes("trending_changed")) == pushed, "not more often than every few seconds"
    harness.wait(4)
    messages = harness.pushes("trending_changed")
    assert len(messages) == pushed + 1
    assert messages[-1]["room"] == "everyone"


def test_popular_items_are_written_for_visitors_of_whom_nothing_is_known(harness: Harness) -> None:
    harness.tell(a_view("v1", "i3"))
    harness.wait(1.5)
    written = harness.outbox.get(keyspace.popular())
    assert written is not None
    assert decode_items(written)


def test_the_learner_says_every_second_how_it_is(harness: Harness) -> None:
    harness.tell(a_view("v1"), a_view("v2"))
    harness.wait(1)
    status = harness.status()
    assert status is not None
    assert (status.learned, status.ranked, status.pushed, status.dead_letters) == (2, 2, 2, 0)
    assert (status.visitors, status.postponed, status.learned_per_second) == (2, 0, 2.0)
    harness.topic.append(b"nonsense")
    harness.wait(1)
    status = harness.status()
    assert status is not None
    assert (status.dead_letters, status.learned_per_second) == (1, 0.0)
    assert sum(status.positions.values()) == 3
    assert status.memory_bytes > 0


def test_the_commit_follows_what_was_learned(harness: Harness) -> None:
    harness.tell(a_view("v1"), a_view("v2"))
    harness.wait(1)
    assert harness.topic.commits[keyspace.LEARNER_GROUP] == harness.learner.offsets


def test_finishing_ranks_who_waits_and_leaves_a_snapshot(slow: Harness, tmp_path: Path) -> None:
    slow.tell(*(a_view(f"v{n}") for n in range(10)))
    slow.loop.finish()
    assert len(slow.lists_pushed()) == 10
    assert list(tmp_path.glob("snapshot-*.bin"))


def test_no_snapshot_holds_somebody_who_was_erased_though_nothing_more_is_learned(tmp_path: Path) -> None:
    harness = Harness(MemoryTopic(), tmp_path)
    for item in range(4):
        harness.tell(a_view("v1", f"i{item}", at=NOW + item, network="0123456789ab"))
        harness.wait(31)
    harness.tell(an_erasure("v1", at=NOW + 200))
    for _ in range(3):
        harness.wait(31)
    assert visitors_in_snapshots(tmp_path) == [0] * KEPT
    before = sorted(tmp_path.glob("snapshot-*.bin"))[-1]
    harness.wait(31)
    assert sorted(tmp_path.glob("snapshot-*.bin"))[-1] == before


def test_a_learner_that_starts_again_replaces_the_snapshots_of_before_an_erasure(tmp_path: Path) -> None:
    topic = MemoryTopic()
    harness = Harness(topic, tmp_path)
    for item in range(4):
        harness.tell(a_view("v1", f"i{item}", at=NOW + item))
        harness.wait(31)
    harness.tell(an_erasure("v1", at=NOW + 200))
    harness.wait(31)
    again = Harness(topic, tmp_path)
    for _ in range(3):
        again.wait(31)
    assert visitors_in_snapshots(tmp_path) == [0] * KEPT


def test_a_learner_that_goes_on_from_a_peers_snapshot_replaces_its_own(tmp_path: Path) -> None:
    topic, several = MemoryTopic(), Several()
    first = Harness(topic, tmp_path, name="1", among=several)
    for item in range(4):
        first.tell(a_view("v1", f"i{item}", at=NOW + item))
        first.wait(31)
    second = Harness(topic, tmp_path, name="2", among=several)
    second.tell(an_erasure("v1", at=NOW + 200))
    for _ in range(4):
        second.wait(31)
    again = Harness(topic, tmp_path, name="1", among=several)
    for _ in range(4):
        again.wait(31)
    assert visitors_in_snapshots(tmp_path / "1") == [0] * KEPT


def visitors_in_snapshots(folder: Path) -> list[int]:
    models = []
    for snapshot in sorted(folder.glob("snapshot-*.bin")):
        model = Hybrid()
        model.load(decode(snapshot.read_bytes())[1])
        models.append(model)
    return [model.visitors for model in models]


def test_a_large_backlog_is_read_in_large_batches(tmp_path: Path) -> None:
    topic = MemoryTopic()
    append(topic, [a_view(f"v{n % 50}", f"i{n % 25}", at=NOW - 3600) for n in range(3_000)])
    harness = Harness(topic, tmp_path)
    steps = 0
    while harness.learner.learned < 3_000:
        harness.loop.step()
        steps += 1
    assert steps < 6


def test_the_catalog_of_the_harness_is_for_sale(harness: Harness) -> None:
    harness.tell(a_view("v1", "not-for-sale"))
    ranking = harness.ranking("v1")
    assert ranking is not None
    assert {item.item for item in ranking.items} <= set(CATALOG.products)


def test_how_much_the_lists_differ_is_reported(harness: Harness) -> None:
    for item in ("i1", "i2", "i3"):
        harness.tell(a_view("v1", item), a_view("v2", item))
    harness.wait(6)
    status = harness.status()
    assert status is not None
    variety = status.variety
    assert variety is not None
    assert 3 <= variety.lists <= status.ranked
    assert 0 < variety.coverage <= 1
    assert 0 <= variety.gini < 1
    assert variety.churn is not None
    assert variety.calibration_kl is not None
    assert variety.popularity_lift


def test_the_last_list_of_an_erased_visitor_is_not_compared_any_more(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"))
    harness.tell(an_erasure("v1"))
    harness.tell(a_view("v1", "i2", at=NOW + 0.5))
    harness.wait(6)
    status = harness.status()
    assert status is not None
    assert status.variety is not None
    assert status.variety.churn is None


def test_a_cloud_event_is_learned_like_any_other_and_a_bad_one_is_parked(harness: Harness) -> None:
    envelope = {"specversion": "1.0", "id": "4711", "source": "/shop", "type": "org.example.item_viewed"}
    headers = tuple((f"ce_{name}", text.encode()) for name, text in envelope.items())
    data = b'{"item":"i1","visitor":"ann@example.com","occurred_at":%f}' % NOW
    harness.topic.append(data, headers=headers)
    harness.topic.append(data, headers=headers)
    harness.topic.append(b'{"item":"i1"}', headers=headers)
    harness.tell()
    ranking = harness.ranking(visitor_of("ann@example.com"))
    assert ranking is not None
    assert ranking.causes == (event_id_of("/shop", "4711"),)
    assert harness.learner.duplicates == 1
    assert [reason for _, reason in harness.dead_letters.letters] == ["Object missing required field `visitor`"]
