"""What is remembered of visitors, and what they must not be shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.visitors.history_kernels import JUST_BOUGHT
from online_models.visitors.history_pool import SHORT
from online_models.visitors.interaction_history import MAX_DISMISSED, SESSION_GAP, InteractionHistory

NOW = 1_700_000_000.0


def touch(
    sessions: InteractionHistory,
    item: int,
    at: float,
    kind: FeedbackKind = "view",
    visitor: int = 0,
    reward: float | None = None,
) -> None:
    reward = REWARDS[kind] if reward is None else reward
    sessions.touch(visitor, item, Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{item}"), kind, reward, at))


def rows(sessions: InteractionHistory, now: float, visitor: int = 0) -> tuple[list[int], list[int]]:
    context = sessions.context(visitor, now)
    known = context.items.tolist()
    return known[len(known) - context.session_length :], known[: len(known) - context.session_length]


def unwanted(sessions: InteractionHistory, now: float, visitor: int = 0) -> set[int]:
    excluded = np.zeros(1_000, np.bool_)
    sessions.exclude_unwanted(sessions.context(visitor, now, excluded=excluded))
    return set(np.flatnonzero(excluded).tolist())


def test_nothing_is_known_of_a_stranger() -> None:
    sessions = InteractionHistory()
    assert rows(sessions, NOW, visitor=-1) == ([], [])
    assert rows(sessions, NOW, visitor=999) == ([], [])
    assert unwanted(sessions, NOW, visitor=-1) == set()


def test_an_item_stands_once_at_its_last_touch() -> None:
    sessions = InteractionHistory()
    for second, item in enumerate([1, 2, 3, 1]):
        touch(sessions, item, NOW + second)
    assert rows(sessions, NOW + 5) == ([2, 3, 1], [])


def test_absence_ends_the_session() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW)
    touch(sessions, 2, NOW + SESSION_GAP)
    assert rows(sessions, NOW + SESSION_GAP) == ([1, 2], [])
    touch(sessions, 3, NOW + 2 * SESSION_GAP + 1)
    assert rows(sessions, NOW + 2 * SESSION_GAP + 2) == ([3], [1, 2])
    assert rows(sessions, NOW + 4 * SESSION_GAP) == ([], [1, 2, 3])


def test_going_back_to_an_item_does_not_cut_the_session() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW)
    touch(sessions, 2, NOW + 0.7 * SESSION_GAP)
    touch(sessions, 2, NOW + 1.4 * SESSION_GAP)
    assert rows(sessions, NOW + 1.5 * SESSION_GAP) == ([1, 2], [])


def test_only_the_last_items_are_kept() -> None:
    sessions = InteractionHistory(length=3)
    for item in range(10):
        touch(sessions, item, NOW + item)
    assert rows(sessions, NOW + 10) == ([7, 8, 9], [])


def test_who_comes_to_more_items_than_most_keeps_all_that_was_known_of_the_first() -> None:
    sessions = InteractionHistory()
    touch(sessions, 99, NOW, visitor=1)
    for item in range(SHORT):
        touch(sessions, item, NOW + item, "cart")
    held = sessions.context(0, NOW + SHORT)
    rewards, times = held.rewards.tolist(), held.times.tolist()
    touch(sessions, 50, NOW + SHORT)
    after = sessions.context(0, NOW + SHORT)
    assert after.items.tolist() == [*range(SHORT), 50]
    assert after.rewards.tolist() == [*rewards, REWARDS["view"]]
    assert after.times.tolist()[:-1] == times
    assert sessions.basket(0, NOW + SHORT) == [*range(SHORT)][::-1]
    assert rows(sessions, NOW, visitor=1) == ([99], [])


def test_a_line_that_was_given_back_is_clean_for_the_next_visitor() -> None:
    sessions = InteractionHistory()
    for item in range(2 * SHORT):
        touch(sessions, item, NOW, "purchase", visitor=0)
    sessions.erase(0)
    for visitor in (1, 2):
        touch(sessions, 7, NOW, visitor=visitor)
    assert [rows(sessions, NOW, visitor) for visitor in range(3)] == [([], []), ([7], []), ([7], [])]
    assert sessions.context(2, NOW).counts.tolist() == [1]
    assert sessions.basket(1, NOW) == []


def test_merging_makes_room_for_what_both_did() -> None:
    sessions = InteractionHistory()
    for item in range(2 * SHORT):
        touch(sessions, item, NOW + item, visitor=item % 2)
    sessions.merge(source=1, target=0)
    sessions.erase(1)
    assert rows(sessions, NOW + 50) == ([*range(2 * SHORT)], [])


def test_a_time_that_goes_back_counts_as_the_newest_seen() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW)
    touch(sessions, 2, NOW - 500 * SESSION_GAP)
    assert rows(sessions, NOW) == ([1, 2], [])


def test_the_item_just_viewed_is_not_shown_until_the_session_is_over() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW)
    touch(sessions, 2, NOW + 1)
    assert unwanted(sessions, NOW + 2) == {2}
    assert unwanted(sessions, NOW + 2 * SESSION_GAP) == set()


def test_what_was_just_bought_is_not_shown() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "purchase")
    touch(sessions, 2, NOW + 1)
    assert unwanted(sessions, NOW + 2) == {1, 2}
    assert unwanted(sessions, NOW + JUST_BOUGHT + 2) == set()


def test_what_lies_in_the_basket_is_not_shown_until_it_is_taken_out() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "cart")
    touch(sessions, 2, NOW + 1)
    assert unwanted(sessions, NOW + 2) == {1, 2}
    touch(sessions, 1, NOW + 3, "uncart")
    touch(sessions, 2, NOW + 4)
    assert unwanted(sessions, NOW + 5) == {2}


def test_what_was_dismissed_or_rated_badly_is_not_shown() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW)
    touch(sessions, 1, NOW + 1, "dismissal")
    touch(sessions, 2, NOW + 2, "rating", reward=-3.0)
    touch(sessions, 2, NOW + 3)
    touch(sessions, 3, NOW + 4)
    assert unwanted(sessions, NOW + 99 * SESSION_GAP) == {1, 2}
    assert rows(sessions, NOW + 5) == ([2, 3], [])


def test_dismissals_are_bounded_and_the_newest_count() -> None:
    sessions = InteractionHistory()
    for item in range(MAX_DISMISSED + 50):
        touch(sessions, item, NOW, "dismissal")
    assert unwanted(sessions, NOW) == set(range(50, MAX_DISMISSED + 50))


def test_what_was_given_back_is_bought_no_longer() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "purchase")
    touch(sessions, 2, NOW + 1)
    assert sessions.bought(sessions.context(0, NOW + 2)) == {1}
    touch(sessions, 1, NOW + 2, "refund")
    touch(sessions, 2, NOW + 3)
    assert sessions.bought(sessions.context(0, NOW + 4)) == set()
    assert unwanted(sessions, NOW + 4) == {2}, "it may be shown again"


choices = st.sampled_from(["view", "cart", "purchase", "rating", "uncart", "wish", "unwish", "refund"])


@given(st.lists(st.tuples(st.integers(0, 9), choices, st.integers(1, 3_000)), max_size=40), st.integers(0, 9))
def test_a_dismissal_that_is_taken_back_leaves_what_was_done_before(
    said: list[tuple[int, FeedbackKind, int]], item: int
) -> None:
    straight, undone = InteractionHistory(), InteractionHistory()
    at = NOW
    for other, kind, passed in said:
        at += passed
        for sessions in (straight, undone):
            touch(sessions, other, at, kind, reward=REWARDS.get(kind, 3.0))
    touch(undone, item, at, "dismissal")
    resumed = InteractionHistory()
    resumed.load(undone.dump())
    for sessions in (undone, resumed):
        assert item in unwanted(sessions, at)
        sessions.take_back_dismissal(0, item)
        assert str(sessions.context(0, at)) == str(straight.context(0, at))
        assert unwanted(sessions, at) == unwanted(straight, at)
        sessions.take_back_dismissal(0, item)
        assert str(sessions.context(0, at)) == str(straight.context(0, at)), "once"


def test_what_was_done_since_the_dismissal_counts_rather_than_what_was_before() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "purchase")
    touch(sessions, 1, NOW + 1, "dismissal")
    touch(sessions, 1, NOW + 2)
    sessions.take_back_dismissal(0, 1)
    assert sessions.context(0, NOW + 3).rewards.tolist() == [REWARDS["view"]]


def test_a_purchase_is_worth_more_than_a_view_after_it() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "purchase")
    touch(sessions, 1, NOW + 1)
    assert sessions.context(0, NOW + 2).rewards.tolist() == [REWARDS["purchase"]]


def test_a_wish_counts_until_it_is_taken_back() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "wish")
    touch(sessions, 1, NOW + 1)
    assert sessions.context(0, NOW + 2).rewards.tolist() == [REWARDS["wish"]], "a view takes nothing back"
    touch(sessions, 1, NOW + 3, "unwish")
    assert sessions.context(0, NOW + 4).rewards.tolist() == [REWARDS["view"]]


@pytest.mark.parametrize("kind", ["cart", "purchase"])
def test_what_weighs_more_than_a_wish_stays_with_it_and_without_it(kind: FeedbackKind) -> None:
    sessions = InteractionHistory()
    for at, each in enumerate((kind, "wish", "unwish")):
        touch(sessions, 1, NOW + at, each)
    assert sessions.context(0, NOW + 4).rewards.tolist() == [REWARDS[kind]]


def test_a_wish_taken_back_makes_nothing_wanted_that_was_rated_badly() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "rating", reward=-3.0)
    touch(sessions, 1, NOW + 1, "unwish")
    assert unwanted(sessions, NOW + 99 * SESSION_GAP) == {1}


def test_a_wish_is_still_recommended() -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW, "wish")
    touch(sessions, 2, NOW + 1)
    assert unwanted(sessions, NOW + 2) == {2}


def test_merging_keeps_the_order_of_time() -> None:
    sessions = InteractionHistory()
    for item, at in ((1, 0.0), (2, 20.0)):
        touch(sessions, item, NOW + at, visitor=0)
    for item, at in ((3, 10.0), (1, 30.0), (4, 40.0)):
        touch(sessions, item, NOW + at, visitor=1)
    touch(sessions, 9, NOW, "dismissal", visitor=1)
    sessions.merge(source=1, target=0)
    sessions.erase(1)
    assert rows(sessions, NOW + 50) == ([3, 2, 1, 4], [])
    assert unwanted(sessions, NOW + 50) == {4, 9}
    assert rows(sessions, NOW + 50, visitor=1) == ([], [])


def test_sessions_that_the_shop_names_do_not_end_by_absence() -> None:
    sessions = InteractionHistory()
    for item, at, name in ((1, 0.0, "a"), (2, 5 * SESSION_GAP, "a"), (3, 5 * SESSION_GAP + 1, "b")):
        said = Feedback(VisitorId("v"), ItemId(f"i{item}"), "view", 1.0, NOW + at, session=name)
        sessions.touch(0, item, said)
    later = NOW + 50 * SESSION_GAP
    assert sessions.context(0, later, session="b").session_items.tolist() == [3]
    assert sessions.context(0, later, session="c").session_items.tolist() == []
    assert sessions.context(0, later, session="c").items.tolist() == [1, 2, 3]


def test_how_often_an_item_was_touched_is_counted() -> None:
    sessions = InteractionHistory()
    for second in range(300):
        touch(sessions, second % 2, NOW + second)
    assert sessions.context(0, NOW + 300).counts.tolist() == [150, 150]


def test_an_erased_visitor_leaves_no_trace() -> None:
    used, unused = InteractionHistory(), InteractionHistory()
    for item in range(5):
        touch(used, item, NOW, "purchase", visitor=3)
    touch(used, 7, NOW, "dismissal", visitor=3)
    used.erase(3)
    assert rows(used, NOW, visitor=3) == ([], [])
    assert str(used.dump()) == str(unused.dump())


kinds = st.sampled_from(sorted(REWARDS))
moves = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 14), kinds, st.integers(0, 3_000)), max_size=60)


@pytest.mark.parametrize("length", [4, SHORT + 3])
@given(first=moves, second=moves)
def test_dump_and_load_keep_everything(
    length: int, first: list[tuple[int, int, FeedbackKind, int]], second: list[tuple[int, int, FeedbackKind, int]]
) -> None:
    straight, stopped, resumed = (InteractionHistory(length) for _ in range(3))
    at = NOW
    for half, sessions in ((first, stopped), (second, resumed)):
        if sessions is resumed:
            resumed.load(stopped.dump())
        for visitor, item, kind, passed in half:
            at += passed
            touch(straight, item, at, kind, visitor)
            touch(sessions, item, at, kind, visitor)
    for visitor in range(5):
        assert str(resumed.context(visitor, at)) == str(straight.context(visitor, at))
        assert unwanted(resumed, at, visitor) == unwanted(straight, at, visitor)
    assert str(resumed.dump()) == str(straight.dump())


@pytest.mark.parametrize(
    "name", ["items", "lengths", "session_lengths", "names", "dismissers", "dismissed", "dismissed_counts"]
)
def test_a_state_that_does_not_fit_is_refused(name: str) -> None:
    sessions = InteractionHistory()
    touch(sessions, 1, NOW)
    touch(sessions, 2, NOW, "dismissal")
    with pytest.raises(InvalidState):
        InteractionHistory().load({**sessions.dump(), name: "something else"})
    with pytest.raises(InvalidState):
        InteractionHistory(length=5).load(sessions.dump())
