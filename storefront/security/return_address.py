"""Where to go after a form: what a ``next`` parameter asks for, or the page that it was on. Only pages of this shop."""

import re
from urllib.parse import unquote, urlsplit

from flask import Request

from storefront.security.own_origin import is_own_address

LONGEST = 2_000
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_UNSAFE_DECODED = re.compile(r"[\x00-\x1f\x7f\\]")


def safe_next(asked: str | None, otherwise: str = "/", root: str = "") -> str:
    """Return ``asked`` if it is a path of this shop, else ``otherwise``. No other site can be reached by it.

    ``root`` is what all of the shop's paths begin with.
    """
    text = asked or ""
    # Browsers drop control characters and take a backslash for a slash; so does what is decoded once more.
    for read, unsafe in ((text, _UNSAFE), (unquote(text), _UNSAFE_DECODED)):
        path = read.partition("?")[0].partition("#")[0]
        if not path.startswith("/") or path.startswith("//") or unsafe.search(path) or len(text) > LONGEST:
            return otherwise
    try:
        parts = urlsplit(text)
    except ValueError:
        return otherwise
    is_outside = bool(root) and not parts.path.startswith(f"{root}/")
    return otherwise if parts.scheme or parts.netloc or is_outside or _UNSAFE.search(text) else text


def page_before(request: Request, otherwise: str) -> str:
    """Return the path of the shop's own page that a form was on, if that is known."""
    if not is_own_address(request.referrer, request):
        return otherwise
    before = urlsplit(request.referrer or "")
    return safe_next(f"{before.path}?{before.query}" if before.query else before.path, otherwise, request.script_root)
