"""Charts, drawn as SVG.

In a page, the drawing stretches, and every word beside it is HTML and stays readable. A chart by itself is one SVG.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

_ROOM = 96
"""Height of the highest value, of 100."""

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


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve: its name, its style (a class of the CSS) and its values."""

    name: str
    style: str
    values: Sequence[float]


def area_chart(values: Sequence[float], ticks: Sequence[str], top: str, caption: str) -> Markup:
    """Draw a curve over a filled area, from 0 to the highest value, which ``top`` names; ``ticks`` stand below."""
    highest = max(values, default=0) or 1
    line = _stretched(values, highest)
    drawing = f'<path class="area" d="{line}V100H0Z"/><path class="line" d="{line}"/>'
    return _figure(drawing, ticks, top, caption)


def curve_chart(curves: Sequence[Curve], ticks: Sequence[str], caption: str) -> Markup:
    """Draw curves from 0 to the highest value, later ones above earlier ones, with a legend; ``ticks`` stand below."""
    highest = max((value for curve in curves for value in curve.values), default=0) or 1
    paths = "".join(
        f'<path class="{curve.style}" d="{_stretched(curve.values, highest)}"><title>{escape(curve.name)}</title>'
        "</path>"
        for curve in curves
    )
    names = "".join(f'<li class="{curve.style}">{escape(curve.name)}</li>' for curve in reversed(curves))
    return _figure(paths, ticks, f"{highest:.3f}", caption, f'<ul class="legend">{names}</ul>')


def column_chart(
    values: Sequence[float], labels: Sequence[str], ticks: Sequence[str], top: str, caption: str
) -> Markup:
    """Draw columns, each with its label shown on pointing at it."""
    highest = max(values, default=0) or 1
    width = 100 / max(len(values), 1)
    columns = "".join(
        f'<rect class="column" x="{place * width + width * 0.08:.2f}" y="{100 - _ROOM * value / highest:.2f}" '
        f'width="{width * 0.84:.2f}" height="{_ROOM * value / highest:.2f}"><title>{escape(label)}</title></rect>'
        for place, (value, label) in enumerate(zip(values, labels, strict=True))
    )
    return _figure(columns, ticks, top, caption)


def bar_list(rows: Sequence[tuple[str, float, str]], caption: str) -> Markup:
    """List labelled bars, each with its own figure in words."""
    highest = max((value for _, value, _ in rows), default=0) or 1
    items = "".join(
        f'<li><span class="label">{escape(label)}</span><span class="track">'
        f'<i style="width:{100 * value / highest:.1f}%"></i></span><span class="figure">{escape(figure)}</span></li>'
        for label, value, figure in rows
    )
    return Markup(f'<figure class="bars"><ul>{items}</ul><figcaption>{escape(caption)}</figcaption></figure>')  # noqa: S704 - escaped above


def curves_svg(title: str, caption: str, ticks: Sequence[str], curves: Sequence[Curve]) -> str:
    """Draw curves as an SVG of its own, light and dark. Styles are a to d. The axis of values does not begin at 0."""
    values = [value for curve in curves for value in curve.values]
    low, high = min(values), max(values)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def height_of(value: float) -> float:
        return bottom - (value - low) / ((high - low) or 1) * (bottom - _TOP)

    parts = [f'<text class="title" x="{_LEFT}" y="18">{escape(title)}: {escape(caption)}</text>']
    for value in (low, (low + high) / 2, high):
        y = height_of(value)
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<text class="quiet" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
    for number, tick in enumerate(ticks):
        x = _LEFT + number * (right - _LEFT) / max(1, len(ticks) - 1)
        parts.append(f'<text class="quiet" x="{x:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(tick)}</text>')
    for curve in reversed(curves):
        step = (right - _LEFT) / max(1, len(curve.values) - 1)
        points = ((_LEFT + number * step, height_of(value)) for number, value in enumerate(curve.values))
        parts.append(f'<path class="{curve.style}" d="{_path(points, 1)}"/>')
    label = 0.0
    for end, curve in sorted(((height_of(curve.values[-1]), curve) for curve in curves), key=lambda pair: pair[0]):
        label = max(end, label + _LEAST_BETWEEN_LABELS)
        parts.append(f'<text class="{curve.style}" x="{right + 8}" y="{label + 4:.1f}">{escape(curve.name)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>{escape(title)}: {escape(caption)}</title><style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def _figure(drawing: str, ticks: Sequence[str], top: str, caption: str, legend: str = "") -> Markup:
    below = "".join(f"<span>{escape(tick)}</span>" for tick in ticks)
    words = f"<figcaption>{escape(caption)}</figcaption>"
    return Markup(  # noqa: S704 - escaped above
        f'<figure class="chart">{words if legend else ""}<div class="top">{escape(top)}</div>'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{escape(caption)}">'
        f'<path class="grid" d="M0 4H100M0 52H100"/>{drawing}</svg><div class="ticks">{below}</div>'
        f"{legend or words}</figure>"
    )


def _stretched(values: Sequence[float], highest: float) -> str:
    """Return the path of a curve over the whole width of 100; a single value is a level line."""
    step = 100 / max(len(values) - 1, 1)
    values = [*values, *values] if len(values) == 1 else values
    return _path((place * step, 100 - _ROOM * value / highest) for place, value in enumerate(values))


def _path(points: Iterable[tuple[float, float]], digits: int = 2) -> str:
    line = "L".join(f"{x:.{digits}f} {y:.{digits}f}" for x, y in points)
    return f"M{line}" if line else ""
