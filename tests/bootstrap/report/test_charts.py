"""Charts: to scale, escaped, and whole even where there is little to draw."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from bootstrap.report.charts import Chart, Curve, area_chart, bar_list, column_chart, curve_chart, curves_svg

SVG = "{http://www.w3.org/2000/svg}"


def heights(path: str) -> list[float]:
    return [float(point.split()[1]) for point in path.removeprefix("M").split("L")]


def test_an_area_reaches_its_highest_value_and_the_ground() -> None:
    chart = area_chart([0, 5, 10], ("Jan", "Mar"), "10 £", "Sales")
    line = re.findall(r'class="line" d="([^"]+)"', chart)[0]
    assert heights(line) == [100, 52, 4]
    assert "<span>Jan</span><span>Mar</span>" in chart
    assert "10 £" in chart


def test_columns_stand_side_by_side_with_a_label_each() -> None:
    chart = column_chart([1, 4], ["one", "two"], ("a", "b"), "Counts")
    assert re.findall(r'height="([\d.]+)"', chart) == ["24.00", "96.00"]
    assert re.findall(r"<title>(.*?)</title>", chart) == ["one: 1", "two: 4"]


def test_bars_are_shares_of_the_longest() -> None:
    chart = bar_list([("Mugs", 8, "8"), ("Lamps", 2, "2")], "Products")
    assert re.findall(r"width:([\d.]+)%", chart) == ["100.0", "25.0"]


def test_curves_share_a_scale_and_the_first_named_is_drawn_last() -> None:
    chart = curve_chart([Curve("b", "line-1", [0.25, 0.5]), Curve("best", "line-0", [0.5, 1.0])], ("1", "2"), "HR")
    paths = re.findall(r'<path class="(line-\d)" d="([^"]+)">', chart)
    assert [(style, heights(path)) for style, path in paths] == [("line-1", [76, 52]), ("line-0", [52, 4])]
    assert re.findall(r'<li class="(line-\d)">', chart) == ["line-0", "line-1"]
    assert "1.000" in chart


@pytest.mark.parametrize(
    "chart",
    [
        area_chart([], (), "", "<b>"),
        area_chart([0, 0], ("<b>",), "<b>", "<b>"),
        column_chart([], [], (), "<b>"),
        column_chart([3], ["<b>"], ("<b>",), "<b>"),
        bar_list([], "<b>"),
        bar_list([("<b>", 0, "<b>")], "<b>"),
        curve_chart([], (), "<b>"),
        curve_chart([Curve("<b>", "line-0", [1.0])], ("<b>",), "<b>"),
    ],
)
def test_words_are_escaped_and_little_can_be_drawn(chart: str) -> None:
    assert "<b>" not in chart
    assert "nan" not in chart
    ElementTree.fromstring(chart)


def test_a_single_value_is_a_level_line() -> None:
    chart = curve_chart([Curve("a", "line-0", [2.0])], (), "HR")
    assert heights(re.findall(r'd="(M[^"]+)"><title>', chart)[0]) == [4, 4]


def test_an_svg_of_its_own_can_be_read_and_names_its_curves() -> None:
    curves = [Curve("hybrid", "a", [0.2, 0.4]), Curve("<poor>", "b", [0.1, 0.39])]
    root = ElementTree.fromstring(curves_svg("A shop", "HR & more", ("Mon", "Tue"), curves))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[0] == "A shop: HR & more"
    assert {"hybrid", "<poor>", "Mon", "Tue", "0.10", "0.25", "0.40"} <= set(texts)


def test_labels_at_the_ends_of_curves_do_not_meet() -> None:
    curves = [Curve(name, style, [0.0, 0.5]) for name, style in zip("wxyz", "abcd", strict=True)]
    root = ElementTree.fromstring(curves_svg("A", "B", (), curves))
    ends = [float(text.attrib["y"]) for text in root.iter(f"{SVG}text") if text.text in set("wxyz")]
    assert all(after - before >= 17 for before, after in itertools.pairwise(ends))


def test_an_axis_may_begin_at_zero() -> None:
    curves = [Curve("sales", "a", [4.0, 8.0])]
    for from_zero, lowest in ((True, "0.00"), (False, "4.00")):
        root = ElementTree.fromstring(curves_svg("A", "B", (), curves, from_zero=from_zero))
        shown = [text.text for text in root.iter(f"{SVG}text")]
        assert (lowest in shown, "8.00" in shown) == (True, True)


def test_on_white_it_is_not_redrawn_for_the_dark() -> None:
    curves = [Curve("sales", "a", [4.0, 8.0])]
    white, plain = (curves_svg("A", "B", (), curves, on_white=on_white) for on_white in (True, False))
    assert ("<rect" in white, "prefers-color-scheme" in white) == (True, False)
    assert ("<rect" in plain, "prefers-color-scheme" in plain) == (False, True)


def test_rules_of_an_svg_are_for_its_own_parts() -> None:
    style = curves_svg("A", "B", (), [Curve("sales", "a", [1.0])]).partition("<style>")[2].partition("</style>")[0]
    selectors = [rule.rpartition("}")[2].strip() for rule in style.split("{")[:-1]]
    assert all(selector.startswith((".curves ", "@media")) for selector in selectors)


def test_a_notebook_shows_a_chart_as_its_svg() -> None:
    chart = Chart("Sales", "<svg/>")
    assert (chart._repr_svg_(), repr(chart)) == ("<svg/>", "<Chart: Sales>")
