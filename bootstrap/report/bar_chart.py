"""A bar chart with intervals as one SVG, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 190, 56, 56, 14
_BAR, _BETWEEN = 12, 12
_LEGEND_STEP = 90

STYLES = "ab"
"""Of the measures, in order."""

_LIGHT = """
.bars text{font:13px system-ui,sans-serif;fill:#3b3540}.bars .title{font-weight:600}
.bars .own{font-weight:600}.bars .quiet{fill:#6f6774;font-size:11px}
.bars rect.a{fill:#c4432b}.bars rect.b{fill:#2f6f9f}
.bars path{stroke:#3b3540;stroke-width:1.2;fill:none}
"""
_DARK = """@media(prefers-color-scheme:dark){
.bars text{fill:#eeeae4}.bars .quiet{fill:#a39ca8}
.bars rect.a{fill:#f0917c}.bars rect.b{fill:#7fb2d3}.bars path{stroke:#eeeae4}}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BarGroup:
    """What has a name and one bar for each measure; it may be highlighted among others."""

    name: str
    bars: Sequence[Bar]
    highlighted: bool = False


def bars_svg(title: str, measures: Sequence[str], groups: Sequence[BarGroup]) -> str:
    """Draw the bars of each group below each other, from 0 to the highest bound, and the intervals as lines.

    Parameters
    ----------
    measures
        What the bars of a group are, two at most.
    """
    highest = max((bar.high for group in groups for bar in group.bars), default=0) or 1
    step = _BAR * len(measures) + _BETWEEN
    height = _TOP + step * len(groups) + _BOTTOM
    parts = [f'<text class="title" x="12" y="20">{escape(title)}</text>']
    for number, (measure, style) in enumerate(zip(measures, STYLES, strict=False)):
        x = _LEFT + number * _LEGEND_STEP
        parts.append(f'<rect class="{style}" x="{x}" y="32" width="10" height="10"/>')
        parts.append(f'<text class="quiet" x="{x + 15}" y="41">{escape(measure)}</text>')
    for row, group in enumerate(groups):
        top = _TOP + row * step
        middle = top + _BAR * len(group.bars) / 2 + 4
        own = ' class="own"' if group.highlighted else ""
        parts.append(f'<text{own} x="{_LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(group.name)}</text>')
        for number, (bar, style) in enumerate(zip(group.bars, STYLES, strict=False)):
            parts += _draw(bar, style, top + number * _BAR, (_WIDTH - _LEFT - _RIGHT) / highest)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" viewBox="0 0 {_WIDTH} {height}" role="img">'
        f"<title>{escape(title)}</title><style>{_LIGHT}{_DARK}</style>{''.join(parts)}</svg>\n"
    )


def _draw(bar: Bar, style: str, top: int, scale: float) -> list[str]:
    low, high = _LEFT + bar.low * scale, _LEFT + bar.high * scale
    middle = top + (_BAR - 2) / 2
    value = f"{bar.value:.3f}".removeprefix("0")
    return [
        f'<rect class="{style}" x="{_LEFT}" y="{top}" width="{bar.value * scale:.1f}" height="{_BAR - 2}"/>',
        f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}"/>',
        f'<text class="quiet" x="{high + 6:.1f}" y="{top + _BAR - 3}">{value}</text>',
    ]
