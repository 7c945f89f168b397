from consumers.redis.recent_writes import RecentWrites, Write
from online_models.schema.events import VisitorId

ANN, BOB, EVE = VisitorId("ann"), VisitorId("bob"), VisitorId("eve")


def a_write(value: bytes = b"x" * 10) -> Write:
    return Write(value, 60)


def test_the_newest_write_of_each_key_is_held_the_last_visitor_first() -> None:
    recent = RecentWrites()
    recent.add(ANN, "a", a_write(b"old"))
    recent.add(BOB, "b", a_write())
    recent.add(ANN, "a", a_write(b"new"))
    recent.add(ANN, "a2", a_write())
    assert list(recent.newest_first()) == [
        (ANN, {"a": a_write(b"new"), "a2": a_write()}),
        (BOB, {"b": a_write()}),
    ]


def test_beyond_the_bound_whoever_was_written_longest_ago_is_dropped() -> None:
    recent = RecentWrites(max_bytes=20)
    for visitor in (ANN, BOB, EVE):
        recent.add(visitor, visitor, a_write())
    assert list(recent.newest_first()) == [(EVE, {"eve": a_write()}), (BOB, {"bob": a_write()})]


def test_what_is_replaced_or_discarded_makes_room() -> None:
    recent = RecentWrites(max_bytes=20)
    for _ in range(5):
        recent.add(ANN, "a", a_write())
    recent.add(BOB, "b", a_write())
    recent.discard(ANN)
    recent.add(EVE, "e", a_write())
    assert list(recent.newest_first()) == [(EVE, {"e": a_write()}), (BOB, {"b": a_write()})]


def test_one_write_larger_than_all_is_not_held() -> None:
    recent = RecentWrites(max_bytes=5)
    recent.add(ANN, "a", a_write())
    assert list(recent.newest_first()) == []


def test_who_is_forgotten_while_lists_are_written_again_is_left_out() -> None:
    recent = RecentWrites()
    for visitor in (ANN, BOB):
        recent.add(visitor, visitor, a_write())
    writes = recent.newest_first()
    next(writes)
    recent.discard(ANN)
    assert list(writes) == []
