"""What never changes is given from memory, and is what Flask gave."""

import re

import pytest
from flask import Flask
from msgspec.structs import replace
from werkzeug.test import Client

from storefront.settings import StorefrontSettings
from storefront.web.rendering.response_cache import ResponseCache
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryServingReader

PICTURE = "/pictures/picture0.svg"


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return replace(settings, ops_open=True)


def served(app: Flask) -> str:
    """What the storefront counted of pictures: how often they were given."""
    figures = app.test_client().get("/metrics").get_data(as_text=True)
    found = re.search(r'riverfront_request_seconds_count\{.*route="/pictures/<name>.svg",.*\} (.*)', figures)
    return found[1] if found else "0.0"


def test_a_picture_is_given_again_without_the_store(app: Flask, reader: MemoryServingReader) -> None:
    reader.pictures["picture0"] = b"<svg/>"
    client = Client(app.wsgi_app)
    first = client.get(PICTURE)
    reader.pictures.clear()
    again = client.get(PICTURE)
    assert (again.status, again.data) == (first.status, first.data)
    assert sorted(again.headers) == sorted(first.headers)
    assert again.headers["X-Content-Type-Options"] == "nosniff"
    assert served(app) == "2.0"


def test_a_picture_that_was_not_there_is_looked_for_again(app: Flask, reader: MemoryServingReader) -> None:
    client = Client(app.wsgi_app)
    assert client.get(PICTURE).status_code == 404
    reader.pictures["picture0"] = b"<svg/>"
    assert client.get(PICTURE).status_code == 200


def script_of(client: BrowserClient) -> str:
    found = re.search(r'src="(/static/[^"]+\.js)"', client.get("/").get_data(as_text=True))
    assert found is not None
    return found[1]


def test_who_cannot_unpack_gets_a_plain_text(client: BrowserClient) -> None:
    script = script_of(client)
    packed = client.get(script, headers={"Accept-Encoding": "gzip"})
    plain = client.get(script)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.data != packed.data


def test_what_is_given_again_does_not_say_by_which_name_somebody_came(client: BrowserClient) -> None:
    script = script_of(client)
    for host in ("localhost", "127.0.0.1:8000"):
        policy = client.get(script, headers={"Host": host}).headers["Content-Security-Policy"]
        assert "wss:" not in policy
        assert f"wss://{host}" in client.get("/", headers={"Host": host}).headers["Content-Security-Policy"]


def test_what_was_not_asked_for_longest_gives_way() -> None:
    asked = []

    def application(environ, start_response):  # type: ignore[no-untyped-def]  # as WSGI has it
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Cache-Control", "immutable"), ("X-Much", "x" * 1_000)])
        return [b"four"]

    # Two have room: headers count as much as bodies.
    client = Client(ResponseCache(application, lambda _route, _seconds: None, limit=4_000))
    for name in "abacab":
        assert client.get(f"/pictures/{name}").data == b"four"
    assert asked == ["/pictures/a", "/pictures/b", "/pictures/c", "/pictures/b"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_another_name_of_the_shop_is_no_other_answer(host: str) -> None:
    asked = []

    def application(environ, start_response):  # type: ignore[no-untyped-def]  # as WSGI has it
        asked.append(environ["HTTP_HOST"])
        start_response("200 OK", [("Cache-Control", "immutable")])
        return [b"four"]

    client = Client(ResponseCache(application, lambda _route, _seconds: None))
    for name in ("shop.example", host):
        client.get("/pictures/a", headers={"Host": name})
    assert asked == ["shop.example"]
