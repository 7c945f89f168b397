"""Visits as a training gets them."""

from itertools import pairwise

from infra.evaluate.recent_visits import LONGEST, RecentVisits
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind


def a_signal(visitor: str, item: str, at: float, kind: FeedbackKind = "view", session: str | None = None) -> Feedback:
    return Feedback(VisitorId(visitor), ItemId(item), kind, REWARDS[kind], at, session=session)


def test_a_visit_ends_by_half_an_hour_of_absence() -> None:
    visits = RecentVisits()
    for visitor, item, at in (
        ("ann", "a", 0),
        ("bob", "x", 10),
        ("ann", "b", 20),
        ("ann", "c", 5_000),
        ("ann", "d", 5_010),
    ):
        visits.add(a_signal(visitor, item, at))
    assert visits.all() == [["a", "b"], ["c", "d"]]


def test_sessions_with_a_name_are_visits() -> None:
    visits = RecentVisits()
    for item, at, session in (("a", 0, "s1"), ("b", 9_000, "s1"), ("c", 9_001, "s2"), ("d", 9_002, "s2")):
        visits.add(a_signal("ann", item, at, session=session))
    assert visits.all() == [["a", "b"], ["c", "d"]]


def test_what_speaks_against_an_item_and_repeats_do_not_count() -> None:
    visits = RecentVisits()
    for item, kind in (("a", "view"), ("a", "cart"), ("b", "dismissal"), ("c", "view"), ("a", "purchase")):
        visits.add(a_signal("ann", item, 1.0, kind))  # type: ignore[arg-type]  # kinds
    assert visits.all() == [["a", "c", "a"]]
    assert visits.signals == 4


def test_a_long_visit_is_cut_into_pieces_that_lose_no_step() -> None:
    visits = RecentVisits()
    items = [f"i{number}" for number in range(2 * LONGEST)]
    for item in items:
        visits.add(a_signal("ann", item, 1.0))
    pieces = visits.all()
    assert max(map(len, pieces)) == LONGEST
    steps = [pair for piece in pieces for pair in pairwise(piece)]
    assert steps == list(pairwise(items))


def test_what_has_come_since_is_told_once() -> None:
    visits = RecentVisits()
    for visitor, item in (("ann", "a"), ("bob", "a"), ("ann", "b")):
        visits.add(a_signal(visitor, item, 1.0))
    assert visits.take_changed() == [["a", "b"]]
    assert visits.take_changed() == []
    visits.add(a_signal("bob", "b", 2.0))
    visits.add(a_signal("ann", "b", 2.0))
    assert visits.take_changed() == [["a", "b"]]
    assert visits.all() == [["a", "b"], ["a", "b"]]


def test_the_oldest_visits_make_room() -> None:
    visits = RecentVisits(most_items=5)
    for number in range(6):
        for item in ("a", "b"):
            visits.add(a_signal(f"v{number}", f"{item}{number}", float(number)))
    assert visits.all() == [["a4", "b4"], ["a5", "b5"]]
