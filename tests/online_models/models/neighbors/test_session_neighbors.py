"""Session neighbours: whose sessions speak, what of them counts more, and what is forgotten."""

import numpy as np
import pytest

from online_models.arrays.types import NO_INDICES
from online_models.models.neighbors.session_neighbors import SessionNeighbors
from online_models.models.recommender import retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.snapshot import SnapshotHeader, encode
from online_models.visitors.context import NOTHING_EXCLUDED, Context
from tests.online_models.contexts import evidence_of

NOW = 1_700_000_000.0
DAY = 86_400.0
HEADER = SnapshotHeader(positions={}, saved_at=NOW, product_version="test")
ASKING = 900


def a_context(
    *rows: int, visitor: int = ASKING, session: int | None = None, excluded: tuple[int, ...] = (), now: float = NOW
) -> Context:
    count = len(rows)
    marks = np.zeros(max(excluded) + 1, np.bool_) if excluded else NOTHING_EXCLUDED
    marks[list(excluded)] = True
    return Context(
        visitor,
        np.array(rows, np.int32) if rows else NO_INDICES,
        np.ones(count, np.float32),
        np.full(count, now),
        np.ones(count, np.int32),
        count if session is None else session,
        now,
        marks,
    )


def walked(model: SessionNeighbors, visitor: int, *rows: int, at: float = NOW, kind: FeedbackKind = "view") -> None:
    """Let a visitor start a session and touch items in it."""
    before: list[int] = []
    for row in rows:
        feedback = Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{row}"), kind, REWARDS[kind], at)
        model.learn_one(row, feedback, a_context(*before, visitor=visitor, now=at))
        before = [*[other for other in before if other != row], row]


def said(model: SessionNeighbors, context: Context, limit: int = 10) -> dict[int, float]:
    rows, values, _ = retrieve(model, context, limit)
    return {int(row): float(value) for row, value in zip(rows[0], values[0], strict=True) if row >= 0}


def of(model: SessionNeighbors, name: str, context: Context, limit: int = 10) -> dict[int, float]:
    place = model.names.index(name)
    rows, values = (part[place].tolist() for part in retrieve(model, context, limit)[:2])
    return {row: value for row, value in zip(rows, values, strict=True) if row >= 0}


def payload(model: SessionNeighbors) -> bytes:
    return b"".join(encode(model.dump(), HEADER))


def test_what_sessions_with_the_item_have_beside_it_is_said() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, 3)
    walked(model, 1, 7, 8)
    assert set(said(model, a_context(1))) == {2, 3}
    assert said(model, a_context(5)) == {}
    assert said(model, a_context()) == {}


def test_the_values_are_those_of_the_equation() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, 3)
    similarity = np.log(1 + 1 / 2) / 3**0.25
    assert said(model, a_context(2)) == pytest.approx(
        {3: similarity * np.exp(-1 / 2.5), 1: similarity * 0.8 * np.exp(-1 / 2.5)}
    )


def test_the_shared_item_gets_all_of_the_similarity_among_the_returns() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, 3)
    similarity = (np.log(1 + 1 / 2) * (1 + np.exp(-1 / 2))) / 3**0.25
    context = a_context(1, 2)
    assert of(model, "session_returns", context) == pytest.approx(
        {2: similarity, 1: similarity * 0.8 * np.exp(-1 / 2.5)}
    )
    assert of(model, "session_others", context) == pytest.approx({3: similarity * np.exp(-1 / 2.5)})


def test_returns_and_others_are_all_that_is_found() -> None:
    model = SessionNeighbors()
    draws = np.random.default_rng(4)
    for visitor in range(60):
        walked(model, visitor, *draws.integers(12, size=6).tolist())
    for rows in ((1,), (1, 2, 3), (5, 4, 3, 2, 1, 0, 7)):
        context = a_context(*rows)
        everything, others = said(model, context, limit=12), of(model, "session_others", context, limit=12)
        returns = of(model, "session_returns", context, limit=12)
        assert set(returns) <= set(rows)
        assert others == {row: value for row, value in everything.items() if row not in rows} != {}
        assert all(returns[row] >= everything[row] for row in rows if row in everything)
        assert list(said(model, context, limit=4)) == list(everything)[:4]


def test_who_never_comes_back_has_no_returns_from_a_session_that_is_not_shared() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    assert of(model, "session_returns", a_context(7)) == {}
    assert of(model, "session_returns", a_context(1, excluded=(1,))) == {}
    assert set(of(model, "session_returns", a_context(1))) == {1}


def test_a_return_is_evidence_for_itself() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    assert evidence_of(model, "session_returns", a_context(1), 1) == 1
    assert evidence_of(model, "session_returns", a_context(1), 2) == -1


def test_a_newer_shared_item_weighs_more() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 11)
    walked(model, 1, 2, 12)
    assert list(said(model, a_context(1, 2))) == [12, 11]
    assert list(said(model, a_context(2, 1))) == [11, 12]


def test_a_rare_item_shared_proves_more_than_a_best_seller() -> None:
    model = SessionNeighbors()
    for visitor in range(20):
        walked(model, visitor, 1, 11)
    walked(model, 20, 2, 12)
    only_one = said(model, a_context(2))[12]
    assert only_one > said(model, a_context(1))[11] / 20


