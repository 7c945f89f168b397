"""Evaluations of recommenders whose answers, and so whose figures, are known beforehand."""

import json
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.evaluation.evaluation import Evaluation, NothingAsked, as_plain_data, build_evaluation
from online_models.evaluation.protocols import walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from online_models.evaluation.walk import Measures
from tests.online_models.scripted import Scripted, Tick, a_stream, always, newest_first

ALL = Rules(k=2, warm_up=0.0)


def measure(hybrid: Scripted, stream: Stream, rules: Rules = ALL) -> Measures:
    return walk_prequentially(hybrid, stream, rules, Tick())


def evaluate(hybrid: Scripted, stream: Stream, rules: Rules = ALL) -> Evaluation:
    measures = measure(hybrid, stream, rules)
    return build_evaluation("prequential", hybrid.members, measures, len(stream), len(stream.item_names), rules)


def test_metrics_follow_from_the_place_of_the_item_that_came() -> None:
    # Judged: v a (first of the list), v b (second once a is left out), v d (not there).
    hybrid = Scripted({"one": always("a", "c", "b"), "none": always()})
    stream = a_stream("x a", "x b", "x c", "v c", "v a", "v b", "v d")
    result = evaluate(hybrid, stream, Rules(k=2, warm_up=3 / 7))
    assert (result.events, result.asked, result.cold_starts) == (7, 3, 1)
    one = result.members["one"]
    assert one.hr == pytest.approx(2 / 3)
    assert one.mrr == pytest.approx((1 + 1 / 2) / 3)
    assert one.ndcg == pytest.approx((1 + 1 / log2(3)) / 3)
    assert one.precision == pytest.approx(1 / 3)
    assert one.recall == one.hr
    assert one.f1 == pytest.approx(4 / 9)
    assert one.answered == 1
    none = result.members["none"]
    assert (none.hr, none.coverage, none.novelty, none.answered) == (0, 0, 0, 0)


def test_coverage_and_novelty_count_what_was_shown_in_the_first_k() -> None:
    hybrid = Scripted({"one": always("a", "b", "c")})
    result = evaluate(hybrid, a_stream("x a", "y a", "z b", "x b"), Rules(k=1, warm_up=0.75))
    # The one list judged is x's, who touched a last: it shows b, one of two items, with one of three events.
    assert result.members["one"].coverage == pytest.approx(1 / 2)
    assert result.members["one"].novelty == pytest.approx(1 / 3)


def test_the_whole_is_judged_by_what_it_would_have_shown() -> None:
    hybrid = Scripted({"good": always("b"), "bad": always("c")})
    result = evaluate(hybrid, a_stream("x b", "x c", "v a", "v b"))
    assert list(result.members) == ["good", "bad", "hybrid"]
    assert result.members["hybrid"] == result.members["good"]


def test_repeats_of_the_item_just_touched_are_learned_but_not_asked() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    measures = measure(hybrid, a_stream("v a", "v a", "v b", "v a"))
    assert len(measures.warm) == 2
    assert hybrid.learned == [("a", True), ("a", False), ("b", True), ("a", True)]


def test_repeats_are_asked_and_the_last_item_kept_where_the_rules_say_so() -> None:
    hybrid = Scripted({"one": always("a")})
    measures = measure(hybrid, a_stream("v a", "v a", "v a"), Rules(k=2, warm_up=0.0, repeats=True))
    assert measures.warm.ranks[:, 0].tolist() == [1, 1]
    assert all(question.keep_last for question in hybrid.questions)


def test_seen_items_are_left_out_and_not_asked_where_the_rules_say_so() -> None:
    hybrid = Scripted({"one": always("a", "b", "c")})
    rules = Rules(k=2, warm_up=0.0, exclude_seen=True)
    measures = measure(hybrid, a_stream("v a", "v b", "v a", "v c"), rules)
    assert [question.excluded for question in hybrid.questions] == [(), ("a",), ("a", "b")]
    assert len(measures.warm) == 2


