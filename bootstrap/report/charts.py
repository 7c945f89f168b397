"""Charts, drawn as SVG.

In a page, the drawing stretches, and every word beside it is HTML and stays readable. `Markup.format` escapes what is
put into it. A chart by itself is one SVG.
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

_LIGHT = """
.curves text{font:13px system-ui,sans-serif;fill:#3b3540}.curves .title{font-weight:600}
.curves .quiet{fill:#6f6774;font-size:12px}
.curves path{fill:none;stroke-width:1.6}.curves .grid{stroke:#ddd6e0;stroke-width:1}
.curves path.a{stroke:#c4432b;stroke-width:2.8}.curves path.b{stroke:#2f6f9f}
.curves path.c{stroke:#6d8a1f}.curves path.d{stroke:#8a58a8}
.curves text.a{fill:#c4432b;font-weight:600}.curves text.b{fill:#2f6f9f}
.curves text.c{fill:#5d771a}.curves text.d{fill:#8a58a8}
"""
_DARK = """@media(prefers-color-scheme:dark){
.curves text{fill:#eeeae4}.curves .quiet{fill:#a39ca8}.curves .grid{stroke:#35303b}
.curves path.a{stroke:#f0917c}.curves path.b{stroke:#7fb2d3}
.curves path.c{stroke:#b3c970}.curves path.d{stroke:#c49ada}
.curves text.a{fill:#f0917c}.curves text.b{fill:#7fb2d3}
.curves text.c{fill:#b3c970}.curves text.d{fill:#c49ada}}
"""
_GROUND = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve: its name, its style (a class of the CSS) and its values."""

    name: str
    style: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True, repr=False)
class Chart:
    """A chart that a notebook shows, as it asks for `_repr_svg_`; elsewhere it is its title."""

    title: str
    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Chart: {self.title}>"


def area_chart(values: Sequence[float], ticks: Sequence[str], top: str, caption: str) -> Markup:
    """Draw a curve over a filled area, from 0 to the highest value, which ``top`` names; ``ticks`` stand below."""
    area = Markup('<path class="area" d="{0}V100H0Z"/><path class="line" d="{0}"/>')
    return _figure(area.format(_stretched(values, max(values, default=0) or 1)), ticks, top, caption)


def curve_chart(curves: Sequence[Curve], ticks: Sequence[str], caption: str) -> Markup:
    """Draw curves from 0 to the highest value, later ones above earlier ones, with a legend; ``ticks`` stand below."""
    highest = max((value for curve in curves for value in curve.values), default=0) or 1
    path, name = Markup('<path class="{}" d="{}"><title>{}</title></path>'), Markup('<li class="{}">{}</li>')
    paths = (path.format(curve.style, _stretched(curve.values, highest), curve.name) for curve in curves)
    names = (name.format(curve.style, curve.name) for curve in reversed(curves))
    legend = Markup('<ul class="legend">{}</ul>').format(Markup().join(names))
    return _figure(Markup().join(paths), ticks, f"{highest:.3f}", caption, legend)


def column_chart(counts: Sequence[int], names: Sequence[str], ticks: Sequence[str], caption: str) -> Markup:
    """Draw columns, each with its name and count shown on pointing at it."""
    highest = max(counts, default=0) or 1
    width = 100 / max(len(counts), 1)
    column = Markup(
        '<rect class="column" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"><title>{}: {:,}</title></rect>'
    )
    columns = (
        column.format((position + 0.08) * width, 100 - height, width * 0.84, height, name, count)
        for position, (count, name) in enumerate(zip(counts, names, strict=True))
        for height in [_ROOM * count / highest]
    )
    return _figure(Markup().join(columns), ticks, f"{max(counts, default=0):,}", caption)


def bar_list(rows: Sequence[tuple[str, float, str]], caption: str) -> Markup:
    """List labelled bars, each with its own figure in words."""
    highest = max((value for _, value, _ in rows), default=0) or 1
    item = Markup(
        '<li><span class="label">{}</span><span class="track"><i style="width:{:.1f}%"></i></span>'
        '<span class="figure">{}</span></li>'
    )
    items = Markup().join(item.format(label, 100 * value / highest, figure) for label, value, figure in rows)
    return Markup('<figure class="bars"><ul>{}</ul><figcaption>{}</figcaption></figure>').format(items, caption)


def curves_svg(
    title: str,
    caption: str,
    ticks: Sequence[str],
    curves: Sequence[Curve],
    *,
    from_zero: bool = False,
    on_white: bool = False,
) -> str:
    """Draw curves as an SVG of its own. Styles are a to d.

    The axis begins at the lowest value, or at 0 (``from_zero``). The colors are light or dark as the reader prefers,
    or always light on a white ground (``on_white``), for pages whose own are not known.
    """
    values = [value for curve in curves for value in curve.values]
    low, high = 0.0 if from_zero else min(values), max(values)
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
    style, ground = (_LIGHT, _GROUND) if on_white else (_LIGHT + _DARK, "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curves" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>{escape(title)}: {escape(caption)}</title><style>{style}</style>{ground}{''.join(parts)}</svg>\n"
    )


_FIGURE = Markup(
    '<figure class="chart">{above}<div class="top">{top}</div>'
    '<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{caption}">'
    '<path class="grid" d="M0 4H100M0 52H100"/>{drawing}</svg><div class="ticks">{ticks}</div>{below}</figure>'
)


def _figure(drawing: Markup, ticks: Sequence[str], top: str, caption: str, legend: Markup | None = None) -> Markup:
    words = Markup("<figcaption>{}</figcaption>").format(caption)
    above, below = (words, legend) if legend else (Markup(), words)
    spans = Markup().join(Markup("<span>{}</span>").format(tick) for tick in ticks)
    return _FIGURE.format(above=above, top=top, caption=caption, drawing=drawing, ticks=spans, below=below)


def _stretched(values: Sequence[float], highest: float) -> str:
    """Return the path of a curve over the whole width of 100; a single value is a level line."""
    step = 100 / max(len(values) - 1, 1)
    values = [*values, *values] if len(values) == 1 else values
    return _path((position * step, 100 - _ROOM * value / highest) for position, value in enumerate(values))


def _path(points: Iterable[tuple[float, float]], digits: int = 2) -> str:
    line = "L".join(f"{x:.{digits}f} {y:.{digits}f}" for x, y in points)
    return f"M{line}" if line else ""
