"""A visitor with cookies and without scripts, who reads pages and sends forms."""

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener


class ShopVisitor:
    """Opens pages of a shop that runs at an address."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def move(self, address: str) -> None:
        """Come back to the shop at another address of the same host."""
        self._address = address

    def get(self, path: str) -> str:
        return self._open(Request(self._address + path))

    def submit(self, path: str, to: str = "", **fields: str) -> str:
        """Post a form that is on the page of this path, to the same one if not said, and return what follows."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get(path))
        assert token, f"no form on {path}"
        form = urlencode({"token": token[1], **fields}).encode()
        return self._open(Request(self._address + (to or path), form, {"Origin": self._address}))

    def _open(self, request: Request) -> str:
        with self._opener.open(request, timeout=150) as answer:
            return str(answer.read().decode())
