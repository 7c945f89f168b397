"""Pictures: each product's own tile, drawn from the words of its name as one small SVG.

A tile is a ground in the colour that the name says, a scene, the thing itself, and a small motif where the name says
one. Nothing is fetched from anywhere, and ids inside a tile are its own.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import msgspec

from bootstrap.enrich.icons import DATA, Choice
from bootstrap.enrich.patterns import pattern_tile
from bootstrap.enrich.phrases import book_of, words_of

_ID = re.compile(r'\bid="([^"]+)"|url\(#([^)]+)\)|href="#([^"]+)"')
_SCENES = 6
_PALE_FILLS = frozenset({"#fbfaf7", "#f3e3c3"})
_SHOWN_BY = {"hangingheart": "hearts", "star": "stars", "flower": "flowers", "rose": "flowers", "unionjack": "flag"}
"""Motifs that need no badge where the thing carries the pattern of the same name."""

_PALE = frozenset({"white", "cream", "silver", "grey", "black"})
_DARK = frozenset({"black", "grey", "brown", "blue", "purple"})


class Paint(NamedTuple):
    """A colour of the palette: hue and saturation of its ground, and the shades of a thing in it."""

    hue: int
    saturation: int
    fill: str
    dark: str
    light: str


class Drawings(msgspec.Struct, frozen=True):
    """What ``artwork.toml`` holds; it says itself what each part means."""

    palette: dict[str, Paint]
    unsaid: dict[str, tuple[str, ...]]
    implied: dict[str, tuple[str, ...]]
    patterns: dict[str, tuple[str, ...]]
    natural: dict[str, tuple[str, ...]]
    drawings: dict[str, str]


@cache
def demo_drawings() -> Drawings:
    """Read the colours, patterns and drawings beside the code."""
    return msgspec.convert(tomllib.loads((DATA / "artwork.toml").read_text("utf-8")), Drawings)


class Artwork:
    """Everything that tiles are drawn with: the drawings beside the code and a set of icons."""

    def __init__(self, icons: Mapping[str, str]) -> None:
        data = demo_drawings()
        self._icons, self._drawings, self._palette = icons, data.drawings, data.palette
        self._colours = data.unsaid["colours"]
        self._implied, self._patterns = book_of(data.implied), book_of(data.patterns)
        self._natural = {thing: colour for colour, things in data.natural.items() for thing in things}

    def draw(self, item: str, title: str, choice: Choice, colour: str | None) -> str:
        """Draw the tile of one product. The same arguments always draw the same tile."""
        seed = hashlib.blake2b(item.encode(), digest_size=8).digest()
        words = words_of(title)
        icon = self._variant(choice.icon, seed)
        if colour is None or colour not in self._palette:
            colour = self._unsaid(icon, words, seed)
        paint = self._palette[colour]
        pattern = next((match.meaning for match in self._patterns.find(words)), None)
        ground = _ground(paint, colour, seed)
        parts = [_scene(seed[1] % _SCENES, ground, pattern, own=icon in self._drawings)]
        parts.append('<ellipse cx="32" cy="52" rx="15" ry="2.6" fill="#2a1f3d" fill-opacity=".09"/>')
        parts.append(_placed(self._figure(icon, paint, pattern, "m"), 13.6, 12.6, 1.15))
        if choice.motif and not (icon in self._drawings and _SHOWN_BY.get(choice.motif) == pattern is not None):
            corner = (44, 43.5) if seed[2] % 3 else (3.5, 43.5)
            parts.append(_badge(self._figure(choice.motif, paint, None, "s"), *corner))
        return _document(parts, ground, seed)

    def _unsaid(self, icon: str, words: list[str], seed: bytes) -> str:
        """Choose the colour of a product whose name says none."""
        implied = next((match.meaning for match in self._implied.find(words)), None)
        return implied or self._natural.get(icon) or self._colours[seed[0] % len(self._colours)]

    def _variant(self, icon: str, seed: bytes) -> str:
        """Choose among the drawings of one thing: ``sign``, ``sign-2``, ``sign-3``."""
        variants = [icon, *(name for number in (2, 3) if (name := f"{icon}-{number}") in self._drawings)]
        return variants[seed[5] % len(variants)]

    def _figure(self, name: str, paint: Paint, pattern: str | None, prefix: str) -> str:
        """Return a thing in its box of 32 by 32: a drawing in the product's colours, or an emoji as it is."""
        drawing = self._drawings.get(name)
        if drawing is None:
            return _ID.sub(
                lambda found: found.group().replace(_id_in(found), prefix + _id_in(found)), self._icons[name]
            )
        fill, tile = paint.fill, ""
        if pattern:
            # On pale things pale figures would vanish.
            figure = paint.light if paint.fill not in _PALE_FILLS else paint.dark
            fill, tile = f"url(#{prefix}p)", pattern_tile(pattern, f"{prefix}p", paint.fill, figure, paint.dark)
        shades = {"F": fill, "D": paint.dark, "L": paint.light}
        return tile + re.sub(r'="([FDL])"', lambda found: f'="{shades[found.group(1)]}"', drawing)


