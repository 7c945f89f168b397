"""What is learned from lists that were drawn."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.ranking import impressions
from online_models.ranking.click_model import ClickModel

MEMBERS = ("transitions", "popularity")
HOUR, DAY = 3_600.0, 86_400.0


def ignored(clicks: ClickModel, visitor: int) -> dict[int, float]:
    rows, values = clicks.ignored(visitor)
    return dict(zip(rows.tolist(), values.tolist(), strict=True))


def test_what_is_shown_again_and_again_adds_up_and_ends_when_it_is_taken() -> None:
    clicks = ClickModel(MEMBERS)
    for _ in range(3):
        clicks.shown(0, [5, 6], [0, 0], at=HOUR)
    second = float(clicks.examined[1])
    assert ignored(clicks, 0) == pytest.approx({5: 3.0, 6: 3 * second})
    clicks.taken(0, 5, from_list=False)
    assert ignored(clicks, 0) == pytest.approx({6: 3 * second})
    assert ignored(clicks, 1) == {}


def test_what_was_shown_yesterday_weighs_half() -> None:
    clicks = ClickModel(MEMBERS)
    clicks.shown(0, [5], [0], at=DAY)
    clicks.shown(0, [6], [0], at=2 * DAY)
    assert ignored(clicks, 0) == pytest.approx({5: 0.5, 6: 1.0})


def test_only_a_click_in_a_list_that_was_drawn_is_a_click() -> None:
    clicks = ClickModel(MEMBERS)
    clicks.shown(0, [5, 6, 7], [0, 1, 0], at=0.0)
    clicks.taken(0, 9, from_list=True)
    clicks.taken(0, 5, from_list=False)
    assert clicks.overall()[:2] == (3, 0)
    clicks.taken(0, 6, from_list=True)
    clicks.taken(0, 6, from_list=True)
    assert clicks.overall()[:2] == (3, 1)
    assert [member[:2] for member in clicks.by_source()] == [(2, 0), (1, 1)]


def test_items_and_members_that_nobody_knows_are_counted_by_place_alone() -> None:
    clicks = ClickModel(MEMBERS)
    clicks.shown(0, [-1, 6], [-1, 99], at=0.0)
    assert clicks.overall().shown == 2
    assert sum(member.shown for member in clicks.by_source()) == 0
    assert set(ignored(clicks, 0)) == {6}
    clicks.shown(-1, [6], [0], at=0.0)
    assert clicks.overall().shown == 2


def test_a_member_that_is_always_shown_last_is_not_blamed_for_it() -> None:
    draws = np.random.default_rng(3)
    clicks = ClickModel(MEMBERS)
    examined = 1 / (1 + 0.3 * np.arange(20))
    for visitor in range(3_000):
        rows = list(range(20))
        top_sources = [0] * 10 + draws.integers(0, 2, 10).tolist()
        clicks.shown(visitor, rows, top_sources, at=0.0)
        for row in np.flatnonzero(draws.random(20) < 0.2 * examined).tolist():
            clicks.taken(visitor, row, from_list=True)
    high, low = clicks.by_source()
    assert low.clicked / low.shown < 0.6 * high.clicked / high.shown
    assert low.rate == pytest.approx(high.rate, rel=0.12)
    assert high.rate == pytest.approx(0.2, rel=0.12)


def test_memory_is_bounded_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impressions, "VISITORS", 3)
    clicks = ClickModel(MEMBERS)
    for visitor in (0, 1, 2, 0, 3):
        clicks.shown(visitor, [visitor], [0], at=0.0)
    assert [bool(ignored(clicks, visitor)) for visitor in range(4)] == [True, False, True, True]
    for start in range(0, 200, 10):
        clicks.shown(7, list(range(start, start + 10)), [0] * 10, at=0.0)
    assert sorted(ignored(clicks, 7)) == list(range(200 - impressions.ITEMS, 200))


def test_a_forgotten_visitor_leaves_nothing() -> None:
    clicks = ClickModel(MEMBERS)
    clicks.shown(4, [5, 123_456], [0, 1], at=0.0)
    clicks.forget_visitor(4)
    clicks.forget_visitor(4)
    assert ignored(clicks, 4) == {}
    assert "123456" not in str(clicks.dump())
    clicks.shown(9, [8], [1], at=0.0)
    assert set(ignored(clicks, 9)) == {8}


def a_history() -> ClickModel:
    clicks = ClickModel(MEMBERS)
    draws = np.random.default_rng(5)
    for step in range(300):
        visitor = int(draws.integers(0, 20))
        clicks.shown(visitor, draws.choice(90, 12, replace=False).tolist(), draws.integers(-1, 2, 12).tolist(), step)
        clicks.taken(visitor, int(draws.integers(0, 90)), from_list=bool(step % 3))
        if step % 50 == 0:
            clicks.forget_visitor(int(draws.integers(0, 20)))
    return clicks


def test_it_survives_dump_and_load() -> None:
    clicks, other = a_history(), ClickModel(MEMBERS)
    other.load(clicks.dump())
    assert str(other.dump()) == str(clicks.dump())
    for each in (clicks, other):
        each.shown(3, [1, 2, 3], [0, 1, 1], at=400.0)
        each.taken(3, 2, from_list=True)
    assert str(other.dump()) == str(clicks.dump())
    assert other.by_source() == clicks.by_source()


def test_a_state_is_taken_over_by_members_names() -> None:
    clicks, other = a_history(), ClickModel(("newcomer", "popularity"))
    other.load(clicks.dump())
    assert other.by_source()[1] == clicks.by_source()[1]
    assert other.by_source()[0].shown == 0
    assert other.overall()[:2] == clicks.overall()[:2]
    assert ignored(other, 3) == ignored(clicks, 3)


@pytest.mark.parametrize("name", ["members", "shown", "clicked", "looked_at", "unfitted", "impressions"])
def test_a_state_that_lacks_something_is_refused(name: str) -> None:
    state = a_history().dump()
    del state[name]
    with pytest.raises(InvalidState):
        ClickModel(MEMBERS).load(state)


@pytest.mark.parametrize(
    ("name", "value"), [("counts", 65), ("carriers", 9), ("rows", -4), ("looks", -1), ("visitors", 3)]
)
def test_impressions_that_cannot_be_are_refused(name: str, value: int) -> None:
    state = a_history().dump()
    kept = state["impressions"]
    assert isinstance(kept, dict)
    array = kept[name]
    assert isinstance(array, np.ndarray)
    array[:] = value
    with pytest.raises(InvalidState):
        ClickModel(MEMBERS).load(state)
