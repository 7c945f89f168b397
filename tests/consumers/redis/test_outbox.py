"""What the outbox, the serving writer and the notifier do to Redis. Run by the fake and by the real one."""

import json
import threading
import uuid

import pytest
import redis
import socketio

from consumers.redis import outbox as outbox_module
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from online_models.schema import keyspace
from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.messages import PUSH_CHANNEL, OpsStats, RankingChanged, TrendingChanged, to_message
from online_models.schema.phrases import POPULAR
from online_models.schema.recommendations import Card, RankedItem, Ranking, Reason, decode_items, decode_ranking
from tests.consumers.fakes import ManualClock
from tests.consumers.redis.conftest import Reader

VISITOR = VisitorId("v1")
MUG = RankedItem(item=ItemId("mug"), score=1.0, member="popularity", reason=Reason(phrase=POPULAR))
RANKING = Ranking(ranking_id=RankingId("r1"), visitor=VISITOR, ranked_at=1.0, items=(MUG,), causes=(EventId("e1"),))
CARD = Card(item=ItemId("mug"), title="Mug", price=295, currency="GBP", picture="/pictures/1.svg", phrase=POPULAR)
CHANGED = RankingChanged(ranking_id=RankingId("r1"), items=(CARD,), causes=(EventId("e1"),))


def stats(at: float) -> OpsStats:
    return OpsStats(at=at, events_per_second={}, simulated_per_second=0, totals={}, lag=(), total_lag=0)


