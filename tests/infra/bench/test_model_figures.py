"""The figures of ``bench learn`` and ``rank`` on a shop that is learned in a moment."""

from infra.bench.model_figures import learning_by_model, measure_ranking
from infra.bench.synthetic_shop import feedback_of_shop


def test_lists_are_timed_beside_those_of_river() -> None:
    figures = measure_ranking(items=100, events=1_000, asked=12)
    assert figures["items"] == 100
    assert figures["visitors"] == 100
    for name in ("rank_ms", "river_biased_mf_ms"):
        assert 0 < figures[name]["p50"] <= figures[name]["p99"]


def test_each_model_is_timed_learning_and_answering() -> None:
    figures = learning_by_model(list(feedback_of_shop(60, 10, 50)))
    learned = {name.removeprefix("learn ") for name in figures if name.startswith("learn ")}
    asked = {name.removeprefix("ask ") for name in figures if name.startswith("ask ")}
    assert learned == asked
    assert {"transitions", "popularity"} <= learned
    assert all(microseconds >= 0 for microseconds in figures.values())
