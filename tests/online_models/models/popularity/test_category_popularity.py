"""Best sellers among things of the same kind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState
from online_models.arrays.types import Indices
from online_models.models.popularity.category_popularity import LEADERS, CategoryPopularity
from online_models.models.popularity.decay_rates import DAY, YEAR
from online_models.models.recommender import Candidates, retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context, nothing_known
from tests.online_models.contexts import evidence_of

NOW = 1_795_000_000.0
CUPS, SPOONS = 0, 1
CATEGORY = [CUPS, CUPS, CUPS, CUPS, SPOONS, SPOONS, -1]
FAMILY = [0, 0, 1, -1, 2, 3, -1]


def rows(*numbers: int) -> Indices:
    return np.array(numbers, np.int32)


def seen(traffic: CategoryPopularity, item: int, at: float = NOW, reward: float = 1.0, before: float = 0.0) -> None:
    context = after(item, now=at)._replace(times=np.array([before])) if before else nothing_known(at, 0)
    traffic.learn_one(item, Feedback(VisitorId("v"), ItemId(str(item)), "view", reward, at), context)


def after(*items: int, now: float = NOW, session: int = 0) -> Context:
    known = len(items)
    return nothing_known(now, 0)._replace(
        items=rows(*items),
        rewards=np.ones(known, np.float32),
        times=np.full(known, now),
        counts=np.ones(known, np.int32),
        session_length=session,
    )


def said(traffic: CategoryPopularity, context: Context, limit: int = 10) -> tuple[dict[int, float], dict[int, float]]:
    answers = retrieve(traffic, context, limit)
    category, family = (
        {row: value for row, value in zip(found.tolist(), values.tolist(), strict=True) if row >= 0}
        for found, values in zip(answers.items, answers.scores, strict=True)
    )
    return category, family


def same(one: Candidates, other: Candidates) -> bool:
    return np.array_equal(one.items, other.items) and np.array_equal(one.scores, other.scores)


@pytest.fixture
def traffic() -> CategoryPopularity:
    """Items 0 to 6 of the groups above, seen 1, 2, 3, 4, 5, 6 and 7 times."""
    traffic = CategoryPopularity()
    traffic.use_groups(rows(*CATEGORY), rows(*FAMILY))
    for item in range(7):
        for _ in range(item + 1):
            seen(traffic, item)
    return traffic


def test_a_visitor_gets_what_sells_best_among_the_like(traffic: CategoryPopularity) -> None:
    category, family = said(traffic, after(0))
    assert list(category) == [3, 2, 1, 0]
    assert list(family) == [1, 0]


def test_earlier_items_speak_half_as_loud_each(traffic: CategoryPopularity) -> None:
    category, _ = said(traffic, after(0, 4, 1))
    assert category == pytest.approx({0: 1.25, 1: 2.5, 2: 3.75, 3: 5.0, 4: 2.5, 5: 3.0})


def test_the_present_session_speaks_alone(traffic: CategoryPopularity) -> None:
    category, family = said(traffic, after(0, 4, session=1))
    assert set(category) == {4, 5}
    assert set(family) == {4}


def test_only_the_last_seven_items_speak(traffic: CategoryPopularity) -> None:
    category, _ = said(traffic, after(0, 6, 60, 61, 62, 63, 64, 65))
    assert category == {}


def test_items_without_group_and_unknown_ones_say_nothing(traffic: CategoryPopularity) -> None:
    assert said(traffic, after(6, 1_000)) == ({}, {})
    assert said(traffic, nothing_known(NOW)) == ({}, {})
    assert said(CategoryPopularity(), after(0)) == ({}, {})


def test_barred_items_make_room_for_others(traffic: CategoryPopularity) -> None:
    excluded = np.array([False, False, False, True])
    category, _ = said(traffic, after(0)._replace(excluded=excluded), limit=2)
    assert list(category) == [2, 1]


def test_the_evidence_is_the_newest_item_of_the_same_group(traffic: CategoryPopularity) -> None:
    context = after(0, 2, 4)
    assert evidence_of(traffic, "category", context, 3) == 2
    assert evidence_of(traffic, "family", context, 1) == 0
    assert evidence_of(traffic, "family", context, 5) == -1
    assert evidence_of(traffic, "category", context, 4) == -1
    assert evidence_of(traffic, "category", context, 6) == evidence_of(traffic, "category", context, 1_000) == -1


def test_an_item_joins_those_who_lead_when_it_is_given_a_group(traffic: CategoryPopularity) -> None:
    traffic.use_groups(rows(*CATEGORY[:6], CUPS), rows(*FAMILY[:6], 9))
    category, family = said(traffic, after(0))
    assert list(category) == [6, 3, 2, 1, 0]
    assert list(said(traffic, after(6))[1]) == [6]
    assert list(family) == [1, 0]


def test_new_items_in_new_groups_leave_those_who_lead_alone(traffic: CategoryPopularity) -> None:
    before = retrieve(traffic, after(0, 4), 10)
    traffic.use_groups(rows(*CATEGORY, 200, CUPS), rows(*FAMILY, 300, 0))
    assert same(before, retrieve(traffic, after(0, 4), 10))
    seen(traffic, 7)
    seen(traffic, 8)
    assert said(traffic, after(7)) == ({7: 1.0}, {7: 1.0})
    assert set(said(traffic, after(0))[0]) == {0, 1, 2, 3, 8}


def test_a_new_catalog_may_number_groups_differently(traffic: CategoryPopularity) -> None:
    before = retrieve(traffic, after(0, 4), 10)
    traffic.use_groups(rows(5, 5, 5, 5, 3, 3, -1), rows(1, 1, 0, -1, 7, 4, -1))
    assert same(before, retrieve(traffic, after(0, 4), 10))


def test_counts_survive_without_the_catalog_and_meet_it_again(traffic: CategoryPopularity) -> None:
    first, last = CategoryPopularity(), CategoryPopularity()
    first.use_groups(rows(*CATEGORY), rows(*FAMILY))
    first.load(traffic.dump())
    last.load(traffic.dump())
    last.use_groups(rows(*CATEGORY), rows(*FAMILY))
    for loaded in (first, last):
        assert same(retrieve(loaded, after(0, 4), 10), retrieve(traffic, after(0, 4), 10))
        seen(loaded, 0, reward=5.0)
        assert list(said(loaded, after(0))[0]) == [0, 3, 2, 1]
        assert said(loaded, after(0))[1][0] == 6.0


def test_a_damaged_state_is_refused(traffic: CategoryPopularity) -> None:
    for levels in (np.array([np.nan]), np.array([np.inf]), np.zeros(2, np.float32)):
        with pytest.raises(InvalidState):
            traffic.load({"levels": levels})


def test_a_visitor_counts_once_a_day_and_against_counts_nothing(traffic: CategoryPopularity) -> None:
    before = said(traffic, after(0))
    seen(traffic, 0, before=NOW - 60.0)
    traffic.learn_one(1, Feedback(VisitorId("v"), ItemId("1"), "dismissal", -3.0, NOW), nothing_known(NOW, 0))
    assert said(traffic, after(0)) == before
    seen(traffic, 0, before=NOW - DAY)
    assert said(traffic, after(0))[0][0] == 2.0


def test_the_order_remains_when_nothing_happened_for_decades(traffic: CategoryPopularity) -> None:
    now = retrieve(traffic, after(0), 10)
    later = retrieve(traffic, after(0, now=NOW + 30 * YEAR), 10)
    assert now.items.tolist() == later.items.tolist()
    assert (later.scores[0, :4] > 0).all()


def test_a_group_keeps_its_leaders_only() -> None:
    traffic = CategoryPopularity()
    items = LEADERS + 50
    traffic.use_groups(np.zeros(items, np.int32), np.full(items, -1, np.int32))
    for item in range(items):
        seen(traffic, item, NOW - items + item)
    category, family = said(traffic, after(0), limit=items)
    assert list(category) == list(range(items - 1, 49, -1))
    assert family == {}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 20 * DAY)), min_size=1, max_size=50),
    st.lists(st.integers(-1, 2), min_size=10, max_size=10),
    st.lists(st.integers(0, 12), max_size=9),
)
def test_scores_equal_the_plain_sum(events: list[tuple[int, float]], groups: list[int], items: list[int]) -> None:
    traffic = CategoryPopularity()
    traffic.use_groups(rows(*groups), rows(*groups[::-1]))
    for item, ago in events:
        seen(traffic, item, NOW - ago)
    lately = list(dict.fromkeys(items))
    category, family = said(traffic, after(*lately))
    for scores, of in ((category, groups), (family, groups[::-1])):
        counts = dict.fromkeys((item for item, _ in events), 0.0)
        for item, ago in events:
            counts[item] += 2 ** (-ago / DAY)
        plain = {
            item: count * weight
            for item, count in counts.items()
            if of[item] >= 0
            and (weight := sum(0.5**k for k, last in enumerate(lately[::-1][:7]) if last < 10 and of[last] == of[item]))
        }
        assert scores == pytest.approx(plain, rel=1e-4)
        assert list(scores.items()) == sorted(scores.items(), key=lambda score: (-score[1], score[0]))
