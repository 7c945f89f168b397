"""The Maven repository that the user's environment or settings name."""

import base64
import os
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request
from xml.etree import ElementTree

from infra.setup.commands import Failed

CENTRAL = "central"


@dataclass(frozen=True, slots=True)
class Repository:
    """An address, and who asks there."""

    url: str
    user: str = ""
    password: str = ""

    def request(self, path: str) -> Request:
        """Ask for a file. Raises `Failed` if this is no address on the web."""
        address = f"{self.url.rstrip('/')}/{path}"
        if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
            raise Failed(f"{self.url} is no address of a Maven repository: it must begin with http:// or https://.")
        request = Request(address)  # noqa: S310 - checked above
        if self.user:
            word = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            # Not sent on where the repository redirects to.
            request.add_unredirected_header("Authorization", f"Basic {word}")
        return request


def named_repository(environment: Mapping[str, str], settings: Path | None = None) -> Repository | None:
    """Return the repository of `MVNW_REPOURL`, as for the Maven wrapper, else the mirror of the user's settings.

    Raises `Failed` if the settings cannot be read.
    """
    if url := environment.get("MVNW_REPOURL"):
        return Repository(url, environment.get("MVNW_USERNAME", ""), environment.get("MVNW_PASSWORD", ""))
    path = settings or Path.home() / ".m2" / "settings.xml"
    return read_mirror(path, environment) if path.exists() else None


def read_mirror(path: Path, environment: Mapping[str, str] = os.environ) -> Repository | None:
    """Return the first mirror of Maven's settings that stands for the public repository. Raises `Failed`."""
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - the user's own file
    except (ElementTree.ParseError, OSError) as error:
        raise Failed(f"{path} cannot be read: {error}") from error
    for mirror in root.iterfind("{*}mirrors/{*}mirror"):
        if mirrors_central(_text(mirror, "mirrorOf", environment)):
            name = _text(mirror, "id", environment)
            servers = (one for one in root.iterfind("{*}servers/{*}server") if _text(one, "id", environment) == name)
            server = next(servers, None)
            user, password = (_text(server, field, environment) for field in ("username", "password"))
            return Repository(_text(mirror, "url", environment), user, password)
    return None


def mirrors_central(pattern: str) -> bool:
    """Say whether a mirror's pattern covers the public repository, by Maven's rules.

    Examples
    --------
    >>> [mirrors_central(pattern) for pattern in ("*", "external:*", "a,central", "*,!central", "a")]
    [True, True, True, False, False]
    """
    words = {word.strip() for word in pattern.split(",")}
    return f"!{CENTRAL}" not in words and not words.isdisjoint({CENTRAL, "*", "external:*"})


def _text(element: ElementTree.Element | None, field: str, environment: Mapping[str, str]) -> str:
    if element is None:
        return ""
    text = (element.findtext(f"{{*}}{field}") or "").strip()
    return re.sub(r"\$\{env\.([^}]+)\}", lambda match: environment.get(match[1], ""), text)
