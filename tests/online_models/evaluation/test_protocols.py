"""Protocols: what a stream teaches, what is judged, and what is frozen."""

import numpy as np

from online_models.evaluation.protocols import by_session, walk_holdout, walk_prequentially
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


def test_progress_is_reported_from_nothing_to_all() -> None:
    reports: list[tuple[int, int]] = []
    train, test = a_stream(*["x a", "x b"] * 200), a_stream("v a", "v b")

    def note(done: int, total: int) -> None:
        reports.append((done, total))

    walk_prequentially(Scripted({"one": always("a")}), train, RULES, Tick(), progress=note)
    assert reports == [(0, 400), (256, 400), (400, 400)]
    reports.clear()
    walk_holdout(Scripted({"one": always("a")}), train, test, RULES, Tick(), progress=note)
    assert reports == [(0, 402), (256, 402), (402, 402)]


def test_the_warm_up_is_learned_but_neither_judged_nor_timed() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    stream = a_stream("v a", "v b", "v a", "v b")
    measures = walk_prequentially(hybrid, stream, Rules(k=2, warm_up=0.5), Tick())
    assert len(hybrid.learned) == 4
    assert (len(measures.warm), len(measures.learning), len(measures.ranking), measures.steps) == (2, 2, 2, 2)


def test_ratings_are_judged_from_the_first_one_that_can_be_expected() -> None:
    hybrid = Scripted({"one": always("a")})
    stream = a_stream("v a", "w a", "x a", ratings=[4.0, 2.0, 5.0])
    measures = walk_prequentially(hybrid, stream, Rules(k=2, warm_up=0.9), Tick())
    assert measures.rating_errors.tolist() == [2.0, -2.0]


def test_an_empty_stream_measures_nothing() -> None:
    measures = walk_prequentially(Scripted({"one": always("a")}), a_stream(), RULES, Tick())
    assert (len(measures.warm), len(measures.cold), measures.steps) == (0, 0, 0)
