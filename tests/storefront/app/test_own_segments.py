"""Paths with quoted slashes, as the server before the shop unquotes them."""

import pytest
from werkzeug.test import create_environ

from storefront.app.own_segments import OwnSegments


def path_of(raw: str, path: str, before: str = "") -> str:
    environ = create_environ("/") | {"RAW_URI": raw, "PATH_INFO": path, "SCRIPT_NAME": before}
    seen: list[str] = []
    OwnSegments(lambda environ, _: seen.append(environ["PATH_INFO"]) or ())(environ, lambda *_: lambda _: None)  # type: ignore[func-returns-value]
    return seen[0]


@pytest.mark.parametrize(
    ("raw", "path", "expected"),
    [
        ("/products/a%2Fb?x=%2F", "/products/a/b", "/products/=a=2Fb"),
        ("http://shop.example/products/a%2fb", "/products/a/b", "/products/=a=2Fb"),
        ("/products/=a=2Fb", "/products/=a=2Fb", "/products/=a=2Fb"),
        ("/products/%3Da=2Fb", "/products/=a=2Fb", "/products/==3Da=3D2Fb"),
        ("/products/%2E%2E", "/products/..", "/products/==2E=2E"),
        ("/products/%C3%A9%2F", "/products/\xc3\xa9/", "/products/=\xc3\xa9=2F"),
        ("/products/%ff%2F", "/products/\xff/", "/products/=\xff=2F"),
        ("/somewhere%2Felse", "/products/mug", "/products/mug"),
        ("", "/products/a/b", "/products/a/b"),
    ],
)
def test_a_quoted_slash_divides_nothing(raw: str, path: str, expected: str) -> None:
    assert path_of(raw, path) == expected


@pytest.mark.parametrize("raw", ["/shop/products/a%2Fb", "/products/a%2Fb"])
def test_behind_a_prefix_it_is_the_same(raw: str) -> None:
    assert path_of(raw, "/products/a/b", "/shop") == "/products/=a=2Fb"
