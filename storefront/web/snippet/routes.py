"""Serves `riverfront.js` to pages of any origin, as `make setup` has built it.

The tracker keeps its address within a version, so browsers ask for it again once a day. The rail's address changes with
its content. A tracker that a browser still has may name the rail of before: it gets the present one.
"""

import gzip
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Response, abort, request

VERSION = "v1"
TRACKER = "riverfront.js"
DAY = "public, max-age=86400, stale-while-revalidate=604800"
FOR_EVER = "public, max-age=31536000, immutable"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "Vary": "Accept-Encoding",
}


@dataclass(slots=True)
class SnippetViews:
    """Holds the scripts of a folder in memory, plain and compressed."""

    folder: Path
    _texts: dict[str, tuple[bytes, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        files = sorted(self.folder.glob("*.js"))
        self._texts = {file.name: _packed(file.read_bytes()) for file in files}

    def serve(self, name: str) -> Response:
        """Answer with a script."""
        present = name if name in self._texts else self._in_place_of(name)
        if present is None:
            abort(404)
        plain, packed = self._texts[present]
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = Response(packed if is_packed else plain, content_type="text/javascript; charset=utf-8")
        answer.headers.update(HEADERS)
        if is_packed:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Cache-Control"] = FOR_EVER if present == name != TRACKER else DAY
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    def _in_place_of(self, name: str) -> str | None:
        kind = name.partition("-")[0]
        return next((one for one in self._texts if name != kind and one.startswith(f"{kind}-")), None)


def create_blueprint(views: SnippetViews) -> Blueprint:
    """Return the route of the scripts."""
    blueprint = Blueprint("snippet", __name__, url_prefix=f"/riverfront.js/{VERSION}")
    blueprint.get("/<name>")(views.serve)
    return blueprint


def _packed(plain: bytes) -> tuple[bytes, bytes]:
    return plain, gzip.compress(plain, 9, mtime=0)
