"""The small bounded collections that the learner is made of."""

from consumers.jobs.dirty_items import DirtyItems
from consumers.jobs.rank_queue import Cause, RankQueue
from consumers.learner.recent_events import RecentEvents
from consumers.quantiles import Quantiles
from online_models.schema.events import EventId, ItemId, VisitorId


def a_cause(event_id: str = "e1", simulated: bool = False) -> Cause:
    return Cause(EventId(event_id), 1.0, 0, 0, 1.0, 1.0, 1.0, None, simulated)


def test_recent_events_know_the_newest_and_forget_the_oldest() -> None:
    recent = RecentEvents(2)
    assert [recent.add(EventId(e)) for e in ("a", "b", "a", "c", "a")] == [True, True, False, True, True]
    assert recent.ids() == ("c", "a")


def test_recent_events_come_back_as_they_were() -> None:
    recent = RecentEvents(2)
    recent.restore((EventId("a"), EventId("b")))
    assert not recent.add(EventId("a"))
    assert recent.add(EventId("c"))
    assert recent.ids() == ("b", "c")


def test_who_moves_again_becomes_the_newest() -> None:
    moved = RankQueue()
    for visitor in ("a", "b", "a"):
        moved.add(VisitorId(visitor), a_cause(f"by {visitor}"))
    assert len(moved) == 2
    first = moved.pop()
    assert (first.visitor, first.causes) == ("a", ["by a", "by a"])


def test_a_visitor_is_as_real_as_their_newest_event() -> None:
    moved = RankQueue()
    moved.add(VisitorId("a"), a_cause(simulated=True))
    moved.add(VisitorId("b"), a_cause(simulated=True))
    moved.add(VisitorId("a"), a_cause())
    assert [moved.pop().visitor, moved.pop().visitor] == ["a", "b"]


def test_waiting_visitors_are_bounded_and_simulated_ones_leave_first() -> None:
    moved = RankQueue(limit=2)
    moved.add(VisitorId("real"), a_cause())
    moved.add(VisitorId("bot"), a_cause(simulated=True))
    moved.add(VisitorId("other"), a_cause())
    assert {moved.pop().visitor, moved.pop().visitor} == {"real", "other"}
    assert len(moved) == 0


def test_a_discarded_visitor_waits_no_more() -> None:
    moved = RankQueue()
    moved.add(VisitorId("a"), a_cause())
    moved.discard(VisitorId("a"))
    moved.discard(VisitorId("never seen"))
    assert len(moved) == 0


def test_quantiles_are_of_the_last_seconds() -> None:
    quantiles = Quantiles(seconds=10)
    for second in range(20):
        quantiles.add(second, second)
    percentiles = quantiles.percentiles(19)
    assert percentiles is not None
    assert (percentiles.count, percentiles.p50) == (11, 14)
    assert quantiles.percentiles(100) is None


def test_a_stale_item_waits_once_until_it_has_settled() -> None:
    stale = DirtyItems(settle=2)
    stale.add([ItemId("a"), ItemId("b")], 10)
    stale.add([ItemId("a")], 11)
    assert not stale.is_due(11)
    assert stale.is_due(12)
    assert [stale.pop(), stale.pop()] == ["a", "b"]
    assert not stale.is_due(99)
    stale.add([ItemId("a")], 100)
    assert len(stale) == 1


def test_stale_items_are_bounded() -> None:
    stale = DirtyItems(limit=2)
    stale.add([ItemId("a"), ItemId("b"), ItemId("c")], 0)
    assert len(stale) == 2
