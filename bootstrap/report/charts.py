"""Small charts for the report: the curve is SVG and stretches, every word beside it is HTML and stays readable."""

from collections.abc import Sequence
from html import escape

from markupsafe import Markup


def area_chart(values: Sequence[float], ticks: Sequence[str], top: str, caption: str) -> Markup:
    """Draw a curve over a filled area, from 0 to the highest value, which ``top`` names; ``ticks`` stand below."""
    highest = max(values, default=0) or 1
    step = 100 / max(len(values) - 1, 1)
    points = [f"{place * step:.2f} {100 - 96 * value / highest:.2f}" for place, value in enumerate(values)]
    line = "M" + "L".join(points)
    drawing = f'<path class="area" d="{line}V100H0Z"/><path class="line" d="{line}"/>'
    return _figure(drawing, ticks, top, caption)


def column_chart(
    values: Sequence[float], labels: Sequence[str], ticks: Sequence[str], top: str, caption: str
) -> Markup:
    """Draw columns, each with its label shown on pointing at it."""
    highest = max(values, default=0) or 1
    width = 100 / max(len(values), 1)
    columns = "".join(
        f'<rect class="column" x="{place * width + width * 0.08:.2f}" y="{100 - 96 * value / highest:.2f}" '
        f'width="{width * 0.84:.2f}" height="{96 * value / highest:.2f}"><title>{escape(label)}</title></rect>'
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


def _figure(drawing: str, ticks: Sequence[str], top: str, caption: str) -> Markup:
    below = "".join(f"<span>{escape(tick)}</span>" for tick in ticks)
    return Markup(  # noqa: S704 - escaped above
        f'<figure class="chart"><div class="top">{escape(top)}</div>'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{escape(caption)}">'
        f'<path class="grid" d="M0 4H100M0 52H100"/>{drawing}</svg><div class="ticks">{below}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
