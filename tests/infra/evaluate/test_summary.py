"""The order and the sentence that the terminal and the page share."""

from infra.evaluate.summary import compared, ordered
from online_models.evaluation.evaluation import Comparison
from online_models.evaluation.metrics import Figures


def figures(hr: float, mrr: float = 0.1) -> Figures:
    return Figures(hr, mrr, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0, {})


def test_the_hybrid_comes_first_then_the_best_and_equals_by_name() -> None:
    members = {
        "b": figures(0.2),
        "a": figures(0.2),
        "best": figures(0.9),
        "late": figures(0.2, 0.3),
        "hybrid": figures(0),
    }
    assert [name for name, _ in ordered(members)] == ["hybrid", "best", "late", "a", "b"]


def test_a_difference_is_told_with_its_bounds() -> None:
    comparison = Comparison("popularity", 0.01, -0.002, {"hr_diff": (0.0, 0.02), "mrr_diff": (-0.01, 0.005)})
    assert compared(comparison) == (
        "Hybrid against its best member, popularity: HR +0.0100 [+0.0000, +0.0200], MRR -0.0020 [-0.0100, +0.0050]"
    )
