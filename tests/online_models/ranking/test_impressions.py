"""What a visitor was shown and did not take."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.ranking.impressions import ITEMS, VISITORS, Impression, Impressions

DAY = 86_400.0


def draw(impressions: Impressions, visitor: int, items: list[int], at: float = 0.0) -> None:
    shown = np.array(items, np.int32)
    impressions.add(visitor, shown, np.zeros(len(items), np.int32), np.ones(len(items), np.float32), at)


def shown(impressions: Impressions, visitor: int) -> dict[int, float]:
    items, looks = impressions.of(visitor)
    return dict(zip(items.tolist(), looks.tolist(), strict=True))


def test_what_is_drawn_again_counts_again_and_moves_behind_the_rest() -> None:
    impressions = Impressions()
    draw(impressions, 3, [7, 8])
    draw(impressions, 3, [7])
    assert shown(impressions, 3) == {8: 1.0, 7: 2.0}
    assert list(shown(impressions, 3)) == [8, 7]


def test_half_is_forgotten_in_a_day() -> None:
    impressions = Impressions()
    draw(impressions, 3, [7])
    draw(impressions, 3, [8], at=DAY)
    assert shown(impressions, 3) == {7: 0.5, 8: 1.0}


def test_unknown_items_keep_their_position_and_are_not_noted() -> None:
    impressions = Impressions()
    draw(impressions, 3, [-1, 8])
    assert shown(impressions, 3) == {8: 1.0}
    assert impressions.take(3, 8) == Impression(position=1, top_source=0)


def test_what_is_taken_is_no_longer_ignored() -> None:
    impressions = Impressions()
    draw(impressions, 3, [7, 8, 9])
    assert impressions.take(3, 8) == Impression(1, 0)
    assert impressions.take(3, 8) is None
    assert list(shown(impressions, 3)) == [7, 9]


def test_the_newest_items_of_a_visitor_are_remembered() -> None:
    impressions = Impressions()
    for item in range(ITEMS + 5):
        draw(impressions, 3, [item])
    assert list(shown(impressions, 3)) == list(range(5, ITEMS + 5))


def test_the_visitor_drawn_for_longest_ago_makes_room() -> None:
    impressions = Impressions()
    for visitor in range(VISITORS + 1):
        draw(impressions, visitor, [visitor % 5])
    assert shown(impressions, 0) == {}
    assert shown(impressions, 1) == {1: 1.0}


def test_two_visitors_become_one() -> None:
    impressions = Impressions()
    draw(impressions, 1, [7, 8])
    draw(impressions, 2, [8, 9])
    impressions.merge_visitor(1, 2)
    assert shown(impressions, 1) == {}
    assert shown(impressions, 2) == {7: 1.0, 8: 2.0, 9: 1.0}


def test_sources_that_are_no_more_become_none() -> None:
    impressions, loaded = Impressions(), Impressions()
    draw(impressions, 1, [7])
    loaded.load(impressions.dump(), np.array([-1], np.int32))
    assert loaded.take(1, 7) == Impression(0, -1)


def test_a_state_with_sources_that_there_never_were_is_refused() -> None:
    impressions = Impressions()
    draw(impressions, 1, [7])
    with pytest.raises(InvalidState):
        Impressions().load(impressions.dump(), np.zeros(0, np.int32))
