"""A time from click to list is believed once for each click, within what the shop's own clock allows."""

import pytest

from online_models.schema.events import EventId, ItemId, RankingShown, VisitorId
from storefront.limits.push_causes import BURST, LONGEST, NETWORK_BURST, REPORT_SECONDS, PushCauses
from tests.storefront.manual_clock import Clock

V1, V2 = VisitorId("v1"), VisitorId("v2")


def a_report(
    drawn_ms: float | None, cause: str | None = "e1", visitor: VisitorId = V1, **fields: object
) -> RankingShown:
    return RankingShown(
        event_id=EventId("r1"),
        visitor=visitor,
        occurred_at=1.0,
        items=(ItemId("mug"),),
        cause=EventId(cause) if cause else None,
        drawn_ms=drawn_ms,
        **fields,  # type: ignore[arg-type]  # further times, and the network
    )


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000.0)


@pytest.fixture
def causes(clock: Clock) -> PushCauses:
    """An event that was received half a second before its list is pushed, now."""
    causes = PushCauses(clock)
    causes.note(V1, EventId("e1"), 999.5)
    return causes


def test_an_honest_time_counts_once(causes: PushCauses, clock: Clock) -> None:
    clock.now += 0.7
    honest = a_report(560.0, painted_ms=570.0)
    assert causes.check(honest) == honest
    again = causes.check(honest)
    assert (again.drawn_ms, again.painted_ms, again.items) == (None, None, honest.items)


def test_a_click_that_is_answered_again_does_not_count_again(causes: PushCauses, clock: Clock) -> None:
    clock.now += 0.7
    assert causes.check(a_report(560.0)).drawn_ms == 560.0
    for _ in range(3):
        causes.note(V1, EventId("e1"), clock.now - 0.5)
        assert causes.check(a_report(560.0)).drawn_ms is None
    assert len(causes) == 1


def test_of_several_pushes_that_answer_a_click_the_first_counts(causes: PushCauses, clock: Clock) -> None:
    clock.now += 4.0
    causes.note(V1, EventId("e1"), 999.5)
    # What a page drew half a second after the click, and reported later.
    assert causes.check(a_report(560.0)).drawn_ms == 560.0


def test_a_report_without_times_is_left_as_it_is_and_uses_up_nothing(causes: PushCauses) -> None:
    assert causes.check(a_report(None)) == a_report(None)
    assert causes.check(a_report(560.0)).drawn_ms == 560.0


@pytest.mark.parametrize(
    "forged",
    [
        a_report(560.0, cause="e2"),
        a_report(560.0, cause=None),
        a_report(560.0, visitor=V2),
        a_report(0.0),
        a_report(390.0),
        a_report(4_000.0),
        a_report(600_000.0),
    ],
    ids=[
        "another event",
        "no event",
        "another visitor",
        "no time",
        "too short",
        "longer than it is ago",
        "ten minutes",
    ],
)
def test_no_other_time_counts(causes: PushCauses, clock: Clock, forged: RankingShown) -> None:
    clock.now += 0.7
    assert causes.check(forged).drawn_ms is None


def test_a_frame_that_was_painted_later_than_now_does_not_count(causes: PushCauses) -> None:
    found = causes.check(a_report(560.0, painted_ms=90_000.0))
    assert (found.drawn_ms, found.painted_ms) == (560.0, None)


def test_who_waits_with_the_report_makes_no_time_longer(causes: PushCauses, clock: Clock) -> None:
    clock.now += REPORT_SECONDS + 1
    assert causes.check(a_report(1_000 * (REPORT_SECONDS + 1))).drawn_ms is None


def test_no_time_is_longer_than_a_minute(clock: Clock) -> None:
    causes = PushCauses(clock)
    for cause, took in (("e1", LONGEST - 1), ("e2", LONGEST + 5)):
        causes.note(V1, EventId(cause), clock.now - took)
    assert causes.check(a_report(1_000 * LONGEST, "e1")).drawn_ms == 1_000 * LONGEST
    assert causes.check(a_report(1_000 * LONGEST, "e2")).drawn_ms is None


def test_of_many_clicks_of_one_visitor_some_count(clock: Clock) -> None:
    causes, counted = PushCauses(clock), 0
    for number in range(10 * BURST):
        causes.note(V1, EventId(f"e{number}"), clock.now)
        counted += causes.check(a_report(5.0, f"e{number}")).drawn_ms is not None
    assert counted == BURST


def test_of_many_visitors_of_one_network_some_count_and_those_of_others_all_the_same(clock: Clock) -> None:
    causes, counted = PushCauses(clock), dict.fromkeys(("a" * 12, "b" * 12), 0)
    for network, visitors in (("a" * 12, 3 * NETWORK_BURST), ("b" * 12, 5)):
        for number in range(visitors):
            visitor = VisitorId(f"v-{network}-{number}")
            causes.note(visitor, EventId("e1"), clock.now)
            counted[network] += causes.check(a_report(5.0, visitor=visitor, network=network)).drawn_ms is not None
    assert list(counted.values()) == [NETWORK_BURST, 5]


def test_one_visitor_who_reports_too_often_takes_no_time_from_others_of_the_network(clock: Clock) -> None:
    causes, network = PushCauses(clock), "a" * 12
    for number in range(3 * NETWORK_BURST):
        causes.note(V1, EventId(f"e{number}"), clock.now)
        causes.check(a_report(5.0, f"e{number}", network=network))
    causes.note(V2, EventId("e1"), clock.now)
    assert causes.check(a_report(5.0, visitor=V2, network=network)).drawn_ms == 5.0


def test_the_oldest_pushes_are_forgotten(clock: Clock) -> None:
    causes = PushCauses(clock, pushes_kept=3)
    for number in range(10):
        causes.note(V1, EventId(f"e{number}"), clock.now)
    assert len(causes) == 3
    assert causes.check(a_report(5.0, "e6")).drawn_ms is None
    assert causes.check(a_report(5.0, "e7")).drawn_ms == 5.0
