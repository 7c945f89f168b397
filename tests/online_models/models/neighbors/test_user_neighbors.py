"""User neighbours: shoppers with the same taste, and what is forgotten of them."""

import numpy as np
import pytest

from online_models.models.neighbors.user_neighbors import UserNeighbors
from online_models.models.recommender import retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.snapshot import SnapshotHeader, encode
from online_models.visitors.context import NOTHING_EXCLUDED, Context, nothing_known
from tests.online_models.contexts import evidence_of

NOW = 1_700_000_000.0
DAY = 86_400.0
HEADER = SnapshotHeader(positions={}, saved_at=NOW, product_version="test")
ASKING = 900


def a_context(*rows: int, visitor: int = ASKING, session: int = 0, excluded: tuple[int, ...] = ()) -> Context:
    count = len(rows)
    marks = np.zeros(max(excluded) + 1, np.bool_) if excluded else NOTHING_EXCLUDED
    marks[list(excluded)] = True
    return nothing_known(NOW, visitor, marks)._replace(
        items=np.array(rows, np.int32),
        rewards=np.ones(count, np.float32),
        times=np.full(count, NOW),
        counts=np.ones(count, np.int32),
        session_length=session,
    )


def liked(model: UserNeighbors, visitor: int, *rows: int, at: float = NOW, kind: FeedbackKind = "view") -> None:
    for row in rows:
        feedback = Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{row}"), kind, REWARDS[kind], at)
        model.learn_one(row, feedback, nothing_known(at, visitor))


def said(model: UserNeighbors, context: Context, limit: int = 10) -> dict[int, float]:
    rows, values, _ = retrieve(model, context, limit)
    return {int(row): float(value) for row, value in zip(rows[0], values[0], strict=True) if row >= 0}


def payload(model: UserNeighbors) -> bytes:
    return b"".join(encode(model.dump(), HEADER))


def test_shoppers_of_one_taste_recommend_to_each_other() -> None:
    model = UserNeighbors()
    for visitor in range(16):
        liked(model, visitor, *(row for row in range(16) if row % 2 == visitor % 2 and row != visitor))
    for visitor in range(16):
        own = [row for row in range(16) if row % 2 == visitor % 2 and row != visitor]
        answer = said(model, a_context(*own, visitor=visitor, excluded=tuple(own)))
        assert set(answer) == {visitor}


def test_a_visitors_sessions_are_one_taste() -> None:
    model = UserNeighbors()
    liked(model, 0, 1, at=NOW - 10 * DAY)
    liked(model, 0, 2)
    assert set(said(model, a_context(1))) == {2}
    assert set(said(model, a_context(1, 7, session=1))) == {2}


def test_the_values_are_those_of_the_equation() -> None:
    model = UserNeighbors()
    liked(model, 0, 1, 2)
    liked(model, 1, 2, 3, at=NOW - 60 * DAY)
    by_first = np.log(1 + 2 / 3) / 2**0.5
    assert said(model, a_context(2)) == pytest.approx(
        {1: by_first * 0.8 * np.exp(-1 / 20), 3: by_first * np.exp(-1) * np.exp(-1 / 20)}, rel=1e-4
    )


def test_who_shares_more_is_nearer() -> None:
    model = UserNeighbors()
    liked(model, 0, 1, 2, 11)
    liked(model, 1, 2, 5, 12)
    assert next(iter(said(model, a_context(1, 2)))) == 11


def test_one_does_not_recommend_to_oneself() -> None:
    model = UserNeighbors()
    liked(model, 0, 1, 2)
    assert said(model, a_context(1, visitor=0)) == {}


def test_a_visitor_keeps_the_newest_items() -> None:
    model = UserNeighbors()
    liked(model, 0, *range(100), 1)
    assert said(model, a_context(30)) == {}
    assert len(said(model, a_context(1), limit=100)) == 63


def test_the_visitor_absent_for_longest_gives_way() -> None:
    model = UserNeighbors(visitors=2)
    for visitor, row in ((0, 1), (1, 1), (0, 10), (1, 11), (0, 12), (2, 1), (2, 13)):
        liked(model, visitor, row)
    assert set(said(model, a_context(1))) == {10, 12, 13}


def test_what_speaks_against_an_item_is_not_learned() -> None:
    model = UserNeighbors()
    liked(model, 0, 1)
    liked(model, 0, 2, kind="dismissal")
    assert said(model, a_context(1)) == {}


def test_a_forgotten_visitor_is_gone_and_so_is_what_they_liked() -> None:
    model = UserNeighbors()
    liked(model, 0, 1, 2)
    liked(model, 1, 1, 3)
    model.forget_visitor(0)
    model.forget_visitor(500)
    assert set(said(model, a_context(1))) == {3}
    assert np.count_nonzero(np.asarray(model.dump()["items"]) == 2) == 0
    liked(model, 0, 4)
    assert said(model, a_context(4)) == {}


def test_no_single_item_is_the_evidence() -> None:
    model = UserNeighbors()
    liked(model, 0, 1, 2)
    assert evidence_of(model, model.names[0], a_context(1), 2) == -1


def test_rows_never_learned_are_passed_over() -> None:
    model = UserNeighbors()
    assert said(model, a_context(10**6, visitor=-1)) == {}
    liked(model, -1, 1, 2)
    liked(model, 0, 1, 3)
    assert set(said(model, a_context(1, 10**6, visitor=10**6))) == {3}


def test_it_goes_on_after_dump_and_load() -> None:
    straight, resumed = UserNeighbors(visitors=20), UserNeighbors(visitors=20)
    draw = np.random.default_rng(1)
    for step in range(600):
        liked(straight, int(draw.integers(30)), int(draw.integers(90)), at=NOW + step)
    resumed.load(straight.dump())
    assert payload(resumed) == payload(straight)
    for model in (straight, resumed):
        liked(model, 3, 1, 2, 3)
        liked(model, 41, 1, 4)
    assert payload(resumed) == payload(straight)
    assert said(resumed, a_context(1, 2)) == said(straight, a_context(1, 2)) != {}