def test_a_newer_session_speaks_louder() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 11, at=NOW - 20 * DAY)
    walked(model, 1, 1, 12, at=NOW)
    answer = said(model, a_context(1))
    assert answer[11] == pytest.approx(answer[12] / np.e, rel=1e-5)


def test_sessions_of_long_ago_still_answer() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 11, at=NOW - 20_000 * DAY)
    assert set(said(model, a_context(1))) == {11}


def test_what_stands_nearer_and_after_the_shared_item_weighs_more() -> None:
    model = SessionNeighbors()
    walked(model, 0, 4, 3, 1, 5, 6)
    assert list(said(model, a_context(1))) == [5, 3, 6, 4]


def test_only_the_newest_sessions_of_an_item_are_asked() -> None:
    model = SessionNeighbors()
    for visitor in range(600):
        walked(model, visitor, 1, 100 + visitor, at=NOW + visitor)
    answer = said(model, a_context(1), limit=600)
    assert 100 not in answer
    assert max(answer, key=answer.__getitem__) == 699


def test_of_many_neighbours_the_most_similar_are_heard() -> None:
    model = SessionNeighbors()
    clicks = range(1, 5)
    for row in clicks:
        for visitor in range(200):
            walked(model, 1_000 * row + visitor, row, 1_000 * row + visitor)
    walked(model, 0, *clicks, 11)
    answer = said(model, a_context(*clicks), limit=2_000)
    assert next(iter(answer)) == 11
    heard = {row // 1_000 for row in answer if row >= 1_000}
    assert 4 in heard
    assert 1 not in heard


def test_the_own_session_is_not_asked() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    assert said(model, a_context(1, 2, visitor=0)) == {}
    assert set(said(model, a_context(1, 2, visitor=1))) == {1}


def test_an_earlier_session_of_the_visitor_is_asked_like_any() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    walked(model, 0, 1)
    assert set(said(model, a_context(1, visitor=0))) == {2}


def test_a_session_that_began_with_a_refusal_is_another_one() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    walked(model, 0, 7, kind="uncart")
    feedback = Feedback(VisitorId("v0"), ItemId("i8"), "view", 1.0, NOW)
    model.learn_one(8, feedback, a_context(7, visitor=0))
    assert set(said(model, a_context(1))) == {2}


def test_what_speaks_against_an_item_is_not_learned() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, kind="uncart")
    assert said(model, a_context(1)) == {}


def test_the_history_is_asked_where_the_session_is_empty() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    assert set(said(model, a_context(1, session=0))) == {2}
    assert said(model, a_context(1, 9, session=1)) == {}


def test_barred_items_give_way_before_the_best_are_chosen() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, 3)
    assert set(said(model, a_context(1, excluded=(2,)), limit=1)) == {3}


def test_the_oldest_sessions_give_way() -> None:
    model = SessionNeighbors(sessions=3)
    for visitor in range(5):
        walked(model, visitor, 1, 10 + visitor)
    assert set(said(model, a_context(1))) == {12, 13, 14}


def test_a_long_session_keeps_its_newest_items() -> None:
    model = SessionNeighbors()
    walked(model, 0, *range(100, 140))
    assert said(model, a_context(100), limit=40) == {}
    assert 138 in said(model, a_context(139), limit=40)
    assert 100 not in said(model, a_context(139), limit=40)


def test_opening_an_item_again_moves_it_to_the_end() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, 3, 1)
    assert list(said(model, a_context(1))) == [3, 2]


def test_the_evidence_is_the_newest_item_in_a_session_with_the_answer() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2, 9)
    walked(model, 1, 3, 4)
    name = model.names[0]
    assert evidence_of(model, name, a_context(1, 2, 3), 9) == 2
    assert evidence_of(model, name, a_context(2, 1, 3), 9) == 1
    assert evidence_of(model, name, a_context(3), 9) == -1
    assert evidence_of(model, name, a_context(1, 2, visitor=0), 9) == -1
    assert evidence_of(model, name, a_context(5_000), 9) == evidence_of(model, name, a_context(1), 5_000) == -1
    assert set(said(model, a_context(1))) == {2, 9}


def test_a_forgotten_visitor_leaves_the_present_session() -> None:
    model = SessionNeighbors()
    walked(model, 0, 1, 2)
    walked(model, 0, 1, 3)
    model.forget_visitor(0)
    model.forget_visitor(77)
    assert set(said(model, a_context(1))) == {2}


def test_rows_never_learned_are_passed_over() -> None:
    model = SessionNeighbors()
    assert said(model, a_context(10**6, visitor=-1)) == {}
    walked(model, 0, 1, 2)
    assert set(said(model, a_context(1, 10**6, visitor=10**6))) == {2}


def test_nobody_is_not_learned_from() -> None:
    model = SessionNeighbors()
    walked(model, -1, 1, 2)
    assert said(model, a_context(1)) == {}


def test_it_goes_on_after_dump_and_load() -> None:
    straight, resumed = SessionNeighbors(sessions=20), SessionNeighbors(sessions=20)
    draw = np.random.default_rng(1)
    for visitor in range(40):
        walked(straight, visitor, *draw.integers(30, size=6).tolist(), at=NOW + visitor)
    resumed.load(straight.dump())
    assert payload(resumed) == payload(straight)
    for model in (straight, resumed):
        walked(model, 3, 1, 2, 3)
        walked(model, 41, 1, 4)
    assert payload(resumed) == payload(straight)
    assert said(resumed, a_context(1, 2)) == said(straight, a_context(1, 2)) != {}
