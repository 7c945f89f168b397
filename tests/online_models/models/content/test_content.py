"""Things like those the visitor liked."""

import numpy as np

from online_models.catalog.content_neighbors import NEIGHBORS
from online_models.models.content.content import PROFILE, Content
from online_models.models.recommender import retrieve
from online_models.visitors.context import Context
from tests.online_models.contexts import evidence_of, touching


def a_content() -> Content:
    content = Content()
    content.use_neighbors(6, {0: [(1, 0.9), (2, 0.5)], 3: [(4, 0.9), (2, 0.5)]})
    return content


def best_first(content: Content, context: Context) -> list[int]:
    rows = retrieve(content, context, 10).items[0]
    return [row for row in rows.tolist() if row >= 0]


def test_items_that_nobody_touched_are_served() -> None:
    assert best_first(a_content(), touching((0, 1.0))) == [1, 2]


def test_a_purchase_says_more_than_a_view_and_the_new_more_than_the_old() -> None:
    assert best_first(a_content(), touching((0, 5.0), (3, 1.0))) == [1, 2, 4]
    assert best_first(a_content(), touching((0, 1.0), (3, 1.0))) == [2, 4, 1]
    assert best_first(a_content(), touching((3, 1.0), history=[(0, 1.0)])) == [4, 2, 1]


def test_barred_items_make_room_for_others() -> None:
    context = touching((0, 1.0), excluded=[1])
    assert retrieve(a_content(), context, 1).items.tolist() == [[2]]


def test_the_evidence_is_the_item_that_said_most() -> None:
    content, context = a_content(), touching((0, 1.0), (3, 1.0))
    assert [evidence_of(content, "content", context, item) for item in (1, 2, 4, 5)] == [0, 3, 3, -1]


def test_what_was_disliked_speaks_against_its_like() -> None:
    assert best_first(a_content(), touching((0, -3.0))) == []
    assert best_first(a_content(), touching((0, -3.0), (3, 1.0))) == [4]
    assert evidence_of(a_content(), "content", touching((0, -3.0)), 1) == -1


def test_items_that_came_after_the_lists_say_nothing() -> None:
    content = a_content()
    assert best_first(content, touching((0, 1.0), (17, 1.0))) == [1, 2]
    assert evidence_of(content, "content", touching((17, 1.0)), 1) == -1
    assert evidence_of(content, "content", touching((0, 1.0)), 17) == -1


def test_only_the_last_items_count() -> None:
    others = [(5, 1.0)] * PROFILE
    assert best_first(a_content(), touching((0, 1.0), *others)) == []
    assert best_first(a_content(), touching((0, 1.0), *others[1:])) == [1, 2]


def test_one_answer_leaves_nothing_behind_for_the_next() -> None:
    content = a_content()
    before = retrieve(content, touching((0, 1.0)), 5)
    best_first(content, touching((3, 1.0)))
    content.cosines(np.array([2, 4], np.int32))
    after = retrieve(content, touching((0, 1.0)), 5)
    assert np.array_equal(before.items, after.items)
    assert np.array_equal(before.scores, after.scores)


def test_cosines_are_found_from_either_side() -> None:
    cosines = a_content().cosines(np.array([2, 0, 9, 1], np.int32))
    assert np.array_equal(cosines, cosines.T)
    assert cosines[0, 1] == np.float32(0.5)
    assert cosines[1, 3] == np.float32(0.9)
    assert cosines[2].tolist() == [0, 0, 0, 0]


def test_only_so_many_neighbours_are_kept() -> None:
    content = Content()
    content.use_neighbors(200, {0: [(row, 1 / row) for row in range(1, 150)], 1: []})
    assert len(content.similar_items(0, 500).items) == NEIGHBORS
    assert content.similar_items(0, 2).items.tolist() == [1, 2]
    assert len(content.similar_items(1, 5).items) == 0
    assert len(content.similar_items(900, 5).items) == 0


def test_nothing_is_learned_so_nothing_is_kept() -> None:
    content = a_content()
    content.load(content.dump())
    content.forget_visitor(0)
    assert best_first(content, touching((0, 1.0))) == [1, 2]
    assert content.dump() == {}
