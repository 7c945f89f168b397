"""Live quality: each list is held to what the visitor took next."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.arrays.types import Indices
from online_models.models.recommender import Candidates
from online_models.ranking.click_model import ClickModel
from online_models.ranking.live_quality import POSITIONS, WINDOW, LiveQuality

MEMBERS = ("transitions", "popularity")


def said(*lists: list[int], limit: int = 30) -> Candidates:
    rows = np.full((len(lists), limit), -1, np.int32)
    for line, items in zip(rows, lists, strict=True):
        line[: len(items)] = items
    return Candidates(rows, (rows >= 0).astype(np.float32))


def listed(*rows: int) -> Indices:
    return np.array(rows, np.int32)


ANSWERS = said([1, 2, 3], [])


def test_figures_are_those_of_the_lists() -> None:
    quality = LiveQuality(MEMBERS)
    gains = quality.learn_one(2, ANSWERS, listed(2, 9))
    assert gains.tolist() == pytest.approx([1.0, 1 / np.log2(3), 0.0])
    quality.learn_one(7, ANSWERS, listed(2, 9))
    report = quality.report({}, "hybrid", ClickModel(MEMBERS))
    assert report.asked == 2
    assert (report.hybrid.member, report.hybrid.hit_rate, report.hybrid.mrr, report.hybrid.answered) == (
        "hybrid",
        0.5,
        0.5,
        1.0,
    )
    transitions, popularity = report.members
    assert (transitions.hit_rate, transitions.mrr, transitions.answered) == (0.5, 0.25, 1.0)
    assert (popularity.hit_rate, popularity.mrr, popularity.answered) == (0.0, 0.0, 0.0)


def test_a_member_that_says_nothing_has_no_share() -> None:
    quality = LiveQuality(MEMBERS)
    told = {"all": {"transitions": 0.4, "popularity": 0.6}}
    assert quality.report(told, "hybrid", ClickModel(MEMBERS)).weights == told
    quality.learn_one(2, ANSWERS, listed(2, 9))
    report = quality.report(told, "hybrid", ClickModel(MEMBERS))
    assert report.weights == {"all": {"transitions": 1.0, "popularity": 0.0}}


def test_a_short_list_is_compared_with_lists_as_short() -> None:
    quality = LiveQuality(MEMBERS)
    gains = quality.learn_one(3, said([1, 2, 3], [3]), listed(2, 1))
    assert gains.tolist() == [0, 0, 1]


def test_only_the_first_places_count() -> None:
    quality = LiveQuality(MEMBERS)
    late = [*range(100, 100 + POSITIONS), 7]
    gains = quality.learn_one(7, said(late, late[1:]), listed(*late))
    assert gains[0] == gains[1] == 0
    assert gains[2] == pytest.approx(1 / np.log2(1 + POSITIONS))


def test_nothing_served_is_no_hit() -> None:
    quality = LiveQuality(MEMBERS)
    assert quality.learn_one(-1, said([], []), listed()).tolist() == [0, 0, 0]


def test_the_window_slides() -> None:
    quality = LiveQuality(MEMBERS)
    for _ in range(WINDOW):
        quality.learn_one(1, ANSWERS, listed(1))
    for _ in range(WINDOW // 2):
        quality.learn_one(8, ANSWERS, listed(1))
    report = quality.report({}, "hybrid", ClickModel(MEMBERS))
    assert report.asked == WINDOW
    assert report.hybrid.hit_rate == 0.5


def test_clicks_and_places_are_told() -> None:
    clicks = ClickModel(MEMBERS)
    clicks.shown(0, [1, 2], [0, 1], at=0.0)
    clicks.taken(0, 2, from_list=True)
    report = LiveQuality(MEMBERS).report({}, "popularity", clicks)
    assert (report.hybrid.shown, report.hybrid.clicked) == (2, 1)
    assert [member.clicked for member in report.members] == [0, 1]
    assert report.members[1].click_rate == pytest.approx(1 / report.looked_at[1])
    assert report.serving == "popularity"


def test_it_survives_dump_and_load() -> None:
    quality, other, fewer = LiveQuality(MEMBERS), LiveQuality(MEMBERS), LiveQuality(("newcomer", "transitions"))
    for _ in range(30):
        quality.learn_one(2, ANSWERS, listed(2, 9))
    other.load(quality.dump())
    fewer.load(quality.dump())
    report = quality.report({}, "hybrid", ClickModel(MEMBERS))
    assert other.report({}, "hybrid", ClickModel(MEMBERS)) == report
    by_name = {
        member.member: member for member in fewer.report({}, "hybrid", ClickModel(("newcomer", "transitions"))).members
    }
    assert by_name["transitions"] == report.members[0]
    assert by_name["newcomer"].answered == 0


@pytest.mark.parametrize("name", ["members", "places", "asked", "hits"])
def test_a_state_that_lacks_something_is_refused(name: str) -> None:
    state = LiveQuality(MEMBERS).dump()
    del state[name]
    with pytest.raises(InvalidState):
        LiveQuality(MEMBERS).load(state)


def test_places_that_a_list_does_not_have_are_refused() -> None:
    state = LiveQuality(MEMBERS).dump() | {"places": np.full((WINDOW, 3), 99, np.int8)}
    with pytest.raises(InvalidState):
        LiveQuality(MEMBERS).load(state)
