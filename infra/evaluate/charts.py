"""Curves of several members in one SVG: words beside it are HTML, so that they stay readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

_WIDTH, _HEIGHT = 100.0, 100.0
_ROOM = 0.96


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its name, its style (a class of the page's CSS) and its values."""

    name: str
    style: str
    values: Sequence[float]


def curve_chart(lines: Sequence[Line], ticks: Sequence[str], caption: str) -> Markup:
    """Draw curves from 0 to the highest value, later ones above earlier ones; ``ticks`` stand below."""
    highest = max((value for line in lines for value in line.values), default=0) or 1
    paths = "".join(
        f'<path class="{line.style}" d="{_path(line.values, highest)}"><title>{escape(line.name)}</title></path>'
        for line in lines
    )
    legend = "".join(f'<li class="{line.style}">{escape(line.name)}</li>' for line in reversed(lines))
    below = "".join(f"<span>{escape(tick)}</span>" for tick in ticks)
    return Markup(  # noqa: S704 - escaped above
        f'<figure class="chart"><figcaption>{escape(caption)}</figcaption><div class="top">{highest:.3f}</div>'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{escape(caption)}">'
        f'<path class="grid" d="M0 4H100M0 52H100"/>{paths}</svg><div class="ticks">{below}</div>'
        f'<ul class="legend">{legend}</ul></figure>'
    )


def _path(values: Sequence[float], highest: float) -> str:
    step = _WIDTH / max(len(values) - 1, 1)
    points = [f"{place * step:.2f} {_HEIGHT * (1 - _ROOM * value / highest):.2f}" for place, value in enumerate(values)]
    return "M" + "L".join(
        points if len(points) > 1 else [*points, f"{_WIDTH} {points[0].split()[1]}"] if points else []
    )
