"""Compresses pages without letting the size of the result tell what is in them (BREACH).

Flask-Compress has no such padding, and pages hold the token of their forms beside what an address says.
"""

import gzip
import secrets
from io import BytesIO

from flask import Response, request

SMALLEST = 1_024
LONGEST_PADDING = 50
TYPES = frozenset({"text/html", "application/json"})


def compressed(response: Response) -> Response:
    """Compress a page or an answer to a script, where the client accepts it and it is worth it."""
    if not _is_compressible(response):
        return response
    response.set_data(pack(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response


def pack(content: bytes) -> bytes:
    """Compress under a file name of random length: what the content says cannot be guessed from the size.

    >>> gzip.decompress(pack(b"page"))
    b'page'
    """
    packed = BytesIO()
    name = secrets.token_hex(1 + secrets.randbelow(LONGEST_PADDING))
    with gzip.GzipFile(name, "wb", 4, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()


def _is_compressible(response: Response) -> bool:
    return (
        response.mimetype in TYPES
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and len(response.get_data()) >= SMALLEST
    )