def test_cold_starts_are_reported_apart() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    result = evaluate(hybrid, a_stream("x a", "y a", "z b", "z a"))
    assert (result.asked, result.cold_starts) == (1, 3)
    assert result.members["one"].hr == 1
    assert result.cold["one"].hr == pytest.approx(1 / 3)


def test_an_item_seen_for_the_first_time_is_asked_and_missed() -> None:
    result = evaluate(Scripted({"one": newest_first}), a_stream("v a", "v b", "v c"))
    assert (result.asked, result.members["one"].hr) == (2, 0)


def test_events_against_an_item_are_learned_but_not_asked() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    measures = measure(hybrid, a_stream("v a", "v b dismissal", "v a uncart", "v b cart"))
    assert len(measures.warm) == 1
    assert len(hybrid.learned) == 4


def test_the_warm_up_is_learned_from_and_not_judged() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    measures = measure(hybrid, a_stream(*["v a", "v b"] * 10), Rules(k=2))
    assert len(measures.warm) == 16
    assert all(asked for _, asked in hybrid.learned)


def test_sessions_and_times_of_the_stream_reach_the_recommender() -> None:
    hybrid = Scripted({"one": always("a")})
    measure(hybrid, a_stream("v a", "v b", times=[5.0, 9.0], sessions=["s1", "s2"]))
    assert [(question.session, question.now) for question in hybrid.questions] == [("s1", 5.0), ("s2", 9.0)]


def test_ratings_are_expected_before_they_are_learned() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    result = evaluate(hybrid, a_stream("v a", "v b", "v c", ratings=[2.0, 4.0, 3.0]))
    assert result.ratings is not None
    assert result.ratings.rmse == pytest.approx(2**0.5)
    assert result.ratings.mae == pytest.approx(1)


def test_without_ratings_there_is_no_error_of_ratings() -> None:
    result = evaluate(Scripted({"one": always("a")}), a_stream("v b", "v a"))
    assert result.ratings is None
    assert as_plain_data(result)["ratings"] is None


def test_the_best_member_by_hit_rate_is_compared_pairwise_with_the_whole() -> None:
    hybrid = Scripted({"bad": always("q"), "good": always("a", "b")})
    result = evaluate(hybrid, a_stream("x q", *(f"v{n} {item}" for n in range(20) for item in ("b", "a"))))
    comparison = result.comparison
    assert comparison.best == "good"
    assert comparison.hr_diff == pytest.approx(-19 / 20)
    low, high = comparison.ci95["hr_diff"]
    assert -1 <= low <= comparison.hr_diff <= high < 0


def test_times_are_those_of_the_clock_that_is_passed_in() -> None:
    result = evaluate(Scripted({"one": always("a")}), a_stream("v b", "v a", "v b"))
    assert result.learn_us.p50 == pytest.approx(1000)
    assert result.rank_ms.p99 == pytest.approx(1)
    assert result.events_per_s > 0


def test_curves_follow_the_hits_over_a_sliding_window() -> None:
    stream = a_stream("v b", *["v a", "v b"] * 50, *["v c", "v d"] * 50)
    curves = evaluate(Scripted({"one": always("a", "b")}), stream).curves
    assert curves.hr[0, 0] == pytest.approx(0.95)
    assert curves.hr[-1, 0] == 0
    assert len(curves.lists) == len(curves.times) == 50
    assert curves.lists[-1] == 200


def test_nothing_to_ask_is_an_error() -> None:
    with pytest.raises(NothingAsked):
        evaluate(Scripted({"one": always("a")}), a_stream("x a", "y a"))


