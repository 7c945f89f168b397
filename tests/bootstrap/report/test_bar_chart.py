"""A bar chart says by length what it says in words."""

import re
from xml.etree import ElementTree

from bootstrap.report.bar_chart import Bar, BarGroup, bars_svg

SVG = "{http://www.w3.org/2000/svg}"
GROUPS = [
    BarGroup("hybrid & co", (Bar(0.6, 0.5, 0.8), Bar(0.3, 0.2, 0.4)), highlighted=True),
    BarGroup("<peer>", (Bar(0.4, 0.4, 0.4), Bar(0.1, 0.0, 0.2))),
]


def test_bars_are_as_long_as_their_values() -> None:
    svg = bars_svg("A shop", ("HR", "MRR"), GROUPS)
    widths = [float(width) for width in re.findall(r'<rect class="[ab]" x="190" y="\d+" width="([\d.]+)"', svg)][1:]
    longest = max(widths)
    assert [round(width / longest, 2) for width in widths] == [1, 0.5, 0.67, 0.17]


def test_an_interval_is_a_line_from_its_lower_to_its_upper_bound() -> None:
    ends = re.findall(r'<path d="M([\d.]+) [\d.]+H([\d.]+)"', bars_svg("A", ("HR", "MRR"), GROUPS))
    (low, high), *_ = [(float(start) - 190, float(end) - 190) for start, end in ends]
    assert round(high / low, 2) == 1.6


def test_names_values_and_measures_can_be_read() -> None:
    root = ElementTree.fromstring(bars_svg("A < B", ("HR", "MRR"), GROUPS))
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert {"A < B", "HR", "MRR", "hybrid & co", "<peer>", ".600", ".100"} <= texts
    assert [text.text for text in root.iter(f"{SVG}text") if text.attrib.get("class") == "own"] == ["hybrid & co"]


def test_nothing_to_draw_is_an_empty_chart() -> None:
    assert "<title>A</title>" in bars_svg("A", ("HR",), [])
