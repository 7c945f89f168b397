"""What a soak makes of its samples, and a soak of some seconds over the real product."""

from pathlib import Path

import pytest

from infra.chaos.soak import chart_of, measure_soak, slope_of


def test_flat_memory_has_no_slope_and_a_leak_has_its_rate() -> None:
    minutes = [60.0 * number for number in range(10)]
    assert slope_of(minutes, [100.0] * 10) == 0.0
    assert slope_of(minutes, [100.0 + 2.5 * number for number in range(10)]) == 2.5
    assert slope_of([1.0], [100.0]) == 0.0


def test_the_chart_names_its_curves() -> None:
    samples = [(0.0, {"Learner": 100.0, "Redis": 10.0}), (60.0, {"Learner": 110.0, "Redis": 10.0})]
    chart = chart_of(samples, ["Learner", "Redis"], 1.0)
    assert chart.startswith("<svg")
    assert "Learner" in chart
    assert "Redis" in chart


@pytest.mark.integration
def test_a_soak_of_seconds_reports_every_program(tmp_path: Path) -> None:
    report = measure_soak(0.2, tmp_path / "charts" / "soak.svg")
    memory = report["memory_mib"]
    assert isinstance(memory, dict)
    assert {"Kafka", "Learner", "Monitor", "Redis", "Storefront"} <= set(memory)
    assert float(str(report["events_per_second"])) > 0
    assert (tmp_path / "charts" / "soak.svg").exists()
