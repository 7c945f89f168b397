"""An evaluation in one call gives what the protocol and the figures give one after the other."""

import pytest

from online_models.evaluation.evaluate import evaluate
from online_models.evaluation.evaluation import NothingAsked, build_evaluation
from online_models.evaluation.protocols import walk_prequentially
from online_models.evaluation.rules import Rules
from tests.online_models.scripted import Scripted, Tick, a_stream, always

RULES = Rules(k=2, warm_up=0.0)
STREAM = a_stream("v a", "v b", "w a", "w c", "v c", "w b")


def test_the_figures_are_those_of_the_prequential_protocol() -> None:
    recommender = Scripted({"one": always("a", "b")})
    measures = walk_prequentially(recommender, STREAM, RULES, Tick())
    expected = build_evaluation("prequential", recommender.members, measures, 6, 3, RULES)
    result = evaluate(Scripted({"one": always("a", "b")}), STREAM, RULES)
    assert (result.protocol, result.events, result.asked) == ("prequential", 6, 4)
    assert (result.members, result.comparison) == (expected.members, expected.comparison)


def test_items_of_the_catalog_count_in_the_coverage() -> None:
    coverage = [
        evaluate(Scripted({"one": always("a", "b")}), STREAM, RULES, items).members["hybrid"].coverage
        for items in (0, 6)
    ]
    assert coverage == [pytest.approx(2 / 3), pytest.approx(2 / 6)]


def test_speeds_are_measured_only_by_a_clock() -> None:
    scripts = {"one": always("a")}
    assert evaluate(Scripted(scripts), STREAM, RULES).learn_us.p50 == 0
    assert evaluate(Scripted(scripts), STREAM, RULES, clock=Tick()).learn_us.p50 == pytest.approx(1000)


def test_a_stream_in_which_nothing_can_be_asked_is_refused() -> None:
    with pytest.raises(NothingAsked):
        evaluate(Scripted({"one": always("a")}), a_stream("v a", "w b"), RULES)
