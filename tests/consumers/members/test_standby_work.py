"""What another learner does is kept, bounded, and done by whoever takes over."""

from functools import partial

from consumers.members.standby_work import StandbyWork


def test_the_work_for_slots_that_are_taken_over_is_done_in_order_and_once() -> None:
    done: list[str] = []
    standby = StandbyWork()
    for at, slot, name in ((1.0, 3, "old"), (5.0, 3, "first"), (5.0, 4, "other's"), (6.0, 3, "second")):
        standby.add(slot, at, partial(done.append, name))
    assert standby.run({3}, since=5.0) == 2
    assert done == ["first", "second"]
    assert standby.run({3}, since=0.0) == 0
    assert standby.run({4}, since=0.0) == 1


def test_it_is_kept_for_a_while_only() -> None:
    standby = StandbyWork(seconds=10, limit=3)
    for at in (1.0, 2.0, 12.5):
        standby.add(0, at, list)
    assert len(standby) == 1
    for _ in range(9):
        standby.add(0, 13.0, list)
    assert len(standby) == 3
