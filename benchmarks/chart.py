"""Draws the first chart of a report of ``riverfront evaluate`` as one small SVG for the docs, light and dark.

riverfront evaluate clicks.csv --report report.html
python -m benchmarks.chart report.html docs/clicks.svg "Clicks of a shop"
"""

import re
import sys
from html import unescape
from pathlib import Path

import click

from bootstrap.report.charts import Curve, curves_svg

STYLES = "abcd"


def read_chart(page: str) -> tuple[str, list[str], list[Curve]]:
    """Return caption, ticks and curves of a report's first chart, the hybrid first, then the best models."""
    figure = page[page.index('<figure class="chart"') :].partition("</figure>")[0]
    caption = re.findall(r"<figcaption>(.*?)</figcaption>", figure)[0]
    highest = float(re.findall(r'<div class="top">(.*?)</div>', figure)[0])
    drawn = re.findall(r'<path class="line-(\d)" d="M(.*?)"><title>(.*?)</title>', figure)
    curves = []
    for style, (_, path, name) in zip(STYLES, sorted(drawn), strict=False):
        heights = [float(point.split()[1]) for point in path.split("L")]
        # The report draws its highest value at 96 % of the height.
        curves.append(Curve(unescape(name), style, [(100 - height) / 96 * highest for height in heights]))
    ticks = re.findall(r"<span>(.*?)</span>", figure.partition('<div class="ticks">')[2])
    return unescape(caption), [unescape(tick) for tick in ticks], curves


def main(report: str, target: str, title: str) -> None:
    """Read a report and write its chart."""
    svg = curves_svg(title, *read_chart(Path(report).read_text("utf-8")))
    Path(target).write_text(svg, "utf-8")
    click.echo(f"{target}: {len(svg):,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
