"""Who lives, who ranks whom, and what is taken over from a learner that dies."""

from itertools import combinations

import pytest

from consumers.members.membership import (
    DEAD_AFTER,
    REMOVED_AFTER,
    SECONDS_BETWEEN_BEATS,
    STUCK_AFTER,
    Membership,
)
from consumers.members.slots import SLOTS, Assignment
from tests.consumers.fakes import ManualClock, MemoryHeartbeats


class Learners:
    """Several learners that share a clock and a store."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryHeartbeats({})
        self.members: dict[str, Membership] = {}

    def join(self, name: str, *, is_ready: bool = True) -> Membership:
        member = self.members[name] = Membership(name, self.clock, self.store)
        member.note_step(is_ready=is_ready)
        self.beat(2)
        return member

    def beat(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.advance(SECONDS_BETWEEN_BEATS)
            for member in self.members.values():
                member.beat()

    def kill(self, name: str) -> None:
        del self.members[name]

    def wait(self, seconds: float) -> None:
        until = self.clock.elapsed() + seconds
        while self.clock.elapsed() < until:
            for member in self.members.values():
                member.note_step(is_ready=True)
            self.beat()


@pytest.fixture
def learners() -> Learners:
    return Learners()


def assert_each_slot_has_one_owner(learners: Learners) -> None:
    owned = [member.assignment.owned for member in learners.members.values()]
    assert frozenset().union(*owned) == frozenset(range(SLOTS))
    assert not any(one & other for one, other in combinations(owned, 2))


def test_a_learner_alone_has_everything_and_asks_nobody() -> None:
    alone = Membership("1", ManualClock())
    alone.beat()
    assert (len(alone.assignment.owned), alone.leads, alone.is_shared) == (SLOTS, True, False)


def test_a_learner_that_comes_takes_its_share_of_the_visitors(learners: Learners) -> None:
    first = learners.join("1")
    assert len(first.assignment.owned) == SLOTS
    second = learners.join("2")
    assert second.assignment.owned
    assert_each_slot_has_one_owner(learners)
    (takeover,) = second.take_over()
    assert set(takeover.answered) == second.assignment.owned


def test_a_learner_ranks_nobody_until_it_has_learned_the_log(learners: Learners) -> None:
    first, second = learners.join("1"), learners.join("2", is_ready=False)
    assert (len(first.assignment.owned), len(second.assignment.owned)) == (SLOTS, 0)
    second.note_step(is_ready=True)
    learners.beat(2)
    assert second.assignment.owned
    assert_each_slot_has_one_owner(learners)


def test_where_nobody_is_ready_all_share_the_work(learners: Learners) -> None:
    learners.join("1", is_ready=False)
    second = learners.join("2", is_ready=False)
    assert second.assignment.owned
    assert_each_slot_has_one_owner(learners)


def test_the_slots_of_a_dead_learner_are_taken_over_in_time(learners: Learners) -> None:
    first = learners.join("1")
    learners.join("2")
    first.take_over()
    learners.kill("2")
    learners.wait(DEAD_AFTER + SECONDS_BETWEEN_BEATS)
    assert len(first.assignment.owned) == SLOTS
    (takeover,) = first.take_over()
    assert takeover.names == ("1",)
    assert takeover.answered
    assert first.take_over() == []


def test_a_takeover_says_what_the_owner_before_has_done_of_its_share(learners: Learners) -> None:
    first, second = learners.join("1"), learners.join("2")
    assert set(map(str, second.take_over()[-1].answered.values())) == {"{}"}, "the first has not said so"
    first.take_over()
    second.note_step(is_ready=True, answered={0: 40})
    learners.beat(2)
    mine = next(iter(first.assignment.owned))
    others = next(iter(second.assignment.owned))
    assert (first.answered_by(others), first.answered_by(mine)) == ({0: 40}, {})
    learners.kill("2")
    learners.wait(2 * DEAD_AFTER)
    (takeover,) = first.take_over()
    assert takeover.answered == {slot: {0: 40} for slot in _owned_by("2", "1")}


def test_what_it_had_done_of_another_share_is_not_taken_for_all_that_it_has_now(learners: Learners) -> None:
    first, second = learners.join("1"), learners.join("2")
    for member in (first, second):
        member.take_over()
    second.note_step(is_ready=True, answered={0: 40})
    learners.join("3")
    learners.kill("2")
    learners.beat(round(2 * DEAD_AFTER / SECONDS_BETWEEN_BEATS))
    gained = [takeover.answered for takeover in first.take_over() if takeover.answered]
    assert gained
    assert all(answered == {} for answered in gained[-1].values())


def _owned_by(name: str, *others: str) -> frozenset[int]:
    return Assignment.among(name, [name, *others]).owned


def test_a_learner_that_stops_says_so_and_need_not_be_missed(learners: Learners) -> None:
    first, second = learners.join("1"), learners.join("2")
    second.beat(is_leaving=True)
    learners.kill("2")
    learners.beat()
    assert len(first.assignment.owned) == SLOTS


def test_a_learner_whose_loop_is_stuck_gives_its_visitors_away(learners: Learners) -> None:
    first, second = learners.join("1"), learners.join("2")
    until = learners.clock.elapsed() + STUCK_AFTER + 1
    while learners.clock.elapsed() < until:
        first.note_step(is_ready=True)
        learners.beat()
    assert (len(first.assignment.owned), len(second.assignment.owned)) == (SLOTS, 0)


def test_while_redis_is_away_the_visitors_stay_shared_as_they_are(learners: Learners) -> None:
    first, second = learners.join("1"), learners.join("2")
    before = first.assignment, second.assignment
    learners.store.down = True
    learners.wait(10 * DEAD_AFTER)
    learners.store.down = False
    learners.store.heartbeats.clear()
    learners.wait(DEAD_AFTER)
    assert (first.assignment, second.assignment) == before


def test_a_learner_that_starts_again_at_once_is_another_life_of_the_same(learners: Learners) -> None:
    first = learners.join("1")
    learners.join("2")
    learners.kill("2")
    learners.join("2", is_ready=False)
    assert len(first.assignment.owned) == SLOTS, "it does not know yet what it missed"
    learners.wait(1)
    assert_each_slot_has_one_owner(learners)
    assert learners.members["2"].assignment.owned


def test_what_is_left_of_a_learner_that_is_gone_for_good_is_removed(learners: Learners) -> None:
    learners.join("1")
    learners.join("2")
    learners.kill("2")
    learners.wait(REMOVED_AFTER + 1)
    assert set(learners.store.heartbeats) == {"1"}


def test_two_learners_of_one_name_are_noticed(learners: Learners, caplog: pytest.LogCaptureFixture) -> None:
    learners.join("1")
    other = Membership("1", learners.clock, learners.store)
    other.beat()
    learners.beat()
    assert "another learner is called 1" in caplog.text
