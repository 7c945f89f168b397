"""Things like those the visitor liked."""

import numpy as np

from online_models.content import NEIGHBOURS, Content
from online_models.recommender import Context, Touch

NOW = 1_700_000_000.0


def a_content() -> Content:
    content = Content()
    content.use_neighbours(6, {0: [(1, 0.9), (2, 0.5)], 3: [(4, 0.9), (2, 0.5)]})
    return content


def best_first(content: Content, *touches: Touch, history: tuple[Touch, ...] = ()) -> list[int]:
    answer = content.score(Context(0, touches, history, NOW), 10)
    return [row for _, row in sorted(zip((-answer.values).tolist(), answer.rows.tolist(), strict=True))]


def test_items_that_nobody_touched_are_served() -> None:
    assert best_first(a_content(), Touch(0, 1.0, NOW)) == [1, 2]


def test_a_purchase_says_more_than_a_view_and_the_new_more_than_the_old() -> None:
    assert best_first(a_content(), Touch(0, 5.0, NOW), Touch(3, 1.0, NOW)) == [1, 2, 4]
    assert best_first(a_content(), Touch(0, 1.0, NOW), Touch(3, 1.0, NOW)) == [2, 4, 1]
    assert best_first(a_content(), Touch(3, 1.0, NOW), history=(Touch(0, 1.0, NOW - 9e6),)) == [4, 2, 1]


def test_the_evidence_is_the_item_that_said_most() -> None:
    answer = a_content().score(Context(0, (Touch(0, 1.0, NOW), Touch(3, 1.0, NOW)), (), NOW), 10)
    assert dict(zip(answer.rows.tolist(), answer.evidence.tolist(), strict=True)) == {1: 0, 2: 3, 4: 3}


def test_what_was_disliked_says_nothing() -> None:
    assert best_first(a_content(), Touch(0, -3.0, NOW)) == []


def test_cosines_are_found_from_either_side() -> None:
    cosines = a_content().cosines(np.array([2, 0, 9, 1], np.int32))
    assert np.array_equal(cosines, cosines.T)
    assert cosines[0, 1] == np.float32(0.5)
    assert cosines[1, 3] == np.float32(0.9)
    assert cosines[2].tolist() == [0, 0, 0, 0]


def test_only_so_many_neighbours_are_kept() -> None:
    content = Content()
    content.use_neighbours(200, {0: [(row, 1 / row) for row in range(1, 150)]})
    assert len(content.similar_items(0, 500).rows) == NEIGHBOURS
    assert content.similar_items(0, 2).rows.tolist() == [1, 2]
    assert len(content.similar_items(900, 5).rows) == 0
