import gzip

import pytest
from flask.testing import FlaskClient

from storefront.security.headers import policy


@pytest.mark.parametrize("path", ["/", "/products/mug", "/categories/mugs", "/basket", "/none", "/healthz"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/products/mug", "/categories/mugs", "/basket", "/none"])
def test_no_page_has_inline_script_or_style(client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert "style=" not in page
    assert "<style" not in page
    assert " onclick" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')


def test_the_policy_never_repeats_a_strange_host() -> None:
    assert "ws://shop.example:8000" in policy("shop.example:8000")
    assert "evil" not in policy("evil; script-src *")


def test_pages_are_compressed_for_those_who_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"Red Heart Mug" in gzip.decompress(packed.data)
    assert "Content-Encoding" not in plain.headers


def test_the_size_of_a_packed_page_does_not_say_what_is_in_it(client: FlaskClient) -> None:
    def size() -> int:
        return len(client.get("/products/mug", headers={"Accept-Encoding": "gzip"}).data)

    assert len({size() for _ in range(20)}) > 1
