"""A program that calls the API with a key, and with nothing that a browser would add."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PREFIX = "/api/v1"


class ApiClient:
    """Sends requests below the API's prefix."""

    def __init__(self, app: Flask, token: str = "", prefix: str = PREFIX) -> None:
        self._prefix = prefix
        self._client = FlaskClient(app, app.response_class, use_cookies=False)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.open("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.open("POST", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.open("DELETE", path, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = self._headers | options.pop("headers", {})
        return self._client.open(self._prefix + path, method=method, headers=headers, **options)
