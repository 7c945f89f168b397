"""What follows from the last events is kept, bounded, until it is done, and done by whoever takes over."""

from functools import partial

from consumers.kafka.record import Offsets, Record
from consumers.members.standby_work import StandbyWork


def a_record(offset: int, at: float = 1.0, partition: int = 0) -> Record:
    return Record(partition, offset, at, None)


def test_of_slots_that_are_taken_over_what_their_owner_has_not_done_is_done_in_order() -> None:
    done: list[str] = []
    standby = StandbyWork()
    for offset, slot, name in ((1, 3, "old"), (5, 3, "first"), (6, 4, "other's"), (7, 3, "second")):
        standby.add(slot, a_record(offset), partial(done.append, name))
    assert standby.run({3: {0: 5}}) == 2
    assert done == ["first", "second"]
    assert standby.run({4: {}}) == 1
    assert done[-1] == "other's"


def test_what_its_owner_has_done_is_dropped_and_the_rest_says_from_where_on_it_is() -> None:
    standby = StandbyWork()
    for offset, slot in ((1, 3), (2, 4), (3, 3), (4, 4)):
        standby.add(slot, a_record(offset), list)
        standby.add(slot, a_record(offset, partition=1), list)
    answered: dict[int, Offsets] = {3: {0: 2, 1: 4}, 4: {0: 2, 1: 3}}
    standby.discard_answered(answered.__getitem__)
    assert standby.oldest_offsets(answered.__getitem__) == {0: 2, 1: 4}
    standby.discard_answered(lambda _: {0: 5, 1: 5})
    assert len(standby) == 0


def test_it_is_kept_for_a_while_only() -> None:
    standby = StandbyWork(seconds=10, limit=3)
    for offset, at in enumerate((1.0, 2.0, 12.5)):
        standby.add(0, a_record(offset, at), list)
    assert len(standby) == 1
    for offset in range(9):
        standby.add(0, a_record(offset, 13.0), list)
    assert len(standby) == 3
