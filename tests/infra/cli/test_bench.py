"""``riverfront bench`` on what is measured in a moment."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from infra.cli.bench import bench, parse_rates


def run(*words: object) -> Result:
    return CliRunner().invoke(bench, [str(word) for word in words])


def rates(text: str) -> tuple[float, ...]:
    context = click.Context(bench)
    return parse_rates(context, click.Option(["--rates"]), text)


def test_rates_are_numbers_separated_by_commas() -> None:
    assert rates("1,50, 200.5") == (1, 50, 200.5)


@pytest.mark.parametrize("text", ["", "fast", "1,,2", "0", "-1", "10001", "nan"])
def test_other_rates_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        rates(text)


def test_ranking_is_measured_printed_and_written(tmp_path: Path) -> None:
    path = tmp_path / "rank.json"
    answer = run("rank", "--items", 100, "--events", 1_000, "--asked", 10, "--json", path)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == json.loads(path.read_text())
    assert json.loads(path.read_text())["items"] == 100


def test_a_shop_of_three_products_without_a_past_can_be_attacked(tmp_path: Path) -> None:
    path = tmp_path / "manipulation.json"
    words = ("--items", 3, "--events", 0, "--visitors", 0, "--json", path)
    answer = run("manipulation", *words)
    assert answer.exit_code == 0, answer.output
    assert "3 products, 0 events of history" in answer.stdout
    assert json.loads(path.read_text())["products"] == 3


@pytest.mark.parametrize(
    "words",
    [
        ("rank", "--items", 5),
        ("latency", "--seconds", 1),
        ("latency", "--rates", "x"),
        ("learn", "--limit", 9),
        ("manipulation", "--items", 0),
    ],
)
def test_what_makes_no_sense_is_wrong_use(words: tuple[object, ...]) -> None:
    assert run(*words).exit_code == 2


def test_the_option_for_peers_names_the_command_that_compares_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.bench.model_figures.measure_learning", lambda limit: {"events": limit})
    answer = run("learn", "--limit", 1_000, "--peers")
    assert answer.exit_code == 0, answer.output
    assert "python -m benchmarks.peers" in answer.stderr
    figures = json.loads(answer.stdout)
    assert figures["events"] == 1_000
    assert "python -m benchmarks.peers" in figures["peers"]["error"]
