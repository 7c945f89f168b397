"""Where to go after a form: what a ``next`` parameter asks for, if it is a page of this shop."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 2_000
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def safe_next(asked: str | None, otherwise: str = "/") -> str:
    """Return ``asked`` if it is a path of this shop, else ``otherwise``. No other site can be reached by it."""
    text = asked or ""
    # Browsers drop control characters and take a backslash for a slash; so does what is decoded once more.
    for read in (text, unquote(text)):
        path = read.partition("?")[0].partition("#")[0]
        if not path.startswith("/") or path.startswith("//") or _UNSAFE.search(path) or len(text) > LONGEST:
            return otherwise
    try:
        parts = urlsplit(text)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc or _UNSAFE.search(text) else text