def test_the_plain_data_is_of_the_promised_shape() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    plain = json.loads(json.dumps(as_plain_data(evaluate(hybrid, a_stream("v a", "v b", ratings=[4.0, 4.0])))))
    assert list(plain) == [
        *("protocol", "k", "events", "asked", "members", "hybrid_vs_best", "ratings", "speed", "cold_starts", "days"),
        "popularity_lift",
        "slices",
    ]
    accuracy = ["hr", "mrr", "ndcg", "precision", "recall", "f1"]
    beyond = ["gini", "inter_list_diversity", "intra_list_diversity", "churn", "calibration_kl"]
    figures = [*accuracy, "coverage", "novelty", "answered", *beyond, "ci95"]
    assert {name: list(member) for name, member in plain["members"].items()} == {"one": figures, "hybrid": figures}
    assert set(plain["members"]["one"]["ci95"]) == {*accuracy, "coverage", "answered"}
    assert all(len(bounds) == 2 for bounds in plain["members"]["one"]["ci95"].values())
    assert list(plain["hybrid_vs_best"]) == ["best", "hr_diff", "mrr_diff", "ci95"]
    assert list(plain["hybrid_vs_best"]["ci95"]) == ["hr_diff", "mrr_diff"]
    assert list(plain["ratings"]) == ["rmse", "mae", "ci95"]
    assert plain["cold_starts"]["asked"] == 1
    assert {*accuracy, "answered"} <= set(plain["cold_starts"]["members"]["one"]["ci95"])
    assert plain["days"] is None
    assert {name: list(value) for name, value in plain["speed"].items() if name != "events_per_s"} == {
        "learn_us": ["p50", "p99"],
        "rank_ms": ["p50", "p99"],
    }


def test_figures_beyond_accuracy_have_intervals_where_there_are_categories() -> None:
    hybrid = Scripted({"one": always("a", "b", "c"), "none": always()})
    stream = a_stream("x a", "x b", "x c", *(f"v{n} {item}" for n in range(40) for item in ("c", "a", "b", "a")))
    categories = np.array([0, 1, 0], np.int32)
    measures = walk_prequentially(hybrid, stream, ALL, Tick(), categories=categories)
    members = build_evaluation("prequential", hybrid.members, measures, len(stream), 3, ALL).members
    one, none = members["one"], members["none"]
    # After c: a b; after a: b c; after b: a c.
    assert one.coverage == 1
    assert one.intra_list_diversity == pytest.approx(2 / 3, abs=0.02)
    assert one.churn == pytest.approx(1 / 2, abs=0.02)
    assert one.calibration_kl is not None
    assert one.calibration_kl > 0
    beyond = ("coverage", "gini", "inter_list_diversity", "intra_list_diversity", "churn", "calibration_kl", "novelty")
    for name in beyond:
        low, high = one.ci95[name]
        assert low - 1e-6 <= getattr(one, name) <= high + 1e-6, name
    assert (none.answered, none.coverage, none.gini, none.churn, none.calibration_kl) == (0, 0, None, None, None)


def test_the_popularity_lift_is_told_by_group_of_visitors() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    stream = a_stream("x a", *(f"v{n} {item}" for n in range(20) for item in ("a", "b", "a")))
    lifts = evaluate(hybrid, stream).popularity_lift
    assert list(lifts) == ["niche", "diverse", "blockbuster"]
    assert all("hybrid" in group.members for group in lifts.values())


EVENTS = st.lists(st.tuples(st.sampled_from("uvw"), st.sampled_from("abcde")), min_size=8, max_size=30)


@given(events=EVENTS, cut=st.integers(2, 7), data=st.data())
def test_earlier_lists_do_not_depend_on_later_events(
    events: list[tuple[str, str]], cut: int, data: st.DataObject
) -> None:
    shuffled = [*events[:cut], *data.draw(st.permutations(events[cut:]))]
    first, second = (
        measure(Scripted({"one": newest_first}), a_stream(*map(" ".join, order))).warm for order in (events, shuffled)
    )
    earlier = first.times <= cut
    assert first.ranks[earlier].tolist() == second.ranks[: earlier.sum()].tolist()


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": 5000}, {"warm_up": 1.0}])
def test_rules_check_themselves(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Rules(**wrong)  # type: ignore[arg-type] # any of the fields
