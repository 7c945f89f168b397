"""Parts of addresses that stay one part, whatever they hold.

Slashes, backslashes and percent signs in a part do not come through every proxy, however they are quoted, and a browser
takes a part of dots for a step up. A part with any of them is written otherwise, after an equals sign: each such letter
as another equals sign and its code.
"""

import re
from urllib.parse import quote, unquote

from werkzeug.routing import UnicodeConverter

_ODD = re.compile(r"[/\\%]|\A=|\A\.{1,2}\Z")
_WRITTEN = re.compile(r"[/\\%=.]")
_CODE = re.compile("=([0-9A-F]{2})")


def segment_of(text: str) -> str:
    """Return the part of an address, not quoted yet, that stands for a text.

    Examples
    --------
    >>> segment_of("22423"), segment_of("a b?"), segment_of("a/b"), segment_of("..")
    ('22423', 'a b?', '=a=2Fb', '==2E=2E')
    """
    if not _ODD.search(text):
        return text
    return "=" + _WRITTEN.sub(lambda sign: f"={ord(sign[0]):02X}", text)


def quoted_segment(text: str) -> str:
    """Return the part of an address that stands for a text, as it is written in the address.

    Examples
    --------
    >>> quoted_segment("a:b c/d")
    '=a%3Ab%20c=2Fd'
    """
    return quote(segment_of(text), safe="=")


def text_of_segment(segment: str) -> str:
    """Return the text that a part of an address stands for. One that `segment_of` does not write is itself.

    Examples
    --------
    >>> text_of_segment("=a=2Fb"), text_of_segment("=a")
    ('a/b', '=a')
    """
    if not segment.startswith("="):
        return segment
    text = _CODE.sub(lambda code: chr(int(code[1], 16)), segment[1:])
    return text if segment_of(text) == segment else segment


def with_own_segments(path: str) -> str:
    """Return what a quoted path says, where its parts that hold slashes are written as `segment_of` writes them.

    Examples
    --------
    >>> with_own_segments("/products/a%2Fb/rating"), with_own_segments("/a%20b")
    ('/products/=a=2Fb/rating', '/a b')
    >>> with_own_segments("/products/=a=2Fb"), with_own_segments("/products/%3Da=2Fb")
    ('/products/=a=2Fb', '/products/==3Da=3D2Fb')
    """
    return "/".join(_own_segment(part) for part in path.split("/"))


def _own_segment(quoted: str) -> str:
    text = unquote(quoted, errors="surrogateescape")
    return text if quoted.startswith("=") or not _ODD.search(text) else segment_of(text)


class OneSegment(UnicodeConverter):
    """An item's id, which comes with the catalog, cannot make a link or a form lead elsewhere."""

    def to_python(self, value: str) -> str:
        """Return what the part stands for."""
        return text_of_segment(value)

    def to_url(self, value: object) -> str:
        """Return the part as it stands in an address.

        >>> OneSegment(None).to_url("../account/sign-out")
        '==2E=2E=2Faccount=2Fsign-out'
        """
        return quoted_segment(str(value))
