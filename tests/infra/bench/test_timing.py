"""Summaries of measured times that can be worked out by hand."""

import pytest

from infra.bench.timing import describe, percentile, summarize, timed


def test_each_call_is_timed_in_order() -> None:
    called: list[int] = []
    spent = timed(called.append, [3, 1, 2])
    assert called == [3, 1, 2]
    assert len(spent) == 3
    assert all(seconds >= 0 for seconds in spent)


@pytest.mark.parametrize(("percent", "value"), [(0, 1.0), (10, 1.0), (11, 2.0), (50, 5.0), (99, 10.0), (100, 10.0)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([float(number) for number in range(10, 0, -1)], percent) == value


def test_nothing_has_no_percentile_and_no_summary() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)
    assert summarize([]) is None


def test_a_summary_is_rounded_and_in_the_order_of_its_percentiles() -> None:
    summary = summarize([1.234, 5.678])
    assert summary == {"p50": 1.23, "p90": 5.68, "p99": 5.68}
    assert list(summary) == ["p50", "p90", "p99"]


def test_times_are_described_in_the_unit_that_is_asked_for() -> None:
    assert describe([1e-6, 2e-6, 6e-6], 1e-6) == {"mean": 3.0, "p50": 2.0, "p99": 6.0}
