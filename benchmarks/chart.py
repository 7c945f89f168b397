"""Draws the first chart of a report of ``riverfront evaluate`` as one small SVG for the docs, light and dark.

riverfront evaluate clicks.csv --report report.html
python benchmarks/chart.py report.html docs/clicks.svg "Clicks of a shop"
"""

import re
import sys
from html import escape
from pathlib import Path

import click

_LINES = 4
_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 170, 40, 34
_LEAST_BETWEEN_LABELS = 17

_STYLE = """
text{font:13px system-ui,sans-serif;fill:#3b3540}.title{font-weight:600}.quiet{fill:#6f6774;font-size:12px}
path{fill:none;stroke-width:1.6}.grid{stroke:#ddd6e0;stroke-width:1}
path.a{stroke:#c4432b;stroke-width:2.8}path.b{stroke:#2f6f9f}path.c{stroke:#6d8a1f}path.d{stroke:#8a58a8}
text.a{fill:#c4432b;font-weight:600}text.b{fill:#2f6f9f}text.c{fill:#5d771a}text.d{fill:#8a58a8}
@media(prefers-color-scheme:dark){text{fill:#eeeae4}.quiet{fill:#a39ca8}.grid{stroke:#35303b}
path.a{stroke:#f0917c}path.b{stroke:#7fb2d3}path.c{stroke:#b3c970}path.d{stroke:#c49ada}
text.a{fill:#f0917c}text.b{fill:#7fb2d3}text.c{fill:#b3c970}text.d{fill:#c49ada}}
"""

Curve = tuple[str, list[float]]


def read_chart(page: str) -> tuple[str, list[str], list[Curve]]:
    """Return caption, ticks and curves of a report's first chart, the hybrid first, then the best members."""
    figure = page[page.index('<figure class="chart"') :].partition("</figure>")[0]
    caption = re.findall(r"<figcaption>(.*?)</figcaption>", figure)[0]
    highest = float(re.findall(r'<div class="top">(.*?)</div>', figure)[0])
    drawn = re.findall(r'<path class="line-(\d)" d="M(.*?)"><title>(.*?)</title>', figure)
    curves = []
    for _, path, name in sorted(drawn)[:_LINES]:
        heights = [float(point.split()[1]) for point in path.split("L")]
        # The report draws its highest value at 96 % of the height.
        curves.append((name, [(100 - height) / 96 * highest for height in heights]))
    return caption, re.findall(r"<span>(.*?)</span>", figure.partition('<div class="ticks">')[2]), curves


def draw(title: str, caption: str, ticks: list[str], curves: list[Curve]) -> str:
    """Return the SVG. The axis of values does not begin at zero."""
    values = [value for _, curve in curves for value in curve]
    low, high = min(values), max(values)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def place(value: float) -> float:
        return bottom - (value - low) / ((high - low) or 1) * (bottom - _TOP)

    parts = [f'<text class="title" x="{_LEFT}" y="18">{escape(title)}: {caption}</text>']
    for value in (low, (low + high) / 2, high):
        parts.append(f'<path class="grid" d="M{_LEFT} {place(value):.1f}H{right}"/>')
        parts.append(
            f'<text class="quiet" x="{_LEFT - 8}" y="{place(value) + 4:.1f}" text-anchor="end">{value:.2f}</text>'
        )
    for number, tick in enumerate(ticks):
        x = _LEFT + number * (right - _LEFT) / max(1, len(ticks) - 1)
        parts.append(f'<text class="quiet" x="{x:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">{tick}</text>')
    for kind, (_, curve) in reversed(list(zip("abcd", curves, strict=False))):
        step = (right - _LEFT) / max(1, len(curve) - 1)
        points = [f"{_LEFT + number * step:.1f} {place(value):.1f}" for number, value in enumerate(curve)]
        parts.append(f'<path class="{kind}" d="M{"L".join(points)}"/>')
    height = 0.0
    for end, kind, name in sorted(
        (place(curve[-1]), kind, name) for kind, (name, curve) in zip("abcd", curves, strict=False)
    ):
        height = max(end, height + _LEAST_BETWEEN_LABELS)
        parts.append(f'<text class="{kind}" x="{right + 8}" y="{height + 4:.1f}">{name}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>{escape(title)}: {caption}</title><style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def main(report: str, target: str, title: str) -> None:
    """Read a report and write its chart."""
    svg = draw(title, *read_chart(Path(report).read_text("utf-8")))
    Path(target).write_text(svg, "utf-8")
    click.echo(f"{target}: {len(svg):,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
