"""What one visitor and one network may move: once for an item and window, less and less for a network."""

from math import inf, log2

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, read_array
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.visitors.influence import IN_FULL, Influence, InfluenceLimits
from online_models.visitors.influence_table import (
    ACQUAINTED,
    HOUR,
    MOST_LESSONS,
    MOST_LESSONS_OF_A_NETWORK,
    VISITS,
    WINDOW,
)

NOW = 1_795_000_000.0
NETWORK, OTHER = "0123456789ab", "ba9876543210"


def weighed(
    limits: InfluenceLimits,
    visitor: int,
    item: int = 3,
    kind: FeedbackKind = "view",
    at: float = NOW,
    network: str | None = None,
    held: int = ACQUAINTED,
    name: str = "v",
) -> Influence:
    reward = REWARDS.get(kind, 5.0)
    feedback = Feedback(VisitorId(f"{name}{visitor}"), ItemId(str(item)), kind, reward, at, network=network)
    return limits.weigh(visitor, feedback, item, held)


def test_a_first_choice_counts_in_full() -> None:
    limits = InfluenceLimits()
    assert weighed(limits, 1) is IN_FULL
    assert weighed(limits, 2) is IN_FULL
    assert weighed(limits, 1, item=4) is IN_FULL


def test_within_the_window_a_visitor_comes_to_an_item_for_the_first_time_once() -> None:
    limits = InfluenceLimits()
    for minute in range(50):
        found = weighed(limits, 1, at=NOW + 60 * minute)
        assert found.is_first == found.is_counted == (minute == 0)
    assert found[:2] == (NOW + 60 * 48, 1.0)
    later = NOW + 60 * 49 + WINDOW
    assert not weighed(limits, 1, at=later - 1).is_first
    assert weighed(limits, 1, at=later - 1 + WINDOW) is IN_FULL


def test_each_kind_of_signal_trains_once_and_what_counted_is_remembered() -> None:
    limits = InfluenceLimits()
    kinds: tuple[FeedbackKind, ...] = ("view", "cart", "uncart", "cart", "purchase", "dismissal", "purchase", "view")
    found = [weighed(limits, 1, kind=kind, at=NOW + step) for step, kind in enumerate(kinds)]
    assert [one.trains for one in found] == [True, True, True, False, True, True, False, False]
    assert [one.counted for one in found] == [0, 1, 3, 3, 3, 5, 5, 5]
    assert [one.is_first for one in found] == [True] + [False] * 7


def test_sequences_follow_a_visitor_s_ways_back_as_far_as_three_visits() -> None:
    limits = InfluenceLimits()
    assert [weighed(limits, 1, at=NOW + step).is_followed for step in range(9)] == [True] * VISITS + [False] * 6
    assert not weighed(limits, 2, kind="uncart").is_followed


def test_what_was_turned_down_may_still_be_chosen_for_the_first_time() -> None:
    limits = InfluenceLimits()
    assert not weighed(limits, 1, kind="dismissal").is_first
    assert weighed(limits, 1).last_at == -inf
    assert not weighed(limits, 1).is_first


def test_visitors_of_one_network_come_to_a_logarithm() -> None:
    limits = InfluenceLimits()
    found = [weighed(limits, visitor, network=NETWORK) for visitor in range(30)]
    assert found[0] == IN_FULL
    for sums in (sum(one.hourly for one in found), sum(one.daily for one in found), sum(one.weight for one in found)):
        assert sums == pytest.approx(log2(31))
    assert [number for number, one in enumerate(found, 1) if one.is_counted] == [1, 3, 7, 15]
    assert weighed(limits, 99, network=OTHER) == IN_FULL
    assert weighed(limits, 98) == IN_FULL


def test_only_the_first_of_a_network_counts_for_more_than_a_view() -> None:
    limits = InfluenceLimits()
    traffic = [
        found.daily * REWARDS["purchase"]
        for visitor in range(30)
        for found in [weighed(limits, visitor, kind="purchase", network=NETWORK)]
    ]
    assert traffic[0] == 5
    assert sum(traffic) == pytest.approx(5 + log2(31) - 1)


def test_a_network_begins_anew_after_an_hour_in_counts_of_an_hour_and_after_a_day_in_others() -> None:
    limits = InfluenceLimits()
    for visitor in range(7):
        weighed(limits, visitor, network=NETWORK)
    later = weighed(limits, 8, at=NOW + HOUR, network=NETWORK)
    assert (later.hourly, later.daily) == (1.0, log2(9 / 8))
    assert weighed(limits, 9, at=NOW + WINDOW, network=NETWORK) == IN_FULL


def test_what_a_visitor_does_again_is_not_counted_among_their_network() -> None:
    limits = InfluenceLimits()
    for step in range(20):
        weighed(limits, 1, at=NOW + step, network=NETWORK)
    assert weighed(limits, 2, at=NOW + 30, network=NETWORK).weight == log2(3 / 2)


