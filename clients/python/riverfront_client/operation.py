"""One call of the API before it is made: the same for both clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from riverfront_client.problems import Unreachable, problem_of

T = TypeVar("T")

PREFIX = "/api/v1"
TIMEOUT_SECONDS = 10.0
_JSON = "application/json"
_DOTS = {".": "%2E", "..": "%2E%2E"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[T]):
    """A call of the API.

    Attributes
    ----------
    path
        Below the API's prefix, escaped.
    answer
        The type of the answer; None where it has no body.
    query
        Parameters that are None or empty are not sent.
    body
        Sent as JSON, if it is not None.
    """

    method: str
    path: str
    answer: type[T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Return what httpx builds the request of."""
        headers, content = dict(self.headers), None
        if self.body is not None:
            content = msgspec.json.encode(self.body)
            headers["Content-Type"] = _JSON
        query = {name: value for name, value in self.query.items() if value is not None and value not in ([], ())}
        return {"method": self.method, "url": self.path, "params": query, "content": content, "headers": headers}

    def read(self, response: httpx.Response) -> T:
        """Return the answer. Raises `Problem`, or `Unreachable` where it is none of the API."""
        if response.is_error:
            raise problem_of(response)
        if response.is_redirect:
            raise Unreachable(f"The API is not at this address, which leads to {response.headers.get('location')}")
        if self.answer is type(None):
            return self.answer()
        try:
            return msgspec.json.decode(response.content, type=self.answer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Unreachable(f"{response.request.url.host} answered what the API does not: {error}") from error


def segment(value: str) -> str:
    """Escape an id for a path.

    Raises
    ------
    ValueError
        If it is empty or no Unicode text.

    Examples
    --------
    >>> segment("gid://shopify/Product/1"), segment("..")
    ('gid%3A%2F%2Fshopify%2FProduct%2F1', '%2E%2E')
    """
    if not value:
        raise ValueError("An id is empty")
    return _DOTS.get(value) or quote(value, safe="")


def options(address: str, key: str, timeout: float) -> dict[str, Any]:
    """Return what both kinds of httpx's clients are made with.

    Raises
    ------
    ValueError
        If the address is none of the web, or the key is none.
    """
    url = httpx.URL(address)
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"{address!r} is no address of a shop: it begins with https:// or http://")
    if not key.isascii() or not key.isprintable() or not key.strip():
        raise ValueError("The key is empty, or has signs that no key has")
    headers = {"Authorization": f"Bearer {key.strip()}", "Accept": _JSON, "User-Agent": "riverfront-client"}
    return {"base_url": address.rstrip("/") + PREFIX, "headers": headers, "timeout": httpx.Timeout(timeout)}
