"""``riverfront evaluate`` as it is called: files in; table, JSON and page out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import riverfront
from infra.errors import CannotRun

ROUND = ("cup", "saucer", "spoon", "bowl")


@pytest.fixture
def clicks(tmp_path: Path) -> Path:
    """A file in which everybody goes round the same four items."""
    path = tmp_path / "clicks.tsv"
    rows = [
        f"{visitor}\t{ROUND[(visitor + step) % 4]}\t{1_700_000_000 + 400 * visitor + 60 * step}"
        for visitor in range(30)
        for step in range(4)
    ]
    path.write_text("\n".join(["SessionId\tItemId\tTime", *rows]))
    return path


def evaluate(*words: object) -> Result:
    return CliRunner().invoke(riverfront, ["evaluate", *map(str, words)])


def test_figures_go_to_terminal_json_and_page(clicks: Path, tmp_path: Path) -> None:
    outcome = evaluate(clicks, "-k", 2, "--json", tmp_path / "out.json", "--report", tmp_path / "out.html")
    assert outcome.exit_code == 0, outcome.output
    assert "HR@2" in outcome.stdout
    figures = json.loads((tmp_path / "out.json").read_text())
    assert (figures["protocol"], figures["k"], figures["events"], figures["asked"]) == ("prequential", 2, 120, 72)
    assert figures["members"]["hybrid"]["hr"] > 0.9
    assert figures["ratings"] is None
    assert figures["hybrid_vs_best"]["best"] in figures["members"]
    assert "<svg" in (tmp_path / "out.html").read_text()


def test_a_file_can_be_held_out(clicks: Path, tmp_path: Path) -> None:
    test = tmp_path / "test.csv"
    test.write_text("session,item,time\na,cup,1800000000\na,saucer,1800000060\na,spoon,1800000120\n")
    mapping = "visitor=0,item=1,timestamp=2"
    outcome = evaluate(clicks, "--columns", mapping, "--test", test, "-k", 1, "--json", tmp_path / "out.json")
    assert outcome.exit_code == 0, outcome.output
    figures = json.loads((tmp_path / "out.json").read_text())
    assert (figures["protocol"], figures["events"], figures["asked"]) == ("holdout", 123, 2)
    assert figures["members"]["hybrid"]["hr"] == 1


def test_ratings_are_measured_too(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("user,item,rating\n" + "".join(f"u{n % 9},i{n % 7},{1 + n % 5}\n" for n in range(60)))
    outcome = evaluate(path, "--exclude-seen", "--json", tmp_path / "out.json")
    assert outcome.exit_code == 0, outcome.output
    ratings = json.loads((tmp_path / "out.json").read_text())["ratings"]
    assert 0 < ratings["mae"] <= ratings["rmse"] < 4


def test_only_the_first_events_by_time_are_taken(clicks: Path, tmp_path: Path) -> None:
    assert evaluate(clicks, "--limit", 50, "--json", tmp_path / "out.json").exit_code == 0
    assert json.loads((tmp_path / "out.json").read_text())["events"] == 50


def test_items_are_known_by_a_catalog(clicks: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "catalogue.csv"
    catalog.write_text("item,category,brand\ncup,kitchen,acme\nsaucer,kitchen,acme\n")
    outcome = evaluate(clicks, "--catalogue", catalog, "--json", tmp_path / "out.json")
    assert outcome.exit_code == 0, outcome.output


def test_sessions_can_be_judged_day_by_day(tmp_path: Path) -> None:
    rows = [
        f"d{day}v{visitor},{ROUND[(visitor + step) % 4]},{86_400 * (19_000 + day) + 400 * visitor + 60 * step}"
        for day in range(3)
        for visitor in range(20)
        for step in range(4)
    ]
    (tmp_path / "days.csv").write_text("\n".join(["session,item,time", *rows]))
    written = ("--json", tmp_path / "out.json", "--report", tmp_path / "out.html")
    outcome = evaluate(tmp_path / "days.csv", "--protocol", "t4rec", *written)
    assert outcome.exit_code == 0, outcome.output
    assert "mean of 2 days" in outcome.stdout
    figures = json.loads((tmp_path / "out.json").read_text())
    assert (figures["protocol"], figures["days"]["days"], figures["asked"]) == ("t4rec", 2, 40)
    assert list(figures["days"]["at"]) == ["10", "20"]
    assert figures["days"]["at"]["10"]["hybrid"]["hr"] == 1
    assert "Day by day" in (tmp_path / "out.html").read_text()
    alone = evaluate(tmp_path / "days.csv", "--protocol", "t4rec", "--limit", 80)
    assert "two days or more" in str(alone.exception)


def test_what_is_wrong_ends_it_with_a_message(clicks: Path) -> None:
    outcome = evaluate(clicks, "--columns", "item=Thing")
    assert isinstance(outcome.exception, CannotRun)
    assert "it has SessionId, ItemId, Time" in str(outcome.exception)


def test_wrong_use_is_told_apart() -> None:
    assert evaluate().exit_code == 2
    assert evaluate("events.csv", "-k", 0).exit_code == 2
