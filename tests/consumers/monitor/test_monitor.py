"""What the monitor says each second of what passes in the log."""

import json

import msgspec
import pytest

from consumers.monitor.monitor import Monitor
from consumers.redis.notifier import Notifier
from consumers.redis.serving_writer import ServingWriter
from consumers.redis.status_reader import StatusReader
from online_models.schema import keyspace
from online_models.schema.events import encode
from online_models.schema.messages import LearnerStatus, MemberQuality, ModelQuality, OpsStats
from tests.consumers.builders import NOW, a_drawn_list, a_view
from tests.consumers.fakes import ManualClock, MemoryEventLog, MemoryOutbox, MemoryTopic
from tests.consumers.harness import append


class Status(StatusReader):
    def __init__(self) -> None:
        self.statuses: tuple[LearnerStatus, ...] = ()
        self.storefronts: int | None = None

    def count_storefronts(self) -> int | None:
        return self.storefronts

    def read(self) -> tuple[LearnerStatus, ...]:
        return self.statuses


class Watch:
    """A monitor with everything around it in memory."""

    def __init__(self) -> None:
        self.topic, self.dead = MemoryTopic(), MemoryTopic(1)
        self.clock = ManualClock(NOW)
        self.outbox = MemoryOutbox()
        self.status = Status()
        self.learner = MemoryEventLog(self.topic, keyspace.LEARNER_GROUP)
        self.monitor = Monitor(
            MemoryEventLog(self.topic, keyspace.LEARNER_GROUP),
            MemoryEventLog(self.dead),
            self.status,
            ServingWriter(self.outbox),
            Notifier(self.outbox),
            self.outbox,
            self.clock,
        )

    def after(self, seconds: float = 1.0) -> OpsStats:
        self.monitor.step()
        self.clock.advance(seconds)
        self.monitor.step()
        payload = self.outbox.get(keyspace.ops_latest())
        assert payload is not None
        return msgspec.json.decode(payload, type=OpsStats)


def a_status(quality: ModelQuality | None = None, name: str = "1", **positions: int) -> LearnerStatus:
    return LearnerStatus(
        at=NOW, started_at=NOW, learned=7, learned_per_second=1.0, ranked=0, pushed=0, dead_letters=0, duplicates=0,
        postponed=0, items=0, visitors=0, memory_bytes=0, quality=quality,
        name=name, positions={number.removeprefix("p"): offset for number, offset in positions.items()},
    )  # fmt: skip


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    watch.monitor.step()
    return watch


def test_events_are_counted_by_kind_and_second(watch: Watch) -> None:
    append(watch.topic, [a_view(), a_view(), a_drawn_list(), a_view(simulated=True)])
    stats = watch.after(2.0)
    assert stats.events_per_second == {"item_viewed": 1.5, "ranking_shown": 0.5}
    assert stats.simulated_per_second == 0.5
    assert stats.totals == {"item_viewed": 3, "ranking_shown": 1}


def test_rates_are_of_the_last_second_and_totals_stay(watch: Watch) -> None:
    append(watch.topic, [a_view()])
    watch.after()
    stats = watch.after()
    assert stats.events_per_second == {}
    assert stats.totals == {"item_viewed": 1}


def test_it_starts_at_the_end_of_the_log() -> None:
    watch = Watch()
    append(watch.topic, [a_view()])
    assert watch.after().totals == {}


def test_what_is_no_event_counts_as_invalid(watch: Watch) -> None:
    for value in (b"nonsense", None, b"\xff", b'{"kind":"item_sniffed"}'):
        watch.topic.append(value)
    assert watch.after().totals == {"invalid": 4}


def test_a_cloud_event_counts_as_its_kind(watch: Watch) -> None:
    envelope = (("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/shop"), ("ce_type", b"shop.item_viewed"))
    watch.topic.append(b'{"item":"a/b","visitor":"v1"}', headers=envelope)
    watch.topic.append(b'{"item":"a/b","visitor":"v1"}', headers=envelope[1:])
    assert watch.after().totals == {"item_viewed": 1, "invalid": 1}


def test_lag_is_what_the_learner_has_not_committed(watch: Watch) -> None:
    for _ in range(5):
        watch.topic.append(encode(a_view()), partition=1)
    watch.learner.commit({1: 3})
    stats = watch.after()
    assert [(p.partition, p.end, p.committed, p.lag) for p in stats.lag] == [(0, 0, 0, 0), (1, 5, 3, 2)]
    assert stats.total_lag == 2


def test_impressions_and_their_lag_are_seen_in_their_own_topic(watch: Watch) -> None:
    watch.topic.add_impressions()
    append(watch.topic, [a_drawn_list(), a_view(), a_drawn_list()])
    stats = watch.after()
    assert stats.totals == {"ranking_shown": 2, "item_viewed": 1}
    lag = [(one.topic, one.partition, one.lag) for one in stats.lag if one.lag]
    assert lag == [("interactions", 1, 1), ("interactions.impressions", 0, 2)]
    watch.status.statuses = (a_status(p1=1, p1000000=1),)
    learner = watch.after().learner
    assert learner is not None
    assert learner.lag == 1


