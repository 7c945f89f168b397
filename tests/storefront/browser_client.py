"""Flask's test client, as a browser would behave: it says where its requests come from, and fills in forms."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from online_models.schema.events import VisitorId
from storefront.visitor_state.visitors import COOKIE

ORIGIN = "http://localhost"


class BrowserClient(FlaskClient):
    """Keeps its cookies, names its origin, and posts forms with the token of the page that they are on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_ORIGIN"] = ORIGIN

    def submit(self, path: str, fields: dict[str, Any] | None = None, to: str = "") -> TestResponse:
        """Open a page, and post a form that is on it."""
        return self.post(to or path, data={"token": self.token_on(path), **(fields or {})})

    def token_on(self, path: str) -> str:
        """Open a page, and return what its forms are sent with."""
        page = self.get(path, follow_redirects=True).get_data(as_text=True)
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, page
        return token[1]

    def anonymous(self) -> VisitorId:
        """Return the visitor of the anonymous cookie."""
        cookie = self.get_cookie(COOKIE)
        assert cookie is not None
        return VisitorId(cookie.value.split(".")[0])


def browser_of(app: Flask) -> BrowserClient:
    """Return another browser in the shop."""
    client = app.test_client()
    assert isinstance(client, BrowserClient)
    return client
