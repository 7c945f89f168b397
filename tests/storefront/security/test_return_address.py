"""A form leads back to a page of this shop only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.security.return_address import safe_next


@pytest.mark.parametrize(
    "path", ["/", "/basket", "/products/85123A?from=search", "/search?q=red%20mug&page=2#top", "/caf%C3%A9"]
)
def test_paths_of_the_shop_are_followed(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        "",
        "basket",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5cevil.example",
        "/%2Fevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http:/evil.example",
        "https:evil.example",
        "/basket\r\nSet-Cookie: a=b",
        "/" + "a" * 3_000,
        "//[",
    ],
)
def test_everything_else_leads_home(foreign: str | None) -> None:
    assert safe_next(foreign) == "/"
    assert safe_next(foreign, otherwise="/account/profile") == "/account/profile"


@given(st.text(alphabet="/\\:.%25cf?#@evil \t\n", max_size=20))
def test_nothing_that_a_browser_takes_for_another_site_gets_through(text: str) -> None:
    place = safe_next(text)
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert not set(place) & set("\\\t\r\n")
