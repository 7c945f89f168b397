"""A form leads back to a page of this shop only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.accounts.guard import own_path


@pytest.mark.parametrize(
    "path", ["/", "/basket", "/products/85123A?from=search", "/search?q=red%20mug&page=2#top", "/caf%C3%A9"]
)
def test_paths_of_the_shop_are_followed(path: str) -> None:
    assert own_path(path, "/") == path


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
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http:/evil.example",
        "https:evil.example",
        "/basket\r\nSet-Cookie: a=b",
        "//[",
    ],
)
def test_everything_else_leads_home(foreign: str | None) -> None:
    assert own_path(foreign, "/account/profile") == "/account/profile"


@given(st.text(alphabet="/\\:.%25cf?#@evil \t\n", max_size=20))
def test_nothing_that_a_browser_takes_for_another_site_gets_through(text: str) -> None:
    place = own_path(text, "/")
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert not set(place) & set("\\\t\r\n")
