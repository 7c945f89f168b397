"""Ids that are no more, and the events of theirs that come late."""

import pytest

from online_models.arrays.state import InvalidState
from online_models.schema.events import VisitorId
from online_models.visitors.tombstones import Tombstones

ANN, BOB, TAB = VisitorId("ann"), VisitorId("bob"), VisitorId("tab")


def test_what_came_in_before_the_sign_in_is_the_account_s() -> None:
    departures = Tombstones()
    departures.note(TAB, 10.0, ANN)
    assert [departures.follow(TAB, at) for at in (9.0, 10.0, 10.5)] == [ANN, ANN, TAB]
    assert departures.follow(BOB, 9.0) == BOB


def test_after_the_next_sign_in_it_is_the_next_account_s() -> None:
    departures = Tombstones()
    departures.note(TAB, 10.0, ANN)
    departures.note(TAB, 20.0, BOB)
    assert departures.follow(TAB, 15.0) == BOB


def test_what_was_forgotten_is_nobody_s_and_leaves_no_name() -> None:
    departures = Tombstones()
    departures.note(TAB, 10.0, ANN)
    departures.note(ANN, 20.0)
    assert departures.follow(ANN, 15.0) is departures.follow(TAB, 9.0) is None
    assert departures.follow(ANN, 21.0) == ANN
    assert not {name for name in (b"ann", b"tab") if name in bytes(str(departures.dump()), "ascii")}


def test_only_the_newest_are_remembered() -> None:
    departures = Tombstones(limit=2)
    for visitor in (TAB, ANN, BOB):
        departures.note(visitor, 10.0)
    assert len(departures) == 2
    assert departures.follow(TAB, 9.0) == TAB
    assert departures.follow(BOB, 9.0) is None


def test_it_survives_dump_and_load() -> None:
    departures, loaded = Tombstones(), Tombstones()
    departures.note(TAB, 10.0, ANN)
    departures.note(BOB, 20.0)
    loaded.load(departures.dump())
    assert loaded.dump() == departures.dump()
    assert (loaded.follow(TAB, 9.0), loaded.follow(BOB, 20.0)) == (ANN, None)
    with pytest.raises(InvalidState):
        loaded.load({"departed": b"[1]"})