def test_nothing_is_sent_before_the_flush(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    ServingWriter(outbox).write_ranking(RANKING)
    assert outbox.pending == 1
    assert reader.get(keyspace.ranking(VISITOR)) is None
    assert outbox.flush()
    assert outbox.pending == 0


def test_a_ranking_is_written_and_pushed_in_one_flush(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    ServingWriter(outbox).write_ranking(RANKING)
    Notifier(outbox).push_ranking(VISITOR, CHANGED)
    assert outbox.flush()
    written = reader.get(keyspace.ranking(VISITOR))
    assert written is not None
    assert decode_ranking(written) == RANKING
    assert 0 < reader.ttl(keyspace.ranking(VISITOR)) <= keyspace.RANKING_TTL
    ((channel, payload),) = reader.heard()
    assert channel == PUSH_CHANNEL
    assert json.loads(payload)["room"] == "visitor:v1"


def test_the_newest_write_of_a_key_counts(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    writer = ServingWriter(outbox)
    writer.write_shared(keyspace.trending(), (MUG,))
    writer.write_shared(keyspace.trending(), ())
    assert outbox.pending == 1
    outbox.flush()
    written = reader.get(keyspace.trending())
    assert written is not None
    assert decode_items(written) == ()


def test_every_list_has_a_time_to_live(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    writer = ServingWriter(outbox)
    writer.write_goes_well_with(ItemId("mug"), (MUG,))
    writer.write_shared(keyspace.trending(), (MUG,))
    writer.write_shared(keyspace.new_arrivals(), (MUG,))
    writer.write_similar(ItemId("mug"), (MUG,))
    writer.write_related("bought_together", RANKING)
    writer.write_related("goes_well_with", RANKING)
    writer.write_ops_stats(stats(1.0))
    outbox.flush()
    ttls = {
        keyspace.goes_well_with(ItemId("mug")): keyspace.RELATED_TTL,
        keyspace.trending(): keyspace.SHARED_LIST_TTL,
        keyspace.new_arrivals(): keyspace.SHARED_LIST_TTL,
        keyspace.similar(ItemId("mug")): keyspace.RELATED_TTL,
        keyspace.bought_together(VISITOR): keyspace.RANKING_TTL,
        keyspace.goes_well_with_for(VISITOR): keyspace.RANKING_TTL,
        keyspace.ops_latest(): keyspace.STATUS_TTL,
        keyspace.ops_history(): keyspace.OPS_TTL,
    }
    for key, seconds in ttls.items():
        assert 0 < reader.ttl(key) <= seconds


def test_the_history_of_statistics_is_bounded_newest_first(
    seam: tuple[Outbox, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyspace, "OPS_HISTORY_LENGTH", 3)
    outbox, reader = seam
    writer = ServingWriter(outbox)
    for second in range(5):
        writer.write_ops_stats(stats(float(second)))
    outbox.flush()
    assert [json.loads(entry)["at"] for entry in reader.range(keyspace.ops_history())] == [4.0, 3.0, 2.0]


def test_a_forgotten_visitor_leaves_nothing_even_what_waited(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    writer = ServingWriter(outbox)
    writer.write_ranking(RANKING)
    writer.forget(VISITOR)
    outbox.flush()
    assert reader.get(keyspace.ranking(VISITOR)) is None


def test_a_visitor_who_comes_back_after_being_forgotten_has_a_list_again(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    writer = ServingWriter(outbox)
    writer.write_ranking(RANKING)
    writer.forget(VISITOR)
    writer.write_ranking(RANKING)
    outbox.flush()
    assert reader.get(keyspace.ranking(VISITOR)) is not None


def test_a_push_is_what_the_library_would_have_published(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    Notifier(outbox).push_ranking(VISITOR, CHANGED)
    outbox.flush()
    ((_, payload),) = reader.heard()
    ours = json.loads(payload)
    assert {**ours, "host_id": ""} == {**_published_by_library(to_message(CHANGED)), "host_id": ""}


def test_trending_goes_to_everyone_and_statistics_to_operators(seam: tuple[Outbox, Reader]) -> None:
    outbox, reader = seam
    notifier = Notifier(outbox)
    notifier.push_trending(TrendingChanged(items=(CARD,)))
    notifier.push_ops_stats(stats(1.0))
    outbox.flush()
    messages = [json.loads(payload) for _, payload in reader.heard()]
    assert [(m["event"], m["room"]) for m in messages] == [
        ("trending_changed", "everyone"),
        ("ops_stats", "operators"),
    ]


def _published_by_library(data: dict[str, object]) -> dict[str, object]:
    published: list[dict[str, object]] = []

    class Manager(socketio.PubSubManager):  # type: ignore[misc]  # the library is not typed
        def _publish(self, message: dict[str, object]) -> None:
            published.append(json.loads(json.dumps(message)))

        def _handle_emit(self, message: dict[str, object]) -> None:
            """Nobody is connected here."""

    Manager(channel=PUSH_CHANNEL, write_only=True).emit("ranking_changed", data, room="visitor:v1")
    return published[0]


def test_without_redis_writes_wait_and_nothing_is_raised() -> None:
    clock = ManualClock()
    outbox = Outbox("redis://127.0.0.1:1/0", clock)
    ServingWriter(outbox).write_ranking(RANKING)
    assert not outbox.flush()
    assert outbox.pending == 1
    outbox.close()


def test_what_waits_is_bounded_but_erasures_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_PENDING", 3)
    outbox = Outbox("redis://127.0.0.1:1/0", ManualClock())
    writer = ServingWriter(outbox)
    writer.forget(VISITOR)
    for number in range(5):
        writer.write_goes_well_with(ItemId(f"i{number}"), ())
    assert outbox.pending == 3
    assert outbox.dropped == 3
    outbox.close()


@pytest.mark.integration
def test_redis_going_away_and_coming_back_loses_only_time(redis_url: str) -> None:
    clock = ManualClock()
    outbox = Outbox(redis_url, clock)
    admin: redis.Redis = redis.Redis.from_url(redis_url)
    key = f"riverfront:test:{uuid.uuid4().hex}"
    outbox.put("a", ("SET", key, b"1", "EX", 60))
    assert outbox.flush()
    admin.client_kill_filter(_type="normal", skipme=True)
    outbox.put("a", ("SET", key, b"2", "EX", 60))
    assert outbox.flush(), "a closed connection is opened again at once"
    assert admin.get(key) == b"2"
    outbox.close()
    admin.close()


@pytest.mark.integration
def test_what_was_sent_and_not_answered_is_sent_again_over_a_new_connection(redis_url: str) -> None:
    outbox = Outbox(redis_url, ManualClock())
    admin: redis.Redis = redis.Redis.from_url(redis_url)
    key, other = (f"riverfront:test:{uuid.uuid4().hex}" for _ in range(2))
    outbox.put("a", ("SET", key, b"1", "EX", 60))
    outbox.put("b", ("SET", other, b"1", "EX", 60))
    admin.execute_command("CLIENT PAUSE 60000 WRITE")  # type: ignore[no-untyped-call]
    assert outbox.send()
    admin.client_kill_filter(_type="normal", skipme=True)
    admin.client_unpause()
    outbox.put("a", ("SET", key, b"2", "EX", 60))
    assert outbox.flush()
    assert (admin.get(key), admin.get(other)) == (b"2", b"1")
    outbox.close()
    admin.close()


@pytest.mark.integration
def test_closing_leaves_nothing_behind_that_was_sent(redis_url: str) -> None:
    outbox = Outbox(redis_url, ManualClock())
    admin: redis.Redis = redis.Redis.from_url(redis_url)
    keys = [f"riverfront:test:{uuid.uuid4().hex}" for _ in range(200)]
    for key in keys:
        outbox.put(key, ("SET", key, b"1" * 1000, "EX", 60))
    assert outbox.send()
    outbox.close()
    assert admin.exists(*keys) == len(keys)
    admin.close()


@pytest.mark.integration
def test_a_refused_command_does_not_hold_up_the_others(redis_url: str) -> None:
    outbox = Outbox(redis_url, ManualClock())
    admin: redis.Redis = redis.Redis.from_url(redis_url)
    key = f"riverfront:test:{uuid.uuid4().hex}"
    outbox.put("bad", ("LPUSH", key), ("SET", key, b"1", "EX", 60))
    assert outbox.flush()
    assert admin.get(key) == b"1"
    outbox.close()
    admin.close()


@pytest.mark.integration
def test_the_library_hears_the_push_where_storefronts_listen(redis_url: str) -> None:
    outbox = Outbox(redis_url, ManualClock())
    heard = threading.Event()

    def push_until_heard() -> None:
        while not heard.wait(0.05):
            Notifier(outbox).push_ranking(VISITOR, CHANGED)
            outbox.flush()

    manager = socketio.RedisManager(redis_url, channel=PUSH_CHANNEL)
    pushing = threading.Thread(target=push_until_heard)
    pushing.start()
    message = json.loads(next(manager._listen()))
    heard.set()
    pushing.join()
    assert (message["method"], message["event"], message["room"]) == ("emit", "ranking_changed", "visitor:v1")
    assert message["data"] == [json.loads(json.dumps(to_message(CHANGED)))]
    manager.pubsub.close()
    manager.redis.close()
    outbox.close()
