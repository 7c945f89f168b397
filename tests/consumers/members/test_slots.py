"""Every visitor has a slot, and every slot exactly one of the learners that rank."""

from consumers.members.slots import SLOTS, Assignment, slot_of
from online_models.schema.events import VisitorId


def shares(*names: str) -> dict[str, frozenset[int]]:
    return {name: Assignment.among(name, names).owned for name in names}


def test_visitors_are_spread_over_all_slots() -> None:
    assert {slot_of(VisitorId(f"visitor-{number}")) for number in range(1_000)} == set(range(SLOTS))


def test_each_slot_has_one_owner_whatever_order_the_learners_are_named_in() -> None:
    owned = shares("1", "2", "3")
    assert sorted(slot for slots in owned.values() for slot in slots) == list(range(SLOTS))
    assert shares("3", "1", "2") == owned


def test_two_learners_have_nearly_equal_shares() -> None:
    assert all(SLOTS / 3 < len(owned) < 2 * SLOTS / 3 for owned in shares("1", "2").values())


def test_a_learner_that_comes_takes_only_its_own_share() -> None:
    before, after = shares("1", "2"), shares("1", "2", "3")
    assert after["1"] < before["1"]
    assert after["2"] < before["2"]


def test_one_learner_leads() -> None:
    assert sum(Assignment.among(name, "123").leads for name in "123") == 1
    assert Assignment.among("1", ["1"]).leads


def test_a_learner_that_cannot_rank_has_no_share() -> None:
    assert not Assignment.among("2", ["1"]).owned