def test_dead_letters_are_counted(watch: Watch) -> None:
    watch.dead.append(b"x")
    assert watch.after().dead_letters == 1


def test_click_to_drawn_is_of_the_last_minute(watch: Watch) -> None:
    append(watch.topic, [a_drawn_list(drawn_ms=float(ms)) for ms in range(1, 102)])
    stats = watch.after()
    assert stats.click_to_drawn_ms is not None
    assert (stats.click_to_drawn_ms.count, stats.click_to_drawn_ms.p50, stats.click_to_drawn_ms.p99) == (101, 51, 100)
    assert watch.after(120).click_to_drawn_ms is None


def test_a_list_that_was_drawn_a_minute_later_answers_no_click(watch: Watch) -> None:
    append(watch.topic, [a_drawn_list(drawn_ms=60_001.0)])
    assert watch.after().click_to_drawn_ms is None


@pytest.mark.parametrize("payload", [b'{"kind":"item_viewed","x":' + b"[" * 50_000, b'{"kind":"\xff"}', b"9" * 5_000])
def test_what_nobody_can_read_is_counted_and_the_next_is_read(watch: Watch, payload: bytes) -> None:
    watch.topic.append(payload)
    append(watch.topic, [a_drawn_list(drawn_ms=5.0)])
    stats = watch.after()
    assert stats.totals["invalid"] == 1
    assert stats.click_to_drawn_ms is not None


def test_the_way_from_the_storefront_is_timed_for_fresh_events_alone(watch: Watch) -> None:
    append(watch.topic, [a_view(received_at=NOW - 0.02), a_view(received_at=NOW - 9_000), a_view()])
    stats = watch.after()
    assert stats.received_to_monitor_ms is not None
    assert (stats.received_to_monitor_ms.count, stats.received_to_monitor_ms.p50) == (1, 20.0)


def test_the_learner_speaks_for_itself(watch: Watch) -> None:
    assert watch.after().learner is None
    watch.status.statuses = (a_status(),)
    learner = watch.after().learner
    assert learner is not None
    assert learner.learned == 7


def test_storefronts_are_counted(watch: Watch) -> None:
    assert watch.after().storefronts is None
    watch.status.storefronts = 2
    assert watch.after().storefronts == 2


def test_operators_are_told_and_a_history_is_kept(watch: Watch) -> None:
    watch.after()
    watch.after()
    messages = [json.loads(payload) for _, payload in watch.outbox.published]
    assert {(m["event"], m["room"]) for m in messages} == {("ops_stats", "operators")}
    assert len(watch.outbox.range(keyspace.ops_history())) == len(messages)


def test_with_the_log_down_it_goes_on_reporting_and_comes_back(watch: Watch) -> None:
    watch.topic.down = True
    stats = watch.after()
    assert (stats.lag, stats.events_per_second) == ((), {})
    watch.topic.down = False
    watch.monitor.step()
    append(watch.topic, [a_view()])
    assert watch.after().totals == {"item_viewed": 1}


def test_dead_letters_out_of_reach_are_left_out_and_asked_for_again_later(watch: Watch) -> None:
    watch.dead.append(b"x")
    watch.dead.down = True
    stats = watch.after()
    assert (stats.dead_letters, len(stats.lag)) == (0, 2)
    watch.dead.down = False
    assert watch.after().dead_letters == 0
    assert watch.after(20).dead_letters == 1


def test_the_history_keeps_the_live_quality_in_short(watch: Watch) -> None:
    hybrid = MemberQuality(member="hybrid", hit_rate=0.5, mrr=0.25, answered=1.0)
    quality = ModelQuality(asked=9, hybrid=hybrid, members=(hybrid,), weights={"short": {"hybrid": 1.0}})
    watch.status.statuses = (a_status(quality),)
    learner = watch.after().learner
    assert learner is not None
    assert learner.quality == quality
    (newest, *_) = watch.outbox.range(keyspace.ops_history())
    short = msgspec.json.decode(newest, type=OpsStats).learner
    assert short is not None
    assert short.quality == ModelQuality(asked=9, hybrid=hybrid)


def test_of_several_learners_each_is_shown_with_how_far_it_is_behind() -> None:
    watch = Watch()
    watch.status.statuses = (a_status(name="1", p0=3, p1=1), a_status(name="2", p0=1))
    append(watch.topic, [a_view(visitor) for visitor in ("a", "b", "c", "d")])
    stats = watch.after()
    assert stats.learner is not None
    assert (stats.learner.name, stats.learner.lag) == ("1", 1)
    assert [(learner.name, learner.lag) for learner in stats.learners] == [("1", 1), ("2", 3)]


def test_a_learner_alone_is_not_shown_twice() -> None:
    watch = Watch()
    watch.status.statuses = (a_status(),)
    assert watch.after().learners == ()
