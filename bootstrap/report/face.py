"""The shop's own face for pages that are one file: its colors, its type, and its font as data."""

import base64
from importlib import resources

from markupsafe import Markup

FONT = "brygada-1918.woff2"


def page_styles(own: str) -> Markup:
    """Return the style sheet of a page: the font, if setup has brought it, the shop's face, and what the page adds."""
    package = resources.files("bootstrap")
    face = (package / "templates" / "face.css").read_text("utf-8")
    return Markup("\n".join((_font_face(), face, own)))  # noqa: S704 - our own files


def _font_face() -> str:
    font = resources.files("bootstrap") / "vendor" / FONT
    if not font.is_file():
        return ""
    data = base64.b64encode(font.read_bytes()).decode()
    return (
        '@font-face { font-family: "Brygada 1918"; font-weight: 400 700; '
        f"src: url(data:font/woff2;base64,{data}) format('woff2'); }}"
    )
