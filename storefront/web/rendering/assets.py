"""Serves scripts, styles and fonts under an address that changes with their content: browsers keep them for ever.

One hash names the whole tree: modules that import one another by relative address then always fit together.
"""

import gzip
import hashlib
import re
from pathlib import Path

from flask import Flask, abort, redirect, request, send_from_directory, url_for
from werkzeug.wrappers import Response

FOR_EVER = "public, max-age=31536000, immutable"
SHEETS = "tokens base layout components search pages orders reviews account journey why tour print motion"
BUNDLES = {
    "site.css": tuple(f"css/{name}.css" for name in SHEETS.split()),
    "ops.css": ("css/tokens.css", "css/base.css", "css/ops.css"),
}
"""Styles that are served as one file, so that the first page paints after one request for them."""

NOT_IN_SHOP = frozenset({"ops", "chart", "ops_format", "quality", "theme", "api_page"})
"""Scripts of operators' and programmers' pages."""

_COMMENTS = {
    ".js": re.compile(rb"^[ \t]*(?://.*|/\*\*.*\*/)$", re.MULTILINE),
    ".css": re.compile(rb"/\*.*?\*/", re.DOTALL),
}
"""What is not sent: comments, a sixth of what scripts and styles weigh. Those of scripts have lines of their own."""

_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def tree_hash(folder: Path) -> str:
    """Return a short hash of every file's name and content."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:10]


class Assets:
    """The static files of one application: those that were there when it started, each under its one name.

    Texts are held in memory, plain and compressed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.version = tree_hash(folder)
        self._parts: dict[str, tuple[Path, ...]] = {
            path.relative_to(folder).as_posix(): (path,) for path in folder.rglob("*") if path.is_file()
        }
        self._parts |= {name: tuple(folder / part for part in parts) for name, parts in BUNDLES.items()}
        self._texts: dict[str, tuple[bytes, bytes]] = {}
        self._scripts = sorted(
            f"js/{path.name}" for path in (folder / "js").glob("*.js") if path.stem not in NOT_IN_SHOP
        )

    def bind(self, app: Flask) -> None:
        """Add the route, the template function ``asset(name)``, and the list of ``scripts`` that a page will load."""
        app.add_url_rule("/static/<path:name>", "static", self.serve)
        app.jinja_env.globals.update(asset=self.url, scripts=[*self._scripts, "vendor/socket.io.esm.min.js"])

    def url(self, name: str) -> str:
        """Return the address of a file."""
        return url_for("static", name=f"{self.version}/{name}")

    def serve(self, name: str) -> Response:
        """Answer a request: for ever under the present hash, and by redirection to it under any other."""
        version, _, rest = name.partition("/")
        if version != self.version:
            for plain in (name, rest):
                if plain in self._parts:
                    return redirect(self.url(plain))
            abort(404)
        if rest not in self._parts:
            abort(404)
        response = self._text(rest) if Path(rest).suffix in _KINDS else send_from_directory(self._folder, rest)
        response.headers["Cache-Control"] = FOR_EVER
        return response

    def _text(self, name: str) -> Response:
        if name not in self._texts:
            content = b"".join(path.read_bytes() for path in self._parts[name])
            # The parts lie in css/ and name fonts by relative address; the bundle lies one folder up.
            content = content.replace(b"../vendor/", b"vendor/") if name in BUNDLES else content
            if name in BUNDLES or name.startswith(("js/", "css/")):
                content = _COMMENTS[Path(name).suffix].sub(b"", content)
            self._texts[name] = (content, gzip.compress(content, 9, mtime=0))
        plain, packed = self._texts[name]
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(packed if is_packed else plain, content_type=_KINDS[Path(name).suffix])
        response.headers["Vary"] = "Accept-Encoding"
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        return response
