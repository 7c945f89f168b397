"""An evaluation as notebooks show it."""

from xml.etree import ElementTree

import pytest

from infra.evaluate.notebook import figures_table, hit_rate_chart
from online_models.evaluation.evaluate import evaluate
from online_models.evaluation.evaluation import Evaluation
from online_models.evaluation.rules import Rules
from tests.online_models.scripted import Scripted, a_stream, always


@pytest.fixture
def evaluation() -> Evaluation:
    scripts = {"poor": always("z"), "wise": always("a", "b"), "d": always(), "e": always()}
    events = [f"v{visitor} {item}" for visitor in range(30) for item in "ab"]
    return evaluate(Scripted(scripts), a_stream(*events), Rules(k=2))


def test_the_table_has_the_hybrid_first_and_then_the_best(evaluation: Evaluation) -> None:
    table = figures_table(evaluation)
    assert table.index.tolist() == ["hybrid", "wise", "d", "e", "poor"]
    assert {"precision", "recall", "f1", "hr", "mrr", "ndcg"} <= set(table.columns)
    assert "ci95" not in table.columns
    assert table.loc["wise", "recall"] == pytest.approx(evaluation.members["wise"].recall)
    assert table["recall"].tolist()[1:] == [1.0, 0.0, 0.0, 0.0]


def test_the_chart_names_the_hybrid_and_its_three_best_members(evaluation: Evaluation) -> None:
    chart = hit_rate_chart(evaluation)
    texts = [element.text for element in ElementTree.fromstring(chart.svg).iter()]
    assert {"hybrid", "wise", "d", "e"} <= set(texts)
    assert "poor" not in texts
    assert chart.title == "HR@2"
