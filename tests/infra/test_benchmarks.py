"""Each script behind the figures in the docs runs, in a short form."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from bootstrap.read.history import HISTORY_COLUMNS
from bootstrap.read.shop import ProductListing, ShopData
from infra.stack.display import Display

COLOURS = ("Red", "Blue", "Green", "White")


@pytest.fixture
def a_set(tmp_path: Path) -> str:
    lines = [f"v{event % 7},i{event * event % 5},{1_700_000_000 + 60 * event}" for event in range(120)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["who,item,time", *lines]))
    return f"tiny={file} --columns visitor=who -k 3"


@pytest.fixture
def a_shop() -> ShopData:
    listings = tuple(ProductListing(f"i{item}", f"{COLOURS[item % 4]} Mug {item}", 100) for item in range(20))
    rows = [
        (f"v{row % 5}", f"i{(row * row + row // 5) % 20}", "purchase", 1, 100, f"o{row // 2}", 60.0 * row)
        for row in range(200)
    ]
    return ShopData("tiny", "GBP", listings, pd.DataFrame(rows, columns=list(HISTORY_COLUMNS)))


def test_each_part_of_the_ranker_is_left_out(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.leave_one_out").main([a_set])
    table = capsys.readouterr().out
    assert "**tiny, 120 events**" in table
    assert all(f"| {part}" in table for part in ("nothing", "`transitions`", "`popularity`", "fallback"))
    assert "`content`" not in table, "without a catalog it says nothing"


def test_prior_weights_are_printed_by_source(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.prior_weights").main([a_set])
    weights = ast.literal_eval(f"{{{capsys.readouterr().out}}}")
    assert {len(weights.pop("items")), *map(len, weights.values())} == {6, 12}


def test_prior_weights_are_compared_with_those_of_other_sets(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.prior_weights").main(["--check", a_set, a_set.replace("tiny", "other")])
    table = capsys.readouterr().out
    assert re.findall(r"\*\*(.+)\*\*", table) == [
        *("tiny, judged", "tiny, first 1,000", "other, judged", "other, first 1,000")
    ]
    assert table.count("| zero | ") == 4


def test_diversity_costs_hits_and_makes_lists_less_alike(a_shop: ShopData, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.diversity").compare(a_shop)
    table = capsys.readouterr().out
    free, usual = (float(cosine) for cosine in re.findall(r"at a cost of .+: ([\d.]+)", table))
    assert 0 < usual <= free < 1
    plain, varied = (float(share) for share in re.findall(r"of a list: ([\d.]+)", table))
    assert 0 < varied <= plain <= 1
    assert table.count("\n| 0") == 2


def test_what_was_bought_is_searched_for_with_each_weight(a_shop: ShopData, capsys: pytest.CaptureFixture[str]) -> None:
    benchmark = importlib.import_module("benchmarks.personal_search")
    searched = benchmark.search_again(a_shop, Display(), 10, 15)
    assert searched, "each mug is found by that word"
    assert all(0 <= rank <= benchmark.SHOWN for one in searched for rank in one.ranks)
    benchmark.print_report(searched)
    assert "\nChosen on it: " in capsys.readouterr().out


def test_wishes_are_judged_by_the_products_that_answer_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    benchmark = importlib.import_module("benchmarks.semantic.search")
    titles = ["Knitted Gloves", "Red Mug", "Hand Warmer"]
    (tmp_path / "queries.tsv").write_text("query\ttitles\nwarm hands\tgloves?|hand warmers?\nred mug\tmugs?\n")
    wishes = benchmark.read_wishes(titles, tmp_path / "queries.tsv")
    assert [wish.expected for wish in wishes] == [{0, 2}, {1}]
    judged = benchmark.judge(benchmark.by_words([title.lower() for title in titles]), wishes)
    assert judged[1].tolist() == [1, 1, 1 / benchmark.SHOWN, 1]
    assert judged[0].tolist()[:2] == [0, 0], "no word in common but for its ending"
    benchmark.print_table({"words": judged, "ideal": judged.clip(1)})
    assert re.findall(r"^\| (words|ideal)", capsys.readouterr().out, re.M) == ["words", "ideal"]


def test_the_written_wishes_are_fifty() -> None:
    lines = importlib.import_module("benchmarks.semantic.search").QUERIES.read_text(encoding="utf-8").splitlines()
    assert len({line.split("\t")[0] for line in lines[1:]}) == 50


def test_a_chart_for_the_docs_is_drawn_from_a_report(a_set: str, tmp_path: Path) -> None:
    evaluate = importlib.import_module("infra.cli.evaluate").evaluate
    report, target = tmp_path / "report.html", tmp_path / "chart.svg"
    asked = a_set.partition("=")[2].split()
    answer = CliRunner().invoke(evaluate, [*asked, "--report", str(report)])
    assert answer.exit_code == 0, answer.output
    importlib.import_module("benchmarks.chart").main(str(report), str(target), "Tiny & small")
    assert "<title>Tiny &amp; small: HR@3" in target.read_text()


def test_what_makes_pages_cheap_is_switched_off_and_on() -> None:
    command = [sys.executable, "-m", "gevent.monkey", "--module", "benchmarks.rendering"]
    command += ["--products", "60", "--turns", "2", "--pages", "2"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr
    assert len(re.findall(r"^\| (fragment|response|rendering)", answer.stdout, re.M)) == 5


@pytest.mark.integration
def test_the_outbox_is_timed_beside_two_libraries(empty_redis: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.outbox").main(empty_redis)
    printed = capsys.readouterr().out
    assert re.findall(r"^(\w+) time: outbox \d+ µs", printed, re.M) == ["processor", "elapsed"]
    assert re.findall(r"^  ([\w-]+): -?\d+ µs more", printed, re.M) == ["pipelines", "python-socketio"] * 2


def test_digests_of_a_replay_are_the_same_each_time() -> None:
    main = importlib.import_module("benchmarks.replay_digest").main
    first, second = (CliRunner().invoke(main, ["--events", "9010"]).output for _ in range(2))
    assert re.findall(r"^(lists|state) [0-9a-f]{64}$", first, re.M) == ["lists", "state"]
    assert first == second
