"""Holdout: what is walked is neither learned nor seen by others."""

import numpy as np

from online_models.evaluation.protocols import by_session, walk_holdout
from online_models.evaluation.rules import Rules
from tests.online_models.scripted import Scripted, Tick, a_stream, always, newest_first

RULES = Rules(k=2, warm_up=0.0)


def test_only_the_first_stream_is_learned_and_only_the_second_is_judged() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    train, test = a_stream("x a", "x b", "x c"), a_stream("v c", "v a", "v b")
    measures = walk_holdout(hybrid, train, test, RULES, Tick())
    assert [item for item, _ in hybrid.learned] == ["a", "b", "c"]
    assert hybrid.walked == ["c", "a", "b"]
    assert measures.warm.ranks[:, 0].tolist() == [1, 1]
    assert (len(measures.cold), len(measures.learning), len(measures.ranking)) == (1, 3, 3)


def test_the_blend_is_asked_before_it_learns_the_first_stream() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    walk_holdout(hybrid, a_stream("x a", "x b"), a_stream("v a", "v b"), RULES, Tick())
    assert hybrid.learned == [("a", True), ("b", True)]


def test_items_of_the_second_stream_alone_are_never_known() -> None:
    hybrid = Scripted({"one": newest_first})
    measures = walk_holdout(hybrid, a_stream("x a"), a_stream("v n", "v m", "v n"), RULES, Tick())
    assert hybrid.names == ["a"]
    assert measures.warm.ranks.tolist() == [[0, 0], [0, 0]]


def test_repeats_are_asked_where_the_rules_say_so() -> None:
    hybrid = Scripted({"one": always("a")})
    rules = Rules(k=2, repeats=True)
    measures = walk_holdout(hybrid, a_stream("x a"), a_stream("v a", "v a"), rules, Tick())
    assert measures.warm.ranks.tolist() == [[1, 1]]


def test_sessions_are_walked_one_after_the_other() -> None:
    stream = a_stream("u a", "v a", "u b", "v b", "u c", sessions=["s", "t", "s", "t", "r"])
    assert by_session(stream).tolist() == [0, 2, 1, 3, 4]


def test_unnamed_sessions_end_by_absence() -> None:
    stream = a_stream("u a", "v a", "u b", "v b", times=[0.0, 60.0, 100.0, 4000.0])
    assert by_session(stream).tolist() == [0, 2, 1, 3]
    one = a_stream("u a", "v a", "u b", times=[0.0, 60.0, 4000.0])
    assert by_session(one).tolist() == np.arange(3).tolist()
