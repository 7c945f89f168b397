"""One step along a stream: what is asked of the recommender, and what is measured of it."""

from online_models.evaluation.rules import Rules
from online_models.evaluation.walk import Walk
from online_models.schema.feedback import Feedback
from tests.online_models.scripted import Reply, Scripted, Tick, a_stream, always


def a_walk(hybrid: Scripted, rules: Rules | None = None) -> Walk[Reply]:
    return Walk(hybrid, rules or Rules(k=3), 10, Tick())


def events(*words: str, sessions: tuple[str, ...] = ()) -> list[Feedback]:
    return list(a_stream(*words, sessions=sessions).feedbacks())


def test_a_list_is_made_before_its_event_is_learned() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    walk = a_walk(hybrid)
    for event in events("v a", "v b"):
        walk.learn(event, judged=True, timed=True)
    assert [question.now for question in hybrid.questions] == [1.0, 2.0]
    assert hybrid.learned == [("a", True), ("b", True)]
    assert walk.measures.cold.ranks.tolist() == [[0, 0]]
    assert walk.measures.warm.ranks.tolist() == [[0, 0]]


def test_lists_of_strangers_are_measured_apart() -> None:
    walk = a_walk(Scripted({"one": always("a")}))
    for event in events("v a", "w a", "v b"):
        walk.learn(event, judged=True, timed=True)
    assert (len(walk.measures.cold), len(walk.measures.warm)) == (2, 1)


def test_what_is_not_judged_is_still_ranked_for_the_ranker_to_learn_from() -> None:
    hybrid = Scripted({"one": always("a")})
    walk = a_walk(hybrid)
    for event in events("v a", "v b"):
        walk.learn(event, judged=False, timed=False)
    assert hybrid.learned == [("a", True), ("b", True)]
    assert (len(walk.measures.warm), len(walk.measures.ranking), len(walk.measures.learning)) == (0, 0, 0)


def test_following_teaches_nothing_but_the_session() -> None:
    hybrid = Scripted({"one": always("a")})
    walk = a_walk(hybrid)
    for event in events("v a", "v b"):
        walk.follow(event)
    assert (hybrid.learned, hybrid.walked) == ([], ["a", "b"])
    assert (len(walk.measures.cold), len(walk.measures.warm)) == (1, 1)


def test_the_shops_names_of_sessions_are_passed_on() -> None:
    hybrid = Scripted({"one": always("a")})
    walk = a_walk(hybrid)
    for event in events("v a", "v b", sessions=("s", "t")):
        walk.follow(event)
    assert [question.session for question in hybrid.questions] == ["s", "t"]


def test_the_clock_stands_between_ranking_and_learning() -> None:
    walk = a_walk(Scripted({"one": always("a")}))
    for event in events("v a", "v b", "v c"):
        walk.learn(event, judged=True, timed=True)
    assert len(walk.measures.ranking) == len(walk.measures.learning) == 3
    assert all(0 < seconds < 0.01 for seconds in (*walk.measures.ranking, *walk.measures.learning))
