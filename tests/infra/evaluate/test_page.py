"""Figures for people: the table on the terminal and the page."""

import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.errors import CannotRun
from infra.evaluate.inputs import EvaluationOptions, Inputs, read_inputs
from infra.evaluate.page import build_page
from infra.evaluate.run import run
from infra.evaluate.summary import print_summary
from infra.stack.display import Display
from online_models.evaluation.evaluation import Evaluation
from tests.online_models.scripted import Scripted, always

ROWS = "".join(f"{1_700_000_000 + 60 * n},v{n // 4},{item}\n" for n, item in enumerate("abca" * 20))


def quiet() -> Display:
    return Display(Console(file=StringIO()))


def options_for(tmp_path: Path, rows: str = ROWS, **fields: object) -> EvaluationOptions:
    path = tmp_path / "events.csv"
    path.write_text("timestamp,visitor,item\n" + rows)
    return EvaluationOptions(files=[path], k=2, **fields)  # type: ignore[arg-type] # any of the fields


def run_scripted(options: EvaluationOptions) -> tuple[Inputs, Evaluation]:
    hybrid = Scripted({"wise <b>": always("b", "c", "a"), "poor": always("q")})
    inputs = read_inputs(options)
    return inputs, run(hybrid, inputs, options, quiet())


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses.extend(value or "" for name, value in attrs if name in ("src", "href"))


def test_the_page_holds_curves_of_the_members_and_needs_nothing_else(tmp_path: Path) -> None:
    options = options_for(tmp_path)
    page = build_page(options, *run_scripted(options))
    outline = Outline(page)
    assert outline.tags.count("svg") == 2
    assert not outline.addresses
    assert not {"link", "script", "img"} & set(outline.tags)
    assert "http" not in page
    curves = re.findall(r'<path class="line-\d" d="M([^"]+)"><title>([^<]+)</title>', page)
    assert [name for _, name in curves] == ["poor", "wise &lt;b&gt;", "hybrid"] * 2
    assert all(len(points.split("L")) > 10 for points, _ in curves)


def test_the_page_is_light_and_dark(tmp_path: Path) -> None:
    options = options_for(tmp_path)
    page = build_page(options, *run_scripted(options))
    assert "prefers-color-scheme: dark" in page
    assert '<meta name="color-scheme" content="light dark">' in page


def test_the_page_names_what_was_left_out(tmp_path: Path) -> None:
    options = options_for(tmp_path, ROWS + "soon,<i>,b\n")
    page = build_page(options, *run_scripted(options))
    assert "1 rows of events.csv" in page
    assert "line 82" in page


def test_a_stream_of_a_single_list_still_makes_a_page(tmp_path: Path) -> None:
    options = options_for(tmp_path, "1,v,a\n2,v,b\n")
    assert "<svg" in build_page(options, *run_scripted(options))


def test_the_terminal_shows_each_member_and_the_difference(tmp_path: Path) -> None:
    options = options_for(tmp_path, ROWS + "soon,v,b\n")
    shown = StringIO()
    print_summary(Console(file=shown, width=160), *run_scripted(options))
    text = shown.getvalue()
    assert text.index("hybrid") < text.index("wise <b>") < text.index("poor")
    assert "Hybrid against its best member, wise <b>: HR +0.0000 [+0.0000, +0.0000]" in text
    assert "Cold starts: hybrid HR" in text
    assert "line 82: time 'soon'" in text
    assert "Popularity lift of the hybrid by group of visitors: niche" in text
    assert "items with fewer than 5 interactions" in text
    assert "a visitor's first 3 events" in text


def test_the_page_shows_what_is_beyond_accuracy_and_the_slices(tmp_path: Path) -> None:
    options = options_for(tmp_path)
    page = build_page(options, *run_scripted(options))
    for heading in ("Beyond accuracy", "Items with fewer than 5 interactions", "A visitor&#39;s first 3 events"):
        assert f"<h2>{heading}</h2>" in page


def test_a_held_out_file_is_walked_and_counted(tmp_path: Path) -> None:
    test = tmp_path / "test.csv"
    test.write_text("timestamp,visitor,item\n1800000000,t,a\n1800000001,t,b\n")
    options = options_for(tmp_path, test=test)
    inputs, evaluation = run_scripted(options)
    assert evaluation.protocol == "holdout"
    assert (evaluation.events, evaluation.asked) == (82, 1)
    assert "then test.csv" in build_page(options, inputs, evaluation)


def test_a_file_in_which_nobody_comes_back_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no visitor has a second event"):
        run_scripted(options_for(tmp_path, "1,v,a\n2,w,b\n"))