class Ground(NamedTuple):
    """The shades of a tile's ground: its middle, its edge, and a figure on it; by day, and on a dark page."""

    middle: str
    edge: str
    figure: str
    name: str
    dark: tuple[str, str, str]

    def dark_style(self, tile: str) -> str:
        """Return the style by which dark pages show the thing as under a lamp; `tile` is the id that it is held to."""
        middle, edge, figure = self.dark
        return (
            f"<style>@media(prefers-color-scheme:dark){{#{tile}{{color:{figure}}}"
            f"#{tile} .m{{stop-color:{middle};fill:{middle}}}#{tile} .e{{stop-color:{edge}}}}}</style>"
        )


def picture_name(picture: str) -> str:
    """Name a picture by its content, so that equal pictures share one address.

    Examples
    --------
    >>> picture_name("<svg/>") == picture_name("<svg/>") != picture_name("<svg></svg>")
    True
    """
    return hashlib.blake2b(picture.encode(), digest_size=8).hexdigest()


def _ground(paint: Paint, colour: str | None, seed: bytes) -> Ground:
    hue, saturation = paint.hue, paint.saturation
    if colour in _PALE:
        # Pale things stand on a ground of some other soft colour, or they would vanish.
        hue, saturation = (28, 205, 345, 150, 262, 46)[seed[3] % 6], 36
    hue = (hue + seed[4] % 13 - 6) % 360
    return Ground(
        middle=f"hsl({hue} {saturation}% 95%)",
        edge=f"hsl({hue} {max(saturation - 12, 8)}% 86%)",
        figure=f"hsl({hue} {saturation}% 80%)",
        name=f"g{hue}",
        dark=_dark_shades(hue, saturation, colour),
    )


def _dark_shades(hue: int, saturation: int, colour: str | None) -> tuple[str, str, str]:
    """Return middle, edge and figure for dark pages: deep, with more light around dark things."""
    lift = 16 if colour in _DARK else 0
    depth = saturation * 2 // 3
    return (
        f"hsl({hue} {depth}% {46 + lift}%)",
        f"hsl({hue} {depth}% {20 + lift}%)",
        f"hsl({hue} {depth}% {56 + lift}%)",
    )


def _scene(kind: int, ground: Ground, pattern: str | None, *, own: bool) -> str:
    """Draw what stands behind the thing. Patterned things that cannot carry their pattern have it on the ground."""
    figure = 'fill="currentColor"'
    if pattern and not own:
        tile = pattern_tile(pattern, "b", "none", "currentColor", "currentColor")
        return (
            f'{tile}<path d="M0 0h64v64H0z" fill="url(#b)" fill-opacity=".55"/>'
            f'<circle class="m" cx="32" cy="31" r="21" fill="{ground.middle}" fill-opacity=".8"/>'
        )
    scenes = (
        "",
        f'<circle cx="32" cy="31" r="22.5" {figure} fill-opacity=".42"/>',
        f'<path d="M12 64V31a20 20 0 0 1 40 0v33z" {figure} fill-opacity=".38"/>',
        f'<path d="M0 47h64v17H0z" {figure} fill-opacity=".5"/>',
        f'<g {figure} fill-opacity=".38"><circle cx="50" cy="13" r="17"/><circle cx="8" cy="56" r="12"/></g>',
        f'<path d="M0 50c14-9 24 4 38-3 10-5 18-4 26-1v18H0z" {figure} fill-opacity=".5"/>',
    )
    return scenes[kind]


def _placed(figure: str, x: float, y: float, scale: float) -> str:
    return f'<g transform="translate({x} {y}) scale({scale})">{figure}</g>'


def _badge(figure: str, x: float, y: float) -> str:
    disc = f'<circle cx="{x + 8}" cy="{y + 8}" r="9" fill="#fff" fill-opacity=".82"/>'
    return disc + _placed(figure, x + 2, y + 2, 0.375)


def _document(parts: list[str], ground: Ground, seed: bytes) -> str:
    body = (
        f'<radialGradient id="{ground.name}" cx=".5" cy=".42" r=".75"><stop class="m" stop-color="{ground.middle}"/>'
        f'<stop class="e" offset="1" stop-color="{ground.edge}"/></radialGradient>'
        f'<path d="M0 0h64v64H0z" fill="url(#{ground.name})"/>{"".join(parts)}'
    )
    # Several tiles may stand in one page: let no id of theirs collide.
    own = f"t{seed.hex()[:8]}"
    body = _ID.sub(lambda found: found.group().replace(_id_in(found), own + _id_in(found)), body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" id="{own}" color="{ground.figure}">'
        f"{ground.dark_style(own)}{body}</svg>"
    )


def _id_in(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group)
