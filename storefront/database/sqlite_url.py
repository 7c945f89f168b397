"""The file that the URL of a SQLite database stands for: a path, or a URI of SQLite's own, as `?mode=ro` needs."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy.engine import URL

MEMORY = ":memory:"


def file_of(url: URL) -> Path | None:
    """Return the file; None for a database in memory.

    Examples
    --------
    >>> from sqlalchemy.engine import make_url
    >>> file_of(make_url("sqlite:////srv/shop.db"))
    PosixPath('/srv/shop.db')
    >>> file_of(make_url("sqlite:///file:/srv/my%20shop.db?mode=ro&uri=true"))
    PosixPath('/srv/my shop.db')
    >>> file_of(make_url("sqlite://"))
    """
    (name, *_), options = url.get_dialect()().create_connect_args(url)
    if options.get("uri") and name and name.startswith("file:"):
        parts = urlsplit(name)
        if "memory" in parse_qs(parts.query).get("mode", []):
            return None
        name = unquote(parts.path)
    return None if name in (None, "", MEMORY) else Path(name)
