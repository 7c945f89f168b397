"""One browser's requests to the shop, with its cookies and forms. Whoever asks tries again, not the client."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT = 10.0
"""Seconds after which a browser's script gives up a request: ``TIMEOUT_MS`` in static/js/interactions.js."""

_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Unanswered(Exception):
    """No answer came. What was asked for may have been done all the same."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """An answer: its status, its text, where it leads to, and in how many seconds it is worth another try."""

    status: int
    text: str
    location: str = ""
    retry_after: str = ""


class ShopClient:
    """Asks over a new connection each time. Not for several threads."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The cookies, as a browser sends them."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str, timeout: float = TIMEOUT) -> PageAnswer:
        """Open a page. Raises `Unanswered`."""
        return self._ask("GET", path, None, {}, timeout)

    def post_json(self, path: str, fields: object, timeout: float = TIMEOUT) -> tuple[int, dict[str, Any]]:
        """Send what a script sends, and return the status and the fields of the answer. Raises `Unanswered`."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Origin": self.address}
        answer = self._ask("POST", path, json.dumps(fields), headers, timeout)
        try:
            found = json.loads(answer.text)
        except ValueError:
            found = {}
        return answer.status, found if isinstance(found, dict) else {}

    def post_form(self, path: str, fields: Mapping[str, object], token: str, timeout: float = TIMEOUT) -> PageAnswer:
        """Send a form with its token. Raises `Unanswered`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        return self._ask("POST", path, urlencode({"token": token, **fields}), headers, timeout)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str], timeout: float) -> PageAnswer:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=timeout)
        try:
            connection.request(method, path, body, {**headers, **({"Cookie": self.cookie} if self._cookies else {})})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise Unanswered(f"{method} {path}: {error}") from error
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        found = (answer.headers.get(name, "") for name in ("Location", "Retry-After"))
        return PageAnswer(answer.status, text, *found)


def token_in(page: str) -> str:
    """Return the token of a page's forms; empty if it has none.

    Examples
    --------
    >>> token_in('<form><input type="hidden" name="token" value="abc">')
    'abc'
    """
    found = _TOKEN.search(page)
    return found[1] if found else ""


def field_in(page: str, name: str) -> str:
    """Return the value of a hidden field of a page; empty if it has none.

    Examples
    --------
    >>> field_in('<input type="hidden" name="mark" value="12">', "mark")
    '12'
    """
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def basket_in(page: str) -> dict[str, int]:
    """Return what lies in the basket of its page.

    Examples
    --------
    >>> basket_in('<form data-basket-line="mug"><input name="quantity" value="2"></form>')
    {'mug': 2}
    """
    lines = re.findall(r'data-basket-line="([^"]+)"(.*?)</form>', page, re.DOTALL)
    return {
        item: int(field[1]) for item, form in lines if (field := re.search(r'name="quantity".*?value="(\d+)"', form))
    }


def stars_in(page: str, item: str) -> int:
    """Return the stars that a product's page shows as the visitor's own; 0 for none.

    Examples
    --------
    >>> stars_in('<form data-stars="mug"><input name="stars" value="3"><input name="stars" value="4" checked>', "mug")
    4
    """
    form = page.partition(f'data-stars="{item}"')[2].partition("</form>")[0]
    found = re.search(r'name="stars" value="(\d)" checked', form)
    return int(found[1]) if found else 0
