"""What the API sends: JSON, with an entity tag where a client may ask again whether anything has changed."""

from hashlib import blake2b
from typing import Any

import msgspec
from flask import Response, request

from storefront.api.route import Reply

JSON = "application/json"
encode = msgspec.json.Encoder().encode
_TAG_BYTES = 12


def respond(found: Any, *, has_etag: bool = False) -> Response:
    """Make the answer of what a handler returned; 304 where the client has it already."""
    if isinstance(found, Response):
        return found
    if isinstance(found, Reply):
        body = b"" if found.content is None else encode(found.content)
        answer = Response(body, found.status, found.headers or None, content_type=JSON if body else None)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer
    body = encode(found)
    if not has_etag:
        return Response(body, headers=[("Cache-Control", "no-store")], content_type=JSON)
    tag = tag_of(body)
    headers = [("ETag", tag), ("Cache-Control", "private, no-cache")]
    asked = request.environ.get("HTTP_IF_NONE_MATCH", "")
    if asked and (tag in asked or asked.strip() == "*"):
        return Response(b"", 304, headers)
    return Response(body, headers=headers, content_type=JSON)


def tag_of(body: bytes) -> str:
    """Return the entity tag of an answer."""
    return f'"{blake2b(body, digest_size=_TAG_BYTES).hexdigest()}"'
