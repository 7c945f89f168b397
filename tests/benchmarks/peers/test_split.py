"""All peers get the events and the queries of ``riverfront evaluate``."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.peers.adapters.riverfront_hybrid import parse_words, walk_hybrid
from benchmarks.peers.split import NO_QUERY, PeerSplit, export_split
from infra.cli.evaluate import evaluate
from infra.evaluate.inputs import read_inputs
from infra.evaluate.run import rules_of
from online_models.evaluation.metrics import gains_of

TRAIN = "ann,cup,1\nann,saucer,2\nbob,cup,3\n"
TEST = "cid,cup,101\nbob,saucer,100\ncid,cup,102\ncid,pot,103\n"


def write(folder: Path, train: str, test: str, head: str = "visitor,item,time") -> list[str]:
    """Write two files, and return the arguments of evaluate that hold one of them out."""
    for name, lines in (("train", train), ("test", test)):
        (folder / f"{name}.csv").write_text(f"{head}\n{lines}")
    return [str(folder / "train.csv"), "--test", str(folder / "test.csv"), "-k", "2"]


def export(words: list[str], folder: Path) -> PeerSplit:
    options = parse_words(words)
    inputs = read_inputs(options)
    assert inputs.test is not None
    return export_split(inputs.stream, inputs.test, rules_of(options), folder, words)


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open() as lines:
        return list(csv.DictReader(lines))


def test_queries_are_asked_where_the_evaluation_judges(tmp_path: Path) -> None:
    split = export(write(tmp_path, TRAIN, TEST), tmp_path)
    asked = [(row["item"], int(row["query"])) for row in rows_of(tmp_path / "test.csv")]
    cup, saucer, pot = "0", "1", "2"
    assert asked == [(saucer, 0), (cup, NO_QUERY), (cup, NO_QUERY), (pot, 1)], "neither cold starts nor repeats"
    assert split.targets.tolist() == [1, 2]
    assert split.visitors.tolist() == [0, 1]


def test_repeats_and_what_was_seen_are_judged_by_the_rules(tmp_path: Path) -> None:
    words = write(tmp_path, TRAIN, f"{TEST}cid,cup,104\n")
    assert export(words, tmp_path).targets.tolist() == [1, 2, 0]
    assert export([*words, "--repeats"], tmp_path).targets.tolist() == [1, 0, 2, 0]
    assert export([*words, "--exclude-seen"], tmp_path).targets.tolist() == [1, 2]
    assert json.loads((tmp_path / "rules.json").read_text())["exclude_seen"] is True


def test_sessions_end_as_in_the_evaluation_and_are_told_apart_across_files(tmp_path: Path) -> None:
    export(write(tmp_path, "ann,cup,1\nann,pot,9000\nann,cup,9001\n", "ann,pot,99000\n"), tmp_path)
    rows = rows_of(tmp_path / "train.csv") + rows_of(tmp_path / "test.csv")
    sessions = [row["session"] for row in rows]
    assert sessions[1] == sessions[2]
    assert len(set(sessions)) == 3


def test_what_was_turned_down_is_no_choice_and_judges_nothing(tmp_path: Path) -> None:
    test = "ann,pot,9,dismissal\nann,cup,10,view\n"
    split = export(write(tmp_path, "ann,cup,1,view\n", test, "visitor,item,time,kind"), tmp_path)
    rows = rows_of(tmp_path / "test.csv")
    assert [(row["chosen"], row["query"]) for row in rows] == [("0", "-1"), ("1", "0")]
    assert float(rows[0]["reward"]) < 0 < float(rows[1]["reward"])
    assert split.targets.tolist() == [0]


def test_the_same_split_has_the_same_digest(tmp_path: Path) -> None:
    words = write(tmp_path, TRAIN, TEST)
    assert export(words, tmp_path).digest == export(words, tmp_path).digest
    assert export(words, tmp_path).digest != export([*words, "--repeats"], tmp_path).digest


@pytest.mark.parametrize("more", [[], ["--repeats"], ["--exclude-seen"]])
def test_the_hybrid_scores_as_in_the_evaluation(tmp_path: Path, more: list[str]) -> None:
    train = "".join(f"v{event // 4},i{event * event % 7},{60 * event}\n" for event in range(120))
    test = "".join(f"w{event // 4},i{event * event % 7},{90_000 + 60 * event}\n" for event in range(40))
    words = [*write(tmp_path, train, test), *more]
    answer = CliRunner().invoke(evaluate, [*words, "--json", str(tmp_path / "figures.json")])
    assert answer.exit_code == 0, answer.output
    expected = json.loads((tmp_path / "figures.json").read_text())
    walked = walk_hybrid(parse_words(words))
    split = export(words, tmp_path)
    assert len(walked["ranks"]) == len(split.targets) == expected["asked"]
    gains = gains_of(np.array(walked["ranks"], np.int16)[:, None], split.k)[:, 0]
    hybrid = expected["members"]["hybrid"]
    assert gains.round(6).tolist() == [hybrid["hr"], hybrid["mrr"], hybrid["ndcg"]]
