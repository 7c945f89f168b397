"""The configuration as text: what may stand in it."""

import re
from pathlib import Path

import pytest

from infra.proxy.configuration import MAX_CONNECTIONS, OWN_FILES, REPEATABLE, WAITS_MS, Proxy, build_configuration
from storefront import create_app
from storefront.settings import StorefrontSettings
from tests.storefront.in_memory import MemoryEventPublisher

PORT = 8000


def a_proxy(*storefronts: str, **changes: object) -> Proxy:
    fields = {"host": "127.0.0.1", "port": PORT, "folder": Path("/srv/proxy"), **changes}
    return Proxy(storefronts=storefronts or ("127.0.0.1:8001",), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "storefront", ["", "host", "host:port", "a b:1", "a:1;", "a:1 backup", "http://a:1", "a:1:2", "$a:1"]
)
def test_only_a_host_and_a_port_are_a_storefront(storefront: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        a_proxy("127.0.0.1:8001", storefront)


@pytest.mark.parametrize("name", ['a"b', "a$b", "a\nb", "a;b"])
def test_a_folder_cannot_bring_directives_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        a_proxy(folder=Path("/srv") / name)


@pytest.mark.parametrize("secret", ['a"; b', "a b", "a$b", "a\nb", "a\\"])
def test_a_secret_cannot_bring_directives_of_its_own(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        a_proxy(secret=secret)


def test_the_secret_is_shown_to_storefronts_alone() -> None:
    assert 'proxy_set_header X-Riverfront-Proxy "abc";' in build_configuration(a_proxy(secret="abc"))
    assert "abc" not in repr(a_proxy(secret="abc"))


def test_storefronts_that_have_a_name_are_looked_up_again_and_again() -> None:
    text = build_configuration(a_proxy("storefront:8000", "[::1]:8000", resolver="127.0.0.11"))
    assert "server storefront:8000 max_fails=1 fail_timeout=1s resolve;" in text
    assert "server [::1]:8000 max_fails=1 fail_timeout=1s;" in text
    assert "resolver 127.0.0.11 valid=1s;" in text


def test_it_listens_where_it_is_told() -> None:
    assert "listen [::]:8000;" in build_configuration(a_proxy(host="::"))
    assert "listen 0.0.0.0:8000;" in build_configuration(a_proxy(host="0.0.0.0"))


def test_a_shop_below_a_path_is_the_same_with_it_and_without() -> None:
    text = build_configuration(a_proxy(prefix="/shop"))
    assert "location ~ ^(?:/shop)?/socket[.]io/ {" in text
    assert "(^(?:/shop)?/interactions$)" in text
    for prefix in ("shop", "/a b", "/a;b", "/shop/"):
        with pytest.raises(ValueError, match="prefix"):
            a_proxy(prefix=prefix)


def test_it_takes_no_more_connections_than_files_may_be_open() -> None:
    assert f"worker_connections {1_024 - OWN_FILES};" in build_configuration(a_proxy(max_files=1_024))
    assert f"worker_connections {MAX_CONNECTIONS};" in build_configuration(a_proxy(max_files=2**20))


@pytest.mark.parametrize(("files", "sockets"), [(1_024, 360), (2**20, 7_500), (1, 3)])
def test_sockets_leave_a_quarter_of_the_connections_to_pages(files: int, sockets: int) -> None:
    assert f"limit_conn sockets {sockets};" in build_configuration(a_proxy(max_files=files))


def test_a_request_is_passed_on_no_more_often_than_nginx_allows() -> None:
    assert 2 * len(WAITS_MS) + 1 <= 10
    assert sum(WAITS_MS) <= 3_000


def test_what_is_sent_again_is_a_form_of_the_shop(tmp_path: Path) -> None:
    settings = StorefrontSettings(
        home=tmp_path, database=f"sqlite:///{tmp_path}/shop.db", secret="a secret of the tests"
    )
    config = {
        "SETTINGS": settings,
        "EVENT_PUBLISHER": MemoryEventPublisher(),
        "MESSAGE_QUEUE": "",
        "SOCKET_MODE": "threading",
    }
    routes = [rule for rule in create_app(config).url_map.iter_rules() if "POST" in (rule.methods or ())]
    samples = {re.sub(r"<[^>]+>", "sample", rule.rule) for rule in routes}
    repeated = {path for path in samples if any(re.match(pattern, path) for pattern in REPEATABLE)}
    assert repeated == {
        "/interactions",
        "/basket/lines",
        "/basket/lines/sample",
        "/basket/order",
        "/products/sample/rating",
        "/products/sample/dismissal",
        "/products/sample/like",
        "/products/sample/review",
        "/wishlist",
        "/wishlist/removals",
        "/orders/sample/again",
        "/account/recommendations/forgotten",
        "/account/recommendations/dismissed",
        "/account/recommendations/reset",
        "/account/recommendations/profiling",
    }