def test_a_fresh_cookie_weighs_little_and_an_account_does_not() -> None:
    limits = InfluenceLimits()
    weights = [weighed(limits, held, item=held, network=NETWORK, held=held).weight for held in range(6)]
    assert weights == [0.25, 0.5, 0.75, 1, 1, 1]
    assert weighed(limits, 9, item=9, network=NETWORK, held=0, name="a" + 23 * "0").weight == 1
    assert weighed(limits, 9, item=10, held=0).weight == 1


def test_so_many_events_of_a_visitor_and_of_a_network_teach() -> None:
    limits = InfluenceLimits()
    assert sum(weighed(limits, 1, item=item).teaches for item in range(2 * MOST_LESSONS)) == MOST_LESSONS
    assert weighed(limits, 2).teaches
    found = [weighed(limits, 10 + n, item=n % 50, network=NETWORK) for n in range(2 * MOST_LESSONS_OF_A_NETWORK)]
    assert sum(one.teaches for one in found) == MOST_LESSONS_OF_A_NETWORK
    assert weighed(limits, 1, item=0, at=NOW + WINDOW).teaches


def test_so_many_lists_of_a_visitor_and_of_a_network_teach() -> None:
    limits = InfluenceLimits()
    assert sum(limits.admits_list(1, None, NOW) for _ in range(2 * MOST_LESSONS)) == MOST_LESSONS
    admitted = sum(limits.admits_list(10 + n, NETWORK, NOW) for n in range(2 * MOST_LESSONS_OF_A_NETWORK))
    assert admitted == MOST_LESSONS_OF_A_NETWORK


def test_votes_are_counted_by_network_and_not_anew_when_they_are_changed() -> None:
    limits = InfluenceLimits()
    found = [weighed(limits, visitor, kind="rating", network=NETWORK).votes for visitor in (1, 1, 2, 2, 3)]
    assert found == [1, 1, 2, 2, 3]
    assert weighed(limits, 4, kind="rating").votes == 1


def test_who_signs_in_does_not_count_again() -> None:
    limits = InfluenceLimits()
    weighed(limits, 1, item=3)
    weighed(limits, 1, item=4, kind="purchase")
    weighed(limits, 2, item=4)
    limits.move(1, 2, 6)
    assert weighed(limits, 1, item=3) is IN_FULL
    assert not weighed(limits, 2, item=3).is_first
    assert weighed(limits, 2, item=4).counted == 5
    assert weighed(limits, 2, item=5) is IN_FULL


def test_who_signs_in_has_no_more_lessons_for_it() -> None:
    limits = InfluenceLimits()
    assert all(limits.admits_list(1, None, NOW) for _ in range(MOST_LESSONS))
    assert all(weighed(limits, 1, item).teaches for item in range(MOST_LESSONS))
    limits.move(1, 2, 0)
    assert not limits.admits_list(2, None, NOW + 1)
    assert not weighed(limits, 2, 9_999, at=NOW + 1).teaches
    assert limits.admits_list(1, None, NOW + 1)


def test_nothing_is_left_of_a_visitor_who_is_erased() -> None:
    limits, never = InfluenceLimits(), InfluenceLimits()
    for item in range(40):
        weighed(limits, 1, item)
        weighed(limits, 2, item)
        weighed(never, 2, item)
    limits.admits_list(1, None, NOW)
    limits.erase(1, 40)
    assert sorted(map(tuple, rows(limits))) == sorted(map(tuple, rows(never)))


def rows(limits: InfluenceLimits) -> list[list[int]]:
    cells = read_array(limits.dump(), "cells", np.uint32, None, 4, 4)
    filled: list[list[int]] = cells[cells[:, :, 0] > 0].tolist()
    return filled


def test_what_is_remembered_is_bounded_and_the_oldest_gives_way() -> None:
    limits = InfluenceLimits(buckets=2)
    for item in range(100):
        weighed(limits, 1, item, at=NOW + item)
    assert len(rows(limits)) == 8
    assert not weighed(limits, 1, 99, at=NOW + 100).is_first
    assert weighed(limits, 1, 0, at=NOW + 101).is_first


def test_it_survives_dump_and_load() -> None:
    limits, loaded = InfluenceLimits(), InfluenceLimits()
    for number in range(500):
        weighed(limits, number % 37, number % 11, at=NOW + number, network=NETWORK if number % 3 else None)
    loaded.load(limits.dump())
    for model in (limits, loaded):
        weighed(model, 1, 5, at=NOW + 999)
    assert str(limits.dump()) == str(loaded.dump())
    assert rows(limits) == rows(loaded)


def test_a_damaged_state_is_refused() -> None:
    cells = np.zeros((2, 4, 4), np.uint32)
    cells[0, 0, 1] = 7
    for damaged in (cells, cells[:1], cells.astype(np.int32)):
        with pytest.raises(InvalidState):
            InfluenceLimits(buckets=2).load({"cells": damaged})


@pytest.mark.parametrize("at", [-5.0, 0.0, 2.0**33, 3e10])
def test_no_time_breaks_it(at: float) -> None:
    limits = InfluenceLimits()
    assert weighed(limits, 1, at=at) is IN_FULL
    assert not weighed(limits, 1, at=at, network=NETWORK).is_first
